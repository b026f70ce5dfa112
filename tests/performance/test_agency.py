"""Agencies' systems ask again with the same key until they are answered, and not when they are told no."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mash.performance.chaos import agency
from mash.performance.chaos.agency import Acknowledged, Agency


class Api(ThreadingHTTPServer):
    """Answers each key with the next word of its script: a status, "hangs up", or half an answer."""

    def __init__(self) -> None:
        self.script: dict[str, list[int | str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.tokens: dict[str, set[str]] = {}
        super().__init__(("127.0.0.1", 0), Handler)


class Handler(BaseHTTPRequestHandler):
    server: Api

    def do_POST(self) -> None:
        key = self.headers["Idempotency-Key"]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((key, json.loads(body)["referrer"]["email"]))
        self.server.tokens.setdefault(key, set()).add(self.headers["Authorization"])
        word = self.server.script.get(key, [201]).pop(0)
        if word == "hangs up":
            return
        answer = json.dumps({"reference": f"REF-{key}"}).encode()
        self.send_response(201 if isinstance(word, str) else word)
        if word == 429:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[:5] if word == "half" else answer)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agency, "SECONDS_BEFORE_AGAIN", 0.01)


def sent(api: Api, *keys: str) -> Agency:
    """What came of sending these."""
    system = Agency(api.server_port, ["one", "two"], list(keys), due=lambda number: 0)
    deadline = time.monotonic() + 20
    with system.sending():
        while not system.done and time.monotonic() < deadline:
            time.sleep(0.01)
    assert system.done
    return system


def test_it_sends_each_referral_once_when_all_is_well(api: Api) -> None:
    system = sent(api, *(f"k{number}" for number in range(20)))
    assert sorted(api.asked) == sorted((key, f"{key}@school.example") for key in system.keys)
    assert {one.reference for one in system.acknowledged} == {f"REF-{key}" for key in system.keys}


@pytest.mark.parametrize("word", ["hangs up", "half", 500, 503])
def test_it_asks_again_with_the_same_key(api: Api, word: int | str) -> None:
    api.script["k"] = [word, word, 200]
    assert sent(api, "k").acknowledged == [Acknowledged("k", "REF-k", again=True)]
    assert [key for key, _ in api.asked] == ["k", "k", "k"]


def test_it_comes_back_as_late_as_it_is_told(api: Api) -> None:
    api.script["k"] = [429, 201]
    begun = time.monotonic()
    assert sent(api, "k").acknowledged == [Acknowledged("k", "REF-k", again=False)]
    assert time.monotonic() - begun >= 1


def test_it_sends_by_each_key_of_the_api_in_turn_and_again_by_the_same(api: Api) -> None:
    api.script["k2"] = [503, 201]
    sent(api, "k1", "k2", "k3")
    assert api.tokens == {"k1": {"Bearer one"}, "k2": {"Bearer two"}, "k3": {"Bearer one"}}


def test_it_takes_no_for_an_answer(api: Api) -> None:
    api.script["k"] = [422]
    system = sent(api, "k")
    assert (system.acknowledged, len(system.refused)) == ([], 1)
    assert len(api.asked) == 1


def test_it_stops_when_the_time_is_up(api: Api) -> None:
    api.script["k"] = [503] * 10_000
    system = Agency(api.server_port, ["one", "two"], ["k"], due=lambda number: 0)
    with system.sending():
        time.sleep(0.1)
    asked = len(api.asked)
    time.sleep(0.1)
    assert not system.done
    assert len(api.asked) == asked
