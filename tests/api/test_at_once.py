"""The same request many times at once, over real HTTP."""

import http.client
import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from urllib.parse import urlsplit

import pytest

from mash.outbox.models import Message
from referrals.models import IdempotencyRecord, Reading, Referral
from tests.api.conftest import REFERRALS, Caller
from tests.api.documents import a_document

pytestmark = pytest.mark.django_db(transaction=True)
TIMES = 20
Answer = tuple[int, dict[str, str], bytes]


def call(address: str, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read()
    finally:
        connection.close()


def at_once(one: Callable[[int], Answer]) -> list[Answer]:
    """Run `one` for 0..19, all of them let go at the same moment."""
    gate = Barrier(TIMES)

    def waiting(n: int) -> Answer:
        gate.wait()
        return one(n)

    with ThreadPoolExecutor(TIMES) as pool:
        return list(pool.map(waiting, range(TIMES)))


def posting(
    address: str, system: Caller, key: Callable[[int], str], body: Callable[[int], Any]
) -> Callable[[int], Answer]:
    def post(n: int) -> Answer:
        headers = {
            "Authorization": f"Bearer {system.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key(n),
        }
        return call(address, "POST", REFERRALS, json.dumps(body(n)).encode(), headers)

    return post


def test_it_makes_one_referral_of_twenty_equal_requests_at_once(live_server: Any, system: Caller) -> None:
    bodies = [dict(sorted(a_document().items(), reverse=bool(n % 2))) for n in range(TIMES)]
    answers = at_once(posting(live_server.url, system, lambda _: "same", lambda n: bodies[n]))
    assert Counter(status for status, _, _ in answers) == {201: 1, 200: TIMES - 1}
    assert len({body for _, _, body in answers}) == 1
    assert Referral.objects.count() == IdempotencyRecord.objects.count() == Message.objects.count() == 1


def test_it_makes_one_referral_of_twenty_different_requests_with_one_key(live_server: Any, system: Caller) -> None:
    answers = at_once(
        posting(live_server.url, system, lambda _: "same", lambda n: a_document(concerns__0__narrative=f"Told {n}."))
    )
    assert Counter(status for status, _, _ in answers) == {201: 1, 409: TIMES - 1}
    assert Referral.objects.count() == 1


def test_it_makes_twenty_referrals_of_twenty_keys(live_server: Any, system: Caller) -> None:
    answers = at_once(posting(live_server.url, system, "key-{}".format, lambda _: a_document()))
    assert Counter(status for status, _, _ in answers) == {201: TIMES}
    assert len({json.loads(body)["reference"] for _, _, body in answers}) == Referral.objects.count() == TIMES


def test_it_reads_once_however_many_fetch_at_once(live_server: Any, system: Caller) -> None:
    reference = system.refer().json()["reference"]
    headers = {"Authorization": f"Bearer {system.token}"}
    answers = at_once(lambda _: call(live_server.url, "GET", f"{REFERRALS}{reference}/", None, headers))
    assert Counter(status for status, _, _ in answers) == {200: TIMES}
    assert Reading.objects.count() == 1


def test_it_sets_no_cookie_and_takes_a_huge_body_without_breaking_the_line(live_server: Any, system: Caller) -> None:
    huge = json.dumps(a_document(concerns__0__narrative="x" * 12_000_000))
    status, headers, body = posting(live_server.url, system, lambda _: "huge", lambda _: json.loads(huge))(0)
    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    assert "Set-Cookie" not in headers
    assert json.loads(body)["status"] == 413
