"""The audit trail as the auditor reads it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import api_keys
from accounts.policy import API_SCOPES
from mash.audit import events
from mash.audit.actors import SYSTEM
from mash.audit.models import Event
from mash.lib.references import grouped
from referrals.choices import Service
from referrals.models import Referral
from referrals.services import queue
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def trail(referral: Referral, amira, tess) -> Referral:
    queue.claim(by=amira, referral=referral)
    events.read(by=amira, what="hub_referral", about=referral)
    return referral


def test_it_tells_who_did_what_in_sentences(trail, otto, client_for):
    page = text(client_for(otto).get("/audit/"))
    assert "Tess Example" in page and "tess@mill.example" in page and "Sent a referral" in page
    assert "Took a referral from the queue" in page and "Opened the file of a referral" in page
    assert grouped(trail.reference) in page


def test_it_names_no_child(trail, otto, client_for):
    page = text(client_for(otto).get("/audit/"))
    assert "Byrne" not in page and "Ada" not in page


def test_it_finds_what_one_person_did(trail, otto, client_for):
    page = text(client_for(otto).get("/audit/?who=amira"))
    assert "Amira Example" in page and "Tess Example" not in page


def test_it_finds_what_an_agencys_system_did(trail, school, otto, client_for):
    row, _ = api_keys.issue(organisation=school, name="Register", scopes=API_SCOPES)
    events.record(by=api_keys.AgencySystem(row), what="referral_submitted", about=trail)
    page = text(client_for(otto).get("/audit/?who=register"))
    assert "Mill Lane Primary / Register" in page and "Tess Example" not in page


@pytest.mark.parametrize(
    ("what", "count"), [("referral_taken", 1), ("read", 1), ("list", 0), ("no such kind", 0), ("x\0", 0)]
)
def test_it_finds_one_kind(trail, otto, client_for, what, count):
    assert len(client_for(otto).get("/audit/", {"what": what}).context["rows"]) == count


def test_it_writes_down_that_the_trail_was_read(trail, otto, client_for):
    client_for(otto).get("/audit/")
    last = Event.objects.latest("pk")
    assert (last.what, last.actor_id) == ("list:audit", otto.pk) and len(last.ids) > 2


def test_it_shows_fifty_at_a_time_and_the_same_number_of_queries(otto, client_for, django_assert_num_queries):
    client = client_for(otto)
    for number in range(120):
        events.record(by=SYSTEM, what="referral_submitted", detail={"number": number})
    first = client.get("/audit/")
    assert len(first.context["rows"]) == 50
    seen = {row.pk for row in first.context["page"].rows}
    second = client.get(f"/audit/{first.context['next']}")
    assert not seen & {row.pk for row in second.context["page"].rows}
    with django_assert_num_queries(6):
        client.get("/audit/?what=referral_submitted")


@pytest.mark.parametrize("typed", [str, str.lower, grouped])
def test_it_finds_what_concerns_one_reference(trail, tess, ben, gita, otto, client_for, typed):
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben, name="Bo")
    events.read(by=gita, what="case", about=case)
    page = client_for(otto).get("/audit/", {"reference": typed(case.referral.reference)})
    assert {row.reference for row in page.context["rows"]} == {case.referral.reference}
    assert "Opened a case" in text(page) and grouped(trail.reference) not in text(page)


@pytest.mark.parametrize("reference", ["nonsense", "x\0", "7QK2M9XR4TBD0VHW"])
def test_it_finds_nothing_under_what_is_no_reference(trail, otto, client_for, reference):
    assert "Nothing was found" in text(client_for(otto).get("/audit/", {"reference": reference}))


@pytest.mark.parametrize(
    ("since", "until", "found"),
    [(0, 0, True), (-1, 1, True), (1, None, False), (None, -1, False), (None, 0, True), (0, None, True)],
)
def test_it_finds_what_was_done_between_two_days(trail, otto, client_for, since, until, found):
    today = timezone.localdate()
    days = {"since": since, "until": until}
    asked = {name: (today + timedelta(days=add)).isoformat() for name, add in days.items() if add is not None}
    assert bool(client_for(otto).get("/audit/", asked).context["rows"]) is found


@pytest.mark.parametrize("day", ["soon", "2026-02-31", "9999-12-31", "\0", "0001-01-01"])
def test_it_takes_any_day(trail, otto, client_for, day):
    assert client_for(otto).get("/audit/", {"since": day, "until": day}).status_code == 200


def test_it_finds_the_references_of_a_page_in_one_statement_for_each_kind(tess, ben, gita, otto, client_for):
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/audit/?what=read")
        return len(caught)

    client = client_for(otto)
    costs = []
    for names in (("Al",), ("Bo", "Cy", "Di")):
        for name in names:
            case = offered(to=Service.GATEWAY, sender=tess, triage=ben, name=name)
            for row in (case, case.referral, case.decision):
                events.read(by=gita, what="case", about=row)
        costs.append(cost())
    assert costs[0] == costs[1] <= 9


@pytest.mark.parametrize("who", ["tess", "amira", "ben", "carl", "lara"])
def test_it_is_for_auditors_alone(who, request, client_for):
    assert client_for(request.getfixturevalue(who)).get("/audit/").status_code == 403
