"""Agencies' systems hand in many notices at once."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse
from django.utils import timezone

from accounts.models import Organisation
from accounts.policy import Act
from accounts.throttling import NOTICES
from referrals.api import notices
from referrals.choices import Via
from referrals.models import Batch, Referral, Subject
from tests.api.conftest import Caller, caller
from tests.api.documents import GONE, a_document

pytestmark = pytest.mark.django_db
BATCH = "/api/v1/referrals/batch/"


def problem(response: HttpResponse, status: int) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), response.content
    body: dict[str, Any] = json.loads(response.content)
    return body


@pytest.fixture
def desk(police: Organisation) -> Caller:
    return caller(police)


def hand_in(desk: Caller, *documents: Any, key: str = "night-1") -> Any:
    return desk.send(BATCH, {"notices": list(documents)}, **{"idempotency-key": key})


def another(number: int) -> dict[str, Any]:
    return a_document(children__0__given_name=f"Child{number}", children__0__address__line1=f"{number} Mill Lane")


def test_it_takes_the_good_ones_and_names_each_mistake_of_the_others(desk: Caller) -> None:
    wrong = a_document(children__0__birth_date="2019-02-31", concerns__0__category=GONE)
    answer = hand_in(desk, another(1), wrong, 7, another(2), {"children": []})
    body = answer.json()
    assert answer.status_code == 200
    assert (body["accepted"], body["refused"]) == (2, 3)
    assert [bool(one["reference"]) for one in body["notices"]] == [True, False, False, True, False]
    assert set(body["notices"][1]["errors"]) == {"children.0.birth_date", "concerns.0.category"}
    assert body["notices"][2]["errors"]["document"] == ["This must be an object, in curly brackets."]
    sent = Referral.objects.get(reference=body["notices"][0]["reference"])
    assert (sent.via, sent.organisation, sent.api_key) == (Via.BULK, desk.actor.organisation, desk.actor.key)


def test_it_makes_one_batch_of_the_same_key_and_json(desk: Caller) -> None:
    first = hand_in(desk, another(1), {"children": []}).json()
    assert hand_in(desk, another(1), {"children": []}).json() == first
    assert (Batch.objects.count(), Referral.objects.count()) == (1, 1)
    assert "different batch" in problem(hand_in(desk, another(2)), 409)["detail"]


def test_it_refuses_what_is_no_batch(desk: Caller, school: Organisation) -> None:
    problem(desk.send(BATCH, {"notices": [another(1)]}), 400)
    bodies: list[Any] = [[], {}, {"notices": {}}, {"notices": []}, {"notices": [1] * 501}]
    for body in bodies:
        assert "notices" in problem(desk.send(BATCH, body, **{"idempotency-key": "k"}), 422)["errors"]
    problem(hand_in(caller(school, Act.ASSESS), another(1)), 403)
    assert Batch.objects.count() == 0


def test_it_takes_no_worry_about_a_worker_in_a_batch(desk: Caller) -> None:
    answer = hand_in(desk, a_document(concerns__0__category="allegation_against_worker")).json()
    assert list(answer["notices"][0]["errors"]) == ["concerns.0.category"]
    assert Referral.objects.count() == 0


@pytest.mark.parametrize(("born", "named"), [(60, {}), (-200, {"given_name": "Bo"})])
@pytest.mark.parametrize("tools", [{"dara": "standard"}, {"dash": 3}, {"dash_grade": "standard"}])
def test_it_raises_a_baby_whose_domestic_abuse_is_graded_standard(
    desk: Caller, born: int, named: dict[str, str], tools: dict[str, Any]
) -> None:
    day = (timezone.localdate() + timedelta(days=born)).isoformat()
    child = {**named, "due_date" if born > 0 else "birth_date": day}
    concern = {"category": "domestic_abuse", "narrative": "We were called to the address."}
    document = a_document(children=[child], concerns=[concern]) | {"tools": tools}
    answer = hand_in(desk, document).json()
    assert answer["accepted"] == 1, answer
    subject = Subject.objects.select_related("hub_assessment").get()
    assert subject.highest_level == 3
    assert "baby" in [reason["rule"] for reason in subject.hub_assessment.reasons]


@pytest.fixture
def four_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "NOTICES", replace(NOTICES, most=4))


def test_it_counts_every_notice_of_every_batch(desk: Caller, four_an_hour: None) -> None:
    assert hand_in(desk, another(1), {"children": []}, another(2)).status_code == 200
    over = hand_in(desk, another(3), another(4), key="night-2")
    assert "same Idempotency-Key" in problem(over, 429)["detail"] and int(over["Retry-After"]) > 0
    assert (Batch.objects.count(), Referral.objects.count()) == (1, 2), "refused whole"
    assert hand_in(desk, another(1), {"children": []}, another(2)).json()["accepted"] == 2, "the same again is free"
    assert hand_in(desk, another(3), key="night-2").status_code == 200, "what was refused was not counted"
    assert problem(hand_in(desk, another(5), key="night-3"), 429)
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        assert hand_in(desk, another(5), key="night-3").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_batches_at_once_do_not_pass_together(desk: Caller, four_an_hour: None) -> None:
    ready, came = threading.Barrier(2), []

    def send(name: str, first: int) -> None:
        ready.wait(timeout=5)
        came.append(hand_in(desk, *(another(first + n) for n in range(3)), key=name).status_code)
        connection.close()

    threads = [threading.Thread(target=send, args=pair) for pair in (("a", 1), ("b", 11))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == [200, 429]
    assert (Batch.objects.count(), Referral.objects.count()) == (1, 3)


@pytest.mark.slow
def test_it_takes_two_hundred_at_once(desk: Caller, record_property: Callable[[str, object], None]) -> None:
    start, work = time.perf_counter(), time.process_time()
    answer = hand_in(desk, *(another(number) for number in range(200))).json()
    took = time.perf_counter() - start
    record_property("figure", f"notices: 200 in {took:.1f} s")
    assert answer["accepted"] == 200
    assert time.process_time() - work < 30, "seconds of this process's own work, whatever else the machine does"
