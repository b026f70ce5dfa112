"""Three agencies, one incident: three loops, and nothing that one can reach tells it of another.

Every route, with every record it could be about, asked as each agency's practitioner, lead and key: pages, forms,
files, PDFs, API answers; then every email. Each agency writes with a word of its own, which nobody else may meet.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.core import mail
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.models import User
from accounts.policy import API_SCOPES
from mash.outbox.models import Message
from mash.outbox.services import delivery
from referrals import visible
from referrals.choices import OutcomeKind
from referrals.models import Amendment, Case, Incident, IncidentReferral, Outcome, Referral
from referrals.services import amending, cases, decisions, incidents, open_cases, queue
from referrals.services.decisions import Judgement
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_house import SWITCHED_OFF
from tests.canary.places import Visit, addresses, found_in, visits
from tests.cast import sign_in
from tests.incidents.conftest import Agency, tells

LEAVES = {"account_logout", "leave_news"}
HUBS_OWN = "hubonly"
AN_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# These make a new secret each time, whoever asks.
SECRETS = {"mfa_activate_totp", "mfa_add_webauthn"}
# What is new in an answer each time it is given, and says nothing.
ANEW = (
    re.compile(rb'csrfmiddlewaretoken" value="[^"]+'),
    re.compile(rb'name="token" value="[^"]+'),
    re.compile(rb"nonce-[A-Za-z0-9+/=_-]+"),
    AN_ID,
    re.compile(rb"[0-9A-HJKMNP-TV-Z]{16}"),
)
Clients = dict[str, dict[str, Client]]


@pytest.fixture(autouse=True)
def unlimited(settings: LazySettings) -> None:
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def clients(agencies: list[Agency]) -> Clients:
    """By the agency's word: its practitioner, its lead, its system."""
    return {one.word: _clients(one) for one in agencies}


def _clients(one: Agency) -> dict[str, Client]:
    _, key = api_keys.issue(organisation=one.organisation, name="theirs", scopes=API_SCOPES)
    return {
        f"{one.word} practitioner": sign_in(Client(raise_request_exception=False), one.practitioner),
        f"{one.word} lead": sign_in(Client(raise_request_exception=False), one.lead),
        f"{one.word} key": Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {key}"),
    }


def decide(by: User, referral: Referral, word: str, **changes: Any) -> None:
    subject = referral.subjects.get()
    judged = {"way": "cadt", "level": 4, "words": f"{word}-decision", "agreement": "not_sought", "reason": HUBS_OWN}
    decisions.decide(by=by, subject=subject, judgement=Judgement(**{**judged, **changes}))


def first_life(one: Agency, ben: User, cleo: User) -> Referral:
    """Told, decided, accepted; something was added and answered."""
    referral = tells(one)
    queue.claim(by=ben, referral=referral)
    _added(one, referral, ben)
    decide(ben, referral, one.word)
    cases.accept(by=cleo, case=Case.objects.get(referral=referral))
    return referral


def _added(one: Agency, referral: Referral, ben: User) -> None:
    amending.add(by=one.practitioner, referral=referral, words=f"{one.word}-added")
    added = Amendment.objects.get(referral=referral)
    amending.answer(by=ben, amendment=added, words=f"{one.word}-answered")


def others_join(first: Referral, others: list[Agency], ben: User, cleo: User) -> list[Referral]:
    """The others tell of the same, are grouped, and what they said goes to the same case."""
    made = []
    for one in others:
        referral = tells(one)
        incidents.group(by=ben, referral=first, other=referral, reason=f"{HUBS_OWN} the same night")
        queue.claim(by=ben, referral=referral)
        _added(one, referral, ben)
        decide(ben, referral, one.word, way="open_case", person=first.subjects.get().person)
        made.append(referral)
    open_cases.read(by=cleo, case=Case.objects.get(), upto=10**9)
    return made


def carry_everything() -> None:
    for message in Message.objects.filter(state=Message.State.OWED):
        delivery.deliver(message.pk)


def routes() -> list[Route]:
    return [route for route in all_routes() if route.name and route.name not in SWITCHED_OFF | LEAVES]


def leaks(seen: list[Visit], own: str) -> list[str]:
    return [str(visit) for visit in seen if set(visit.found) - {own}]


@pytest.mark.slow
def test_no_agency_meets_anothers_words_anywhere(
    agencies: list[Agency],
    clients: Clients,
    ben: User,
    cleo: User,
    carl: User,
    record_property: Callable[[str, object], None],
) -> None:
    first = first_life(agencies[0], ben, cleo)
    referrals = [first, *others_join(first, agencies[1:], ben, cleo)]
    cases.close(
        by=carl,
        case=Case.objects.get(),
        reason="needs_met",
        words=f"{agencies[0].word}-closed",
        note="Seen with their aunt.",
    )
    carry_everything()
    words = (*(one.word for one in agencies), HUBS_OWN, str(Incident.objects.get().token))
    found, asked, shown = [], 0, 0
    for one in agencies:
        seen = list(visits(routes(), clients[one.word], referrals, words))
        found += leaks(seen, one.word)
        asked += len(seen)
        shown += sum(visit.status == 200 for visit in seen)
        assert any(one.word in visit.found for visit in seen), "their own words are there"
    mails = [f"mail to {one.to}" for one in mail.outbox if _others(one, agencies)]
    record_property(
        "figure",
        f"three agencies, one incident: {asked:,} answers of {len(routes())} routes to {len(agencies) * 3} kinds of "
        f"people, {shown:,} of them pages, {len(mail.outbox)} emails: {len(found) + len(mails)} leaks",
    )
    assert asked > 1500 and shown > 200 and len(mail.outbox) > 10
    assert found + mails == []


def _others(sent: Any, agencies: list[Agency]) -> list[str]:
    """Words in an email that are not those of whoever it goes to."""
    to = " ".join(sent.to).lower()
    content = bytes(sent.message())
    return [word for word in found_in(content, [one.word for one in agencies]) if word not in to]


def test_each_keeps_a_loop_of_its_own(agencies: list[Agency], ben: User, cleo: User, carl: User) -> None:
    first = first_life(agencies[0], ben, cleo)
    referrals = [first, *others_join(first, agencies[1:], ben, cleo)]
    cases.close(
        by=carl, case=Case.objects.get(), reason="needs_met", words="It went well.", note="Seen with their aunt."
    )
    for one, referral in zip(agencies, referrals, strict=True):
        news = list(Outcome.objects.filter(referral=referral).values_list("kind", "words"))
        kinds = [kind for kind, _ in news]
        assert (kinds[0], kinds[-1]) == (OutcomeKind.RECEIVED, OutcomeKind.CLOSED)
        assert (OutcomeKind.DECIDED, f"{one.word}-decision") in news
        told = {party.user for outcome in referral.outcomes.all() for party in _parties(outcome)}
        assert told == {one.practitioner}


def _parties(outcome: Outcome) -> Iterator[Any]:
    return (telling.party for telling in outcome.tellings.select_related("party__user"))


@pytest.mark.slow
def test_no_number_and_no_answer_changes_because_others_told_us_too(
    agencies: list[Agency], clients: Clients, ben: User, cleo: User, record_property: Callable[[str, object], None]
) -> None:
    """Everything that the first agency can open, before the others told us and after: to the letter the same."""
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=False):
        mine = clients[agencies[0].word] = _clients(agencies[0])
        first = first_life(agencies[0], ben, cleo)
        before = everything(mine, first)
        others_join(first, agencies[1:], ben, cleo)
        after = everything(mine, first)
    changed = [key for key in before if before[key] != after.get(key)]
    record_property("figure", f"answers to the first agency before and after two others told us: {len(before)} equal")
    assert len(before) > 60 and before.keys() == after.keys()
    assert changed == []


def everything(mine: dict[str, Client], referral: Referral) -> dict[tuple[str, str], bytes]:
    """Each answer with a page, and what the API says to the same child told of once more."""
    found = {}
    for route in (one for one in routes() if one.name not in SECRETS):
        for address in addresses(route, [referral]):
            for who, client in mine.items():
                status, content = _asked(client, "GET", address)
                if status == 200:
                    found[who, AN_ID.sub(b"", address.encode()).decode()] = content
    key = next(client for who, client in mine.items() if who.endswith("key"))
    found["key", "once more"] = _asked(key, "POST", "/api/v1/referrals/", ONCE_MORE)[1]
    return found


ONCE_MORE = """{"children": [{"given_name": "Ada", "family_name": "Byrne", "birth_date": "2019-05-04", "sex": "F",
"address": {"line1": "1 Mill Lane", "postcode": "CH41 1AA"}}], "concerns": [{"category": "physical_abuse",
"narrative": "Again.", "indicators": ["D05"]}], "consent": {"status": "not_sought", "reason": "A risk."},
"referrer": {"name": "R Teacher", "role": "class teacher", "phone": "0151 496 0000"}, "immediate_danger": false}"""


def _asked(client: Client, method: str, address: str, body: str = "") -> tuple[int, bytes]:
    """The answer without what is new in each; whatever was done is undone."""
    with transaction.atomic():
        cookies = client.cookies.output()
        kind = "application/json" if body else "application/x-www-form-urlencoded"
        extra = {"HTTP_IDEMPOTENCY_KEY": "once-more"} if body else {}
        response = client.generic(method, address, body, content_type=kind, **extra)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    for pattern in ANEW:
        content = pattern.sub(b"", content)
    return response.status_code, content


def test_another_agencys_referral_is_as_one_that_never_was(
    agencies: list[Agency], clients: Clients, ben: User, cleo: User
) -> None:
    first = first_life(agencies[0], ben, cleo)
    [second, _] = others_join(first, agencies[1:], ben, cleo)
    for who, client in clients[agencies[0].word].items():
        root = "/api/v1/referrals/" if who.endswith("key") else "/referrals/"
        theirs, never = (_asked(client, "GET", f"{root}{key}/") for key in (second.reference, "0000000000000000"))
        assert theirs == never
        assert theirs[0] == 404


def test_the_matrix_catches_a_door_that_leaks(
    agencies: list[Agency], clients: Clients, ben: User, cleo: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = first_life(agencies[0], ben, cleo)
    referrals = [first, *others_join(first, agencies[1:], ben, cleo)]
    together = IncidentReferral.objects.values("referral")
    monkeypatch.setattr(visible, "submissions", lambda _user: Referral.objects.filter(pk__in=together))
    some = [route for route in routes() if route.name in {"my_referral", "receipt"}]
    words = tuple(one.word for one in agencies)
    found = leaks(list(visits(some, clients[agencies[0].word], referrals, words)), agencies[0].word)
    assert any(referrals[1].reference in one and agencies[1].word in one for one in found)
    assert any("receipt" in one for one in found), "PDFs are read as well"
