"""Agencies' systems as they should be: each referral is sent, with the same key, until it has been acknowledged."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from typing import Any

SECONDS_TO_ANSWER = 20.0
SECONDS_BEFORE_AGAIN = 0.3
SENDERS = 3
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """`again`: the answer to the first try was lost, and this is the answer to a later one."""

    key: str
    reference: str
    again: bool


@dataclass
class Agency:
    """Sends `keys` to the API at `port`, by each of `tokens` in turn; `due` says after how many seconds which goes."""

    port: int
    tokens: Sequence[str]
    keys: list[str]
    due: Callable[[int], float]
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    tries: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def done(self) -> bool:
        return len(self.acknowledged) + len(self.refused) == len(self.keys)

    @contextmanager
    def sending(self) -> Iterator[None]:
        """Send from several threads at once while the block runs; they have ended when it has."""
        work, begun = iter(enumerate(self.keys)), time.monotonic()
        threads = [threading.Thread(target=self._send_all, args=(work, begun)) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _send_all(self, work: Iterator[tuple[int, str]], begun: float) -> None:
        while (mine := self._next(work)) is not None:
            number, key = mine
            self._over.wait(max(begun + self.due(number) - time.monotonic(), 0))
            self._send(key, self.tokens[number % len(self.tokens)])

    def _next(self, work: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        with self._lock:
            return None if self._over.is_set() else next(work, None)

    def _send(self, key: str, token: str) -> None:
        """Until there is an answer, or no time left. Told to come later, it does."""
        body = json.dumps(document(key)).encode()
        while not self._over.is_set():
            self.tries += 1
            status, later, answer = self._post(key, token, body)
            if status in {200, 201}:
                return self.acknowledged.append(Acknowledged(key, answer["reference"], again=status == 200))
            if 400 <= status < 500 and status != TOO_MANY:
                return self.refused.append(f"{key}: {status} {answer}")
            self._over.wait(later or SECONDS_BEFORE_AGAIN)
        return None

    def _post(self, key: str, token: str, body: bytes) -> tuple[int, float, dict[str, Any]]:
        """Status, the seconds of its Retry-After, and the answer; zeros when there was none."""
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
        }
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_TO_ANSWER)) as talk:
                talk.request("POST", "/api/v1/referrals/", body, headers)
                answer = talk.getresponse()
                return answer.status, float(answer.getheader("Retry-After", 0)), json.loads(answer.read())
        except (OSError, HTTPException, ValueError):
            return 0, 0.0, {}


def address(key: str) -> str:
    """Each referral has a referrer of its own, so that what was made twice shows."""
    return f"{key}@school.example"


def document(key: str) -> dict[str, Any]:
    """A referral of the smallest kind."""
    child = {"given_name": "Ada", "family_name": f"Byrne {key}", "birth_date": "2019-05-04", "sex": "F"}
    return {
        "children": [child],
        "concerns": [{"category": "physical_abuse", "narrative": "A bruise on the upper arm.", "indicators": ["D19"]}],
        "consent": {"status": "not_sought", "reason": "asking would raise the risk"},
        "referrer": {"name": "R Teacher", "role": "class teacher", "phone": "0151 496 0000", "email": address(key)},
        "immediate_danger": False,
    }
