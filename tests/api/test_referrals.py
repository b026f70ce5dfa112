"""Raising a concern from an agency's own system, word by word as the contract says."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from accounts.policy import Act
from mash.audit.models import Event
from mash.lib.references import normalise
from mash.outbox.models import Message
from referrals.models import IdempotencyRecord, Referral
from referrals.services import submitting
from tests.api.conftest import REFERRALS, Caller, caller
from tests.api.documents import GONE, a_document
from tests.cast import a_child, a_submission

pytestmark = pytest.mark.django_db
Problem = Callable[[Any, int], dict[str, Any]]


def test_it_stores_a_referral_and_says_what_its_own_facts_come_to(system: Caller) -> None:
    response = system.refer()
    assert response.status_code == 201, response.content
    answer = response.json()
    assert (answer["state"], answer["level"], answer["band"]) == ("received", 4, "4")
    assert (answer["route"], answer["duty"], answer["ignored"]) == ("cadt", "s47", [])
    assert "D19" in [reason["rule"] for reason in answer["reasons"]]
    assert all(set(reason) == {"rule", "level", "because"} and reason["because"] for reason in answer["reasons"])
    assert normalise(answer["reference"]) == answer["reference"], "the reference is answered as it is stored"
    assert response["Location"] == f"{REFERRALS}{answer['reference']}/"
    referral = Referral.objects.get(reference=answer["reference"])
    assert (referral.via, referral.lane, referral.api_key) == ("api", "cadt", system.actor.key)
    assert referral.document["children"][0]["birth_date"] == "2019-05-04"


def test_it_owes_the_referrer_a_receipt_and_writes_down_who_sent_it(system: Caller) -> None:
    reference = system.refer().json()["reference"]
    assert Message.objects.get(about=reference).recipient_email == "r.teacher@school.example"
    event = Event.objects.get(what="referral_submitted")
    assert (event.actor_kind, event.actor_id) == ("api_key", system.actor.key.pk)


def test_it_answers_from_the_submitters_facts_alone(system: Caller, pat: User) -> None:
    facts = a_document(concerns__0__indicators=["D05"], concerns__0__category="education")
    first = system.refer(facts, key="one").json()
    for _ in range(3):
        submitting.submit(by=pat, submission=a_submission("D05", children=(a_child(),)))
    again = system.refer(facts, key="two").json()
    assert {**again, "reference": ""} == {**first, "reference": ""}, "others' referrals stay the hub's knowledge"
    hub = Referral.objects.get(reference=again["reference"]).level
    assert hub is not None and hub > again["level"], "the hub knows of the others"


def test_it_answers_for_the_child_the_facts_weigh_heaviest_for(system: Caller) -> None:
    children = [{"given_name": "Bo", "estimated_age": 9}, {"given_name": "Ada", "estimated_age": 2}]
    concerns = [
        {"category": "education", "narrative": "Late.", "indicators": ["D05"], "about": [0]},
        {"category": "physical_abuse", "narrative": "A bruise.", "indicators": ["D19"], "about": [1]},
    ]
    assert system.refer(a_document(children=children, concerns=concerns)).json()["level"] == 4


def test_it_says_plainly_when_the_facts_give_no_level(system: Caller) -> None:
    answer = system.refer(a_document(concerns__0__indicators=[])).json()
    assert (answer["level"], answer["band"], answer["route"], answer["duty"]) == (None, None) + ("undetermined",) * 2


def test_it_names_fields_that_mean_nothing_to_it(system: Caller) -> None:
    assert system.refer(a_document(imediate_danger=True)).json()["ignored"] == ["imediate_danger"]


@pytest.mark.parametrize("key", ["", "  ", "x" * 256, "clé", "a\tb"])
def test_it_wants_an_idempotency_key(system: Caller, problem: Problem, key: str) -> None:
    assert "Idempotency-Key" in problem(system.refer(key=key), 400)["detail"]
    assert not Referral.objects.exists()


def test_it_takes_a_key_of_255_characters(system: Caller) -> None:
    assert system.refer(key="x" * 255).status_code == 201


def test_it_gives_the_first_answer_again_for_the_same_key_and_equal_json(system: Caller, tess: User) -> None:
    first = system.refer(key="same")
    shuffled = dict(reversed(a_document().items()))
    again = system.refer(shuffled, key="same")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert again["Location"] == first["Location"]
    assert Referral.objects.count() == IdempotencyRecord.objects.count() == 1
    assert Message.objects.count() == 1


def test_it_gives_the_first_answer_even_when_the_rules_have_changed_since(system: Caller, settings: Any) -> None:
    first = system.refer(key="same")
    settings.FRAMEWORK = "wigan"
    assert system.refer(key="same").json() == first.json()


def test_it_refuses_the_same_key_with_other_json(system: Caller, problem: Problem) -> None:
    system.refer(key="same")
    problem(system.refer(a_document(immediate_danger=True), key="same"), 409)
    problem(system.refer([], key="same"), 409)
    assert Referral.objects.count() == 1


def test_it_keeps_keys_apart_for_each_api_key(system: Caller, another_system: Caller, school: Organisation) -> None:
    callers = [system, another_system, caller(school, name="Second system")]
    assert {each.refer(key="same").json()["reference"] for each in callers} == set(
        Referral.objects.values_list("reference", flat=True)
    )
    assert Referral.objects.count() == 3


def test_it_lets_a_refused_request_be_mended_and_sent_again(system: Caller, problem: Problem) -> None:
    problem(system.refer(a_document(consent=GONE), key="same"), 422)
    assert system.refer(key="same").status_code == 201


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"framework": "atlantis"}, "framework"),
        ({"concerns__0__indicators": ["D19", "X99"]}, "concerns.0.indicators.1"),
        ({"concerns__0__category": "gossip"}, "concerns.0.category"),
        ({"children__0__birth_date": "2019-02-30"}, "children.0.birth_date"),
        ({"children__0__nhs_number": "485 777 3456"}, "children.0.nhs_number"),
        ({"children__0__family_name": "x" * 4000}, "children.0.family_name"),
    ],
)
def test_it_names_the_field_that_is_wrong(
    system: Caller, problem: Problem, changes: dict[str, Any], named: str
) -> None:
    assert list(problem(system.refer(a_document(**changes)), 422)["errors"]) == [named]
    assert not Referral.objects.exists() and not Message.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"not json",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 1, "a": 2}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":' * 33 + b"1" + b"}" * 33,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_it_says_when_the_body_cannot_be_read(system: Caller, problem: Problem, body: bytes) -> None:
    assert problem(system.refer(body), 400)["detail"]


@pytest.mark.parametrize("body", [b"[]", b"null", b'"{}"', b"7", b"", b"{}"])
def test_it_wants_an_object(system: Caller, problem: Problem, body: bytes) -> None:
    assert problem(system.refer(body), 422)["errors"]


def test_it_refuses_a_huge_body(system: Caller, problem: Problem, settings: Any) -> None:
    huge = b'{"children": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    problem(system.refer(huge), 413)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "x" * 300])
def test_it_takes_json_only(system: Caller, problem: Problem, kind: str) -> None:
    problem(system.refer(**{"content-type": kind}), 415)


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/json;charset=zlib"]
)
def test_it_reads_utf_8_whatever_the_header_says_of_it(system: Caller, kind: str) -> None:
    assert system.refer(a_document(children__0__given_name="Zoë"), **{"content-type": kind}).status_code == 201
    assert Referral.objects.get().subjects.get().given_name == "Zoë"


@pytest.mark.parametrize("accept", ["text/html", "application/problem+json", "nonsense", "*/*;q=0"])
def test_it_answers_json_whatever_was_asked_for(system: Caller, accept: str) -> None:
    assert system.refer(accept=accept)["Content-Type"] == "application/json"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "BREW"])
def test_it_allows_no_other_method(system: Caller, method: str) -> None:
    response = system.send(REFERRALS, a_document(), method=method, **{"idempotency-key": "k"})
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response["Content-Type"] == "application/problem+json"
    assert not Referral.objects.exists()


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer mash_1_2", "Bearer a b", "Basic eDp5", "Bearer \xe9_é"]
)
def test_it_wants_a_key_that_is_valid(system: Caller, problem: Problem, header: str) -> None:
    response = system.refer(authorization=header)
    problem(response, 401)
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_it_wants_the_scope(school: Organisation, problem: Problem) -> None:
    problem(caller(school, Act.ASSESS).refer(), 403)


def test_it_takes_no_session_for_a_key_and_starts_none(system: Caller, client_for: Any, tess: User) -> None:
    browser = client_for(tess)
    assert browser.post(REFERRALS, a_document(), content_type="application/json").status_code == 401
    response = system.refer()
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_it_keeps_every_script_and_emoji(system: Caller) -> None:
    reference = system.refer(a_document(children__0__given_name="ليلى", concerns__0__narrative="🧒 said “no”")).json()
    document = Referral.objects.get(reference=reference["reference"]).document
    assert (document["children"][0]["given_name"], document["concerns"][0]["narrative"]) == ("ليلى", "🧒 said “no”")


def test_it_says_404_as_a_problem_for_an_unknown_address(problem: Problem) -> None:
    problem(Client().get("/api/v1/nothing/"), 404)


def test_it_takes_an_unborn_child(system: Caller) -> None:
    due = date.today().replace(day=1).isoformat()
    assert system.refer(a_document(children=[{"due_date": due}])).status_code == 201
