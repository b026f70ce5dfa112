"""The API counts by key, before a view's transaction begins; wrong keys are counted by address, and shut nobody out."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from accounts import throttling
from accounts.models import Organisation
from mash.access.models import Tally
from tests.api.conftest import ASSESSMENTS, REFERRALS, Caller, caller
from tests.api.test_assessments import CONTRACT as QUESTION

# Tomorrow: after whatever the tests made today came into force.
NOON = (datetime.now(UTC) + timedelta(days=1)).replace(hour=12, minute=0, second=10, microsecond=0)
pytestmark = pytest.mark.django_db


@pytest.fixture
def school_system(school: Organisation) -> Caller:
    return caller(school)


def spent(name: str, times: int) -> None:
    """As though it had been done so often already."""
    assert Tally.objects.filter(name=name).update(spent=times) == 1


def refused(response: HttpResponse) -> dict[str, object]:
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert response["Retry-After"] == "50"
    body: dict[str, object] = json.loads(response.content)
    assert body["status"] == 429 and body["detail"]
    return body


@time_machine.travel(NOON, tick=False)
def test_it_refuses_one_call_too_many_of_one_key_until_the_minute_is_over(school_system: Caller) -> None:
    assert school_system.send(ASSESSMENTS, QUESTION).status_code == 200
    spent("api_calls", throttling.CALLS.most - 1)
    assert school_system.send(ASSESSMENTS, QUESTION).status_code == 200
    refused(school_system.send(ASSESSMENTS, QUESTION))
    with time_machine.travel(NOON + timedelta(minutes=1), tick=False):
        assert school_system.send(ASSESSMENTS, QUESTION).status_code == 200


@time_machine.travel(NOON, tick=False)
def test_it_counts_each_key_by_itself(school_system: Caller, police: Organisation) -> None:
    school_system.send(ASSESSMENTS, QUESTION)
    spent("api_calls", throttling.CALLS.most)
    refused(school_system.send(ASSESSMENTS, QUESTION))
    assert caller(police).send(ASSESSMENTS, QUESTION).status_code == 200


@time_machine.travel(NOON, tick=False)
def test_it_counts_what_was_refused_too_and_stores_nothing_over_the_limit(school_system: Caller) -> None:
    assert school_system.refer({"children": []}).status_code == 422
    assert Tally.objects.get(name="api_submissions").spent == 1
    spent("api_submissions", throttling.SUBMISSIONS.most)
    assert "Idempotency-Key" in str(refused(school_system.refer())["detail"])
    assert school_system.send(ASSESSMENTS, QUESTION).status_code == 200, "only submissions are spent"


@time_machine.travel(NOON, tick=False)
def test_it_lets_a_right_key_in_beside_any_number_of_wrong_ones(school_system: Caller) -> None:
    wrong = Caller("mash_00000000_wrong", school_system.actor)
    assert wrong.send(ASSESSMENTS, {}).status_code == 401
    spent("api_wrong_keys", throttling.WRONG_KEYS.most)
    refused(wrong.send(ASSESSMENTS, {}))
    assert school_system.send(ASSESSMENTS, QUESTION).status_code == 200


def test_it_counts_nothing_for_a_call_without_a_key_or_a_page_that_needs_none(client: Client) -> None:
    assert client.post(REFERRALS, "{}", content_type="application/json").status_code == 401
    assert client.get("/api/docs/").status_code == 200
    assert client.get("/api/schema/", headers={"Authorization": "Bearer nonsense"}).status_code in {200, 401}
    assert not list(Tally.objects.values_list("name"))


@pytest.mark.django_db(transaction=True)
def test_it_counts_a_call_whose_transaction_was_undone(school: Organisation) -> None:
    system = caller(school)
    assert system.refer({"children": []}).status_code == 422
    assert Tally.objects.get(name="api_calls").spent == 1


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "bearer a b", "Bearer \xff\x00", "Basic QQ==", "Bearer mash__"]
)
def test_it_answers_any_authorization_header_with_401(client: Client, header: str) -> None:
    answer = client.post(ASSESSMENTS, "{}", content_type="application/json", headers={"Authorization": header})
    assert answer.status_code == 401


def test_it_says_on_the_page_how_often_a_key_may_call(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    assert f"{throttling.CALLS.most} calls a minute" in page
    assert f"{throttling.SUBMISSIONS.most} of them referrals" in page
    assert f"{throttling.NOTICES.most} notices an hour in batches" in page
    assert "<strong>429</strong>" in page
