"""Referrals whose referrers must not be found, each with a whole life behind it."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.models import SourceCode, User
from accounts.policy import Role
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls, delivery
from referrals import publicly
from referrals.choices import Way
from referrals.models import Amendment, Case, Referral
from referrals.publicly import Relation
from referrals.services import amending, cases, decisions, queue, sealing
from referrals.services.decisions import Judgement
from tests.architecture.world import World
from tests.public.posts import send

# No page, row, message or log may hold one of these, in any case, but the one page for the one person who was named.
NAME, PHONE, EMAIL = "Wren Quillfeather", "07700 900 731", "quillmail@hidden.example"
SAFELY, RELATION, PLACE, AGENT = "Quilltext me first", "Quillrelation", "203.0.113.77", "Quillbrowser/1"
CANARIES = ("quillfeather", "07700 900 731", "07700900731", "quillmail", "quilltext", "quillrelation")
TRACES = ("203.0.113.77", "quillbrowser")
WITHHELD = {"name": NAME, "phone": PHONE, "email": EMAIL, "safe_contact": SAFELY}
NOT_ASKED = {**WITHHELD, "referrer_name": NAME, "your_name": NAME, "relationship": RELATION}


def build(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Referral]:
    """A withheld and an anonymous referral that wait, one that is closed, and one about somebody who works
    with children. One triage worker was let see the name in the first and the third."""
    named = Relation("A neighbour", RELATION, SourceCode.ACQUAINTANCE)
    monkeypatch.setitem(publicly.RELATIONS, "neighbour", named)
    made = [
        sent("withheld", "waiting"),
        sent("anonymous", "nameless"),
        _lived(sent("withheld", "closed"), world.users),
        sent("withheld", "allegation", kind="allegation_against_worker"),
    ]
    _let(made, world.users)
    for message in Message.objects.filter(state=Message.State.OWED):
        delivery.deliver(message.pk)
    return made


def sent(identity: str, house: str, **changes: Any) -> Referral:
    """Sent with every identity field filled in, from a browser that can be recognised; then more is added."""
    browser = Client(REMOTE_ADDR=PLACE, HTTP_USER_AGENT=AGENT, HTTP_REFERER=f"https://{EMAIL}/")
    typed = WITHHELD if identity == "withheld" else NOT_ASKED
    referral, code = send(browser, identity, **typed, home=f"1 {house} road", given_1=house.title(), **changes)
    browser.post("/come-back/", {"code": code, "name": NAME})
    browser.post("/come-back/news/", {"story": "She has a new bruise.", "name": NAME, "email": EMAIL})
    browser.get("/come-back/news/")
    return referral


def _lived(referral: Referral, users: dict[Role, User]) -> Referral:
    """Claimed, answered, decided, accepted, stepped up, accepted and closed; a call was owed and made."""
    manager = users[Role.TRIAGE_MANAGER]
    queue.claim(by=manager, referral=referral)
    amending.answer(by=manager, amendment=Amendment.objects.get(referral=referral), words="Thank you, we have read it.")
    judgement = Judgement(way=Way.GATEWAY, level=3, words="We will help.", agreement="given", reason="Seen.")
    decisions.decide(by=manager, subject=referral.subjects.get(), judgement=judgement)
    case = Case.objects.get(referral=referral)
    cases.accept(by=users[Role.GATEWAY_WORKER], case=case)
    case.refresh_from_db()
    second = cases.step(
        by=users[Role.GATEWAY_WORKER], case=case, reason="It grew worse.", words="A social worker helps."
    )
    cases.accept(by=users[Role.CADT_WORKER], case=second)
    second.refresh_from_db()
    cases.close(by=users[Role.CADT_MANAGER], case=second, reason="needs_met", words="It went well.", note="Seen.")
    for made in (True, False):
        call = calls.owe(why=CallTask.Why.NO_ADDRESS, about=referral.reference, recipient_name=referral.referrer_name)
        if made:
            calls.finish(by=manager, call=call, how=CallTask.How.TELEPHONE)
    referral.refresh_from_db()
    return referral


def _let(made: list[Referral], users: dict[Role, User]) -> None:
    """One person is let see two of the names."""
    worker, manager = users[Role.TRIAGE_WORKER], users[Role.TRIAGE_MANAGER]
    for referral in (made[0], made[2]):
        sealing.let(by=manager, referral=referral, user=worker, reason="To ask when it was")


def mails() -> list[bytes]:
    """Everything that was sent, as it goes over the wire."""
    return [bytes(one.message()) for one in mail.outbox]
