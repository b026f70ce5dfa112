"""The audit trail as the auditor reads it."""

import pytest

from accounts import api_keys
from accounts.policy import API_SCOPES
from mash.audit import events
from mash.audit.actors import SYSTEM
from mash.audit.models import Event
from referrals.models import Referral
from referrals.services import queue

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
    assert "Took a referral from the queue" in page and "Opened a record (page: hub referral)" in page
    assert f"referral {trail.pk}" in page


def test_it_names_no_child(trail, otto, client_for):
    page = text(client_for(otto).get("/audit/"))
    assert "Byrne" not in page and "Ada" not in page and trail.reference not in page


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


@pytest.mark.parametrize("who", ["tess", "amira", "ben", "carl", "lara"])
def test_it_is_for_auditors_alone(who, request, client_for):
    assert client_for(request.getfixturevalue(who)).get("/audit/").status_code == 403
