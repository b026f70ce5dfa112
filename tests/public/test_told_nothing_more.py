"""Whoever comes back with a code learns that it came, that somebody looked and that it ended; nothing of a transfer,
a night alarm, an incident or a case that was open already."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.choices import Way
from referrals.models import Case, CaseTransfer, Incident, NewInformation, NightAlarm, Referral, Subject
from referrals.services import cases, decisions, incidents, nights, queue, submitting, transferring
from referrals.services.decisions import Judgement
from referrals.services.transferring import Asked, Receipt
from referrals.submission import Address
from tests.cast import a_child, a_submission
from tests.public.posts import send

pytestmark = pytest.mark.django_db
TO_CADT = Judgement(way=Way.CADT, level=4, words="CADT has her.", agreement="not_sought")
NIGHT = datetime(2035, 12, 26, 2, 10, tzinfo=LONDON)
WHO = pytest.mark.parametrize("identity", ["open", "withheld", "anonymous"])


def told(client: Client, code: str) -> str:
    """All that the page of the code says, without what is new in each answer."""
    client.post("/come-back/", {"code": code})
    page = client.get("/come-back/news/")
    assert page.status_code == 200
    return page.content.decode().partition("<main")[2].partition("<form")[0]


def in_cadt(referral: Referral, ben: User, cleo: User) -> Case:
    """Decided, and accepted by CADT."""
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=TO_CADT)
    case = Case.objects.get(referral=referral)
    cases.accept(by=cleo, case=case)
    case.refresh_from_db()
    return case


@WHO
def test_it_tells_nothing_of_a_transfer(client: Client, ben: User, cleo: User, identity: str) -> None:
    referral, code = send(client, identity)
    case = in_cadt(referral, ben, cleo)
    before = told(client, code)
    now = timezone.now()
    asked = Asked(
        authority="Eastmoor Council",
        contact="Neela Crane",
        contact_details="0151 496 0177",
        sent_how="telephone",
        sent_at=now,
        sent_what="The chronology.",
    )
    transfer = transferring.ask(by=cleo, case=case, asked=asked)
    assert told(client, code) == before
    receipt = Receipt(confirmed_by="N Crane", confirmed_how="email", confirmed_at=now, their_reference="EM/7")
    transferring.prove(by=cleo, transfer=transfer, receipt=receipt)
    after = told(client, code)
    assert CaseTransfer.objects.get().answer == "received" and after == before
    assert "Eastmoor" not in after and "area" not in after.lower()


@WHO
def test_it_tells_nothing_of_a_night_alarm(
    client: Client, ben: User, identity: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nights, "is_out", lambda *_: True)
    with time_machine.travel(NIGHT, tick=False):
        referral, code = send(client, identity, danger="yes")
        assert NightAlarm.objects.get().referral == referral
        loud = told(client, code)
    with time_machine.travel(NIGHT + timedelta(minutes=30), tick=False):
        nights.sweep()
        assert told(client, code) == loud
        nights.settle(by=ben, referrals=[referral])
        assert told(client, code) == loud
    NightAlarm.objects.get(state="taken")


@WHO
def test_it_tells_nothing_of_an_incident(client: Client, tess: User, ben: User, identity: str) -> None:
    referral, code = send(client, identity)
    before = told(client, code)
    elsewhere = Address(line1="9 Far Street", postcode="CH41 1AA")
    other = submitting.submit(by=tess, submission=a_submission(children=(a_child(address=elsewhere),)))
    incidents.group(by=ben, referral=referral, other=other, reason="The same night.")
    assert Incident.objects.count() == 1 and told(client, code) == before
    queue.claim(by=ben, referral=other)
    assert told(client, code) == before, "that somebody looked at the other one is not told here"


@WHO
def test_it_tells_the_same_whether_or_not_a_case_was_open(
    client: Client, tess: User, ben: User, cleo: User, carl: User, identity: str
) -> None:
    open_already = in_cadt(submitting.submit(by=tess, submission=a_submission()), ben, cleo)
    first, code = send(client, identity)
    second, other_code = send(Client(), identity, given_1="Bo", home="9 Far Street")
    queue.claim(by=ben, referral=first)
    Subject.objects.filter(referral=first).update(person=open_already.person)
    judgement = Judgement(
        way=Way.OPEN_CASE, level=4, words="Her worker has it.", agreement="not_sought", person=open_already.person
    )
    decisions.decide(by=ben, subject=first.subjects.get(), judgement=judgement)
    in_cadt(second, ben, cleo)
    assert NewInformation.objects.get().case == open_already
    assert told(client, code) == told(Client(), other_code)
    cases.close(by=carl, case=open_already, reason="needs_met", note="Seen with their aunt.", words="Safe.")
    later = Case.objects.get(referral=second)
    cases.close(by=carl, case=later, reason="needs_met", note="Seen with their aunt.", words="Safe.")
    assert told(client, code) == told(Client(), other_code)
    assert "has ended" in told(client, code)
