"""One input: sent, timed, and undone."""

import traceback
from collections import Counter
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.test import Client

MOST_SHOWN = 2_000


@dataclass(frozen=True)
class Shot:
    """What is sent: as whom, where, how."""

    role: str
    method: str
    path: str
    body: bytes = b""
    content_type: str = "application/x-www-form-urlencoded"
    headers: tuple[tuple[str, str], ...] = ()
    route: str = ""

    def shown(self) -> str:
        """For whoever repairs it."""
        return f"{self.role} {self.method} {self.path[:300]} [{self.content_type}] {self.body[:MOST_SHOWN]!r}"


@dataclass(frozen=True)
class Broken:
    """One way in which something broke: the last lines of the trace, and the first input that did it."""

    route: str
    trace: str
    shot: str


@dataclass
class Score:
    """What came of all of them."""

    statuses: Counter[int] = field(default_factory=Counter)
    by_route: Counter[str] = field(default_factory=Counter)
    errors: int = 0
    broken: dict[tuple[str, str], Broken] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    slowest: tuple[float, str] = (0.0, "")

    @property
    def inputs(self) -> int:
        return len(self.seconds)

    def note(self, shot: Shot, status: int, seconds: float, trace: str) -> None:
        """Count one answer."""
        self.statuses[status] += 1
        self.by_route[shot.route] += 1
        self.seconds.append(seconds)
        self.slowest = max(self.slowest, (seconds, shot.shown()[:300]))
        if status >= 500:
            self.errors += 1
            self.broken.setdefault((shot.route, trace), Broken(shot.route, trace, shot.shown()))

    def add(self, other: "Score") -> None:
        """What another process counted."""
        self.statuses += other.statuses
        self.by_route += other.by_route
        self.errors += other.errors
        self.broken = {**other.broken, **self.broken}
        self.seconds += other.seconds
        self.slowest = max(self.slowest, other.slowest)


def fire(client: Client, shot: Shot, score: Score) -> Any:
    """Send it in a transaction that is undone; what the database would only have refused at the end counts too."""
    cookies = client.cookies.output()
    started = perf_counter()
    with transaction.atomic():
        response = send(client, shot)
        seconds = perf_counter() - started
        trace = _trace(response) or _refused_at_the_end()
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    score.note(shot, 500 if trace else response.status_code, seconds, trace or str(response.status_code))
    return response


def send(client: Client, shot: Shot) -> Any:
    """The answer, whatever it is; the body is sent as it stands."""
    return client.generic(shot.method, shot.path, shot.body, content_type=shot.content_type, headers=dict(shot.headers))


def _refused_at_the_end() -> str:
    """Deferred constraints are looked at when a transaction ends, and this one will not.

    Not in a savepoint of its own: once that is released, the database looks at once for every later input too.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        return f"at the end of the transaction: {type(error).__name__}: {str(error).splitlines()[0]}"
    return ""


def _trace(response: Any) -> str:
    """Where it broke: the innermost lines, and the error."""
    if response.status_code < 500:
        return ""
    kind, error, frames = getattr(response, "exc_info", None) or (None, None, None)
    if kind is None:
        return f"{response.status_code} without an exception"
    where = [f"{one.filename.rpartition('/site-packages/')[2]}:{one.lineno}" for one in traceback.extract_tb(frames)]
    return " < ".join([f"{kind.__name__}: {str(error)[:200]}", *reversed(where[-6:])])
