"""What an agency's system learns of a referral, and that learning it is kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from accounts.models import Organisation, User
from accounts.policy import Act
from mash.audit import events
from mash.audit.models import Event
from mash.lib.references import grouped
from mash.outbox.models import Message
from referrals.choices import Way
from referrals.models import Reading, Referral
from referrals.services import decisions, queue, submitting
from referrals.services.decisions import Judgement
from tests.api.conftest import REFERRALS, Caller, caller
from tests.api.documents import a_document
from tests.cast import a_concern, a_submission

pytestmark = pytest.mark.django_db
Problem = Callable[[Any, int], dict[str, Any]]


@pytest.fixture
def sent(system: Caller) -> Referral:
    """A Level 4 referral about two siblings that the school's system sent."""
    children = [{"given_name": name, "family_name": "Byrne", "estimated_age": 4} for name in ("Ada", "Bo")]
    return Referral.objects.get(reference=system.refer(a_document(children=children)).json()["reference"])


def test_it_tells_the_state_of_each_child_and_what_was_written_for_the_referrer(
    system: Caller, sent: Referral, ben: User
) -> None:
    queue.claim(by=ben, referral=sent)
    judgement = Judgement(way=Way.CADT, level=4, words="CADT will see Ada today.", agreement="not_sought")
    decisions.decide(by=ben, subject=sent.subjects.get(position=0), judgement=judgement)
    answer = system.follow(sent.reference).json()
    assert set(answer) == {"reference", "state", "submitted_at", "decision_due_at", "children", "outcomes"}
    assert (answer["reference"], answer["state"]) == (sent.reference, "in_triage")
    assert answer["children"] == [{"position": 0, "state": "decided"}, {"position": 1, "state": "waiting"}]
    receipt, decision = answer["outcomes"]
    assert (receipt["kind"], receipt["child"]) == ("referral_received", None)
    assert (decision["kind"], decision["words"], decision["child"]) == ("decided", "CADT will see Ada today.", 0)
    assert decision["at"].endswith("Z"), "times are UTC"


def test_it_counts_as_told_once_it_is_fetched(system: Caller, sent: Referral) -> None:
    assert not Reading.objects.exists()
    for _ in range(2):
        assert system.follow(sent.reference).status_code == 200
    reading = Reading.objects.get()
    assert (reading.how, reading.api_key) == ("api", system.actor.key)
    assert Message.objects.get(about=sent.reference).read_at is not None


def test_it_writes_down_each_reading(system: Caller, sent: Referral) -> None:
    for _ in range(2):
        system.follow(sent.reference)
    reads = Event.objects.filter(what__startswith="read:", about_id=sent.pk)
    assert [(event.actor_kind, event.actor_id) for event in reads] == [("api_key", system.actor.key.pk)] * 2
    assert {event.what for event in reads} == {"read:referral_in_agency_system"}


def test_it_shows_nothing_when_the_reading_cannot_be_written_down(
    system: Caller, sent: Referral, monkeypatch: pytest.MonkeyPatch, problem: Problem
) -> None:
    def broken(**_: Any) -> None:
        raise DatabaseError("the trail is full")

    monkeypatch.setattr(events, "read", broken)
    client = Client(raise_request_exception=False)
    response = client.get(f"{REFERRALS}{sent.reference}/", headers={"authorization": f"Bearer {system.token}"})
    assert "outcomes" not in problem(response, 500)
    assert not Reading.objects.exists(), "what was not shown was not told"


@pytest.mark.parametrize(
    "typed", [str.lower, grouped, lambda text: text.replace("1", "l").replace("0", "o"), " {} ".format]
)
def test_it_forgives_how_a_reference_is_typed(system: Caller, sent: Referral, typed: Callable[[str], str]) -> None:
    assert system.follow(typed(sent.reference)).json()["reference"] == sent.reference


@pytest.mark.parametrize("reference", ["7Q2M9TZC4K1XW8HD", "0" * 16, "nonsense", "%00" * 16, "é" * 16])
def test_it_knows_no_other_reference(system: Caller, problem: Problem, reference: str) -> None:
    problem(system.follow(reference), 404)


def test_it_hides_another_organisations_referral(sent: Referral, another_system: Caller, problem: Problem) -> None:
    problem(another_system.follow(sent.reference), 404)
    assert not Reading.objects.exists()
    assert not Event.objects.filter(what__startswith="read:").exists()


def test_it_shows_what_a_colleague_sent_in_a_browser(system: Caller, referral: Referral) -> None:
    assert system.follow(referral.reference).status_code == 200


def test_it_hides_an_allegation_that_somebody_else_raised(
    system: Caller, school: Organisation, tess: User, problem: Problem
) -> None:
    worry = a_concern(category="allegation_against_worker")
    raised = submitting.submit(by=tess, submission=a_submission(concerns=(worry,)))
    problem(system.follow(raised.reference), 404)
    own = system.refer(a_document(concerns__0__category="allegation_against_worker")).json()["reference"]
    assert system.follow(own).status_code == 200
    problem(caller(school, name="Another").follow(own), 404)


def test_it_hides_a_restricted_referral_from_other_keys(system: Caller, referral: Referral, problem: Problem) -> None:
    Referral.objects.filter(pk=referral.pk).update(restricted=True)
    problem(system.follow(referral.reference), 404)


def test_it_wants_a_key_with_the_scope(sent: Referral, school: Organisation, problem: Problem) -> None:
    problem(Client().get(f"{REFERRALS}{sent.reference}/"), 401)
    problem(caller(school, Act.ASSESS).follow(sent.reference), 403)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "HEAD", "OPTIONS"])
def test_it_can_only_be_fetched_whole(system: Caller, sent: Referral, method: str) -> None:
    response = system.send(f"{REFERRALS}{sent.reference}/", {}, method=method)
    assert (response.status_code, response["Allow"]) == (405, "GET")
    assert not Reading.objects.exists(), "HEAD shows nobody anything"


def test_it_costs_the_same_for_one_child_and_for_ten(
    system: Caller, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    children = [{"given_name": f"Child {n}"} for n in range(10)]
    reference = system.refer(a_document(children=children)).json()["reference"]
    system.follow(reference)
    with django_assert_max_num_queries(11):
        system.follow(reference)
