"""A clock for this process alone: it runs as any clock does, and can be moved forward.

Why moved and not faster: a carrier that claims a message has real milliseconds to hand it over, while leases, waits and
windows are declared in minutes and hours. A clock that ran a thousand times faster would have every lease run out in
the middle of a hand-over, which no outage does. So it is moved only between two rounds of carrying, by what would have
passed between them, and within a round it takes as long as it takes. Every time that the outbox compares or writes down
comes from `timezone.now`, and so from here; PostgreSQL's own clock decides nothing there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.utils import timezone

_REAL = timezone.now


class Clock:
    """How far it is ahead of the machine's."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return _REAL() + self.ahead

    def move(self, by: timedelta) -> None:
        """Let so much time pass at once."""
        self.ahead += by


@contextmanager
def own() -> Iterator[Clock]:
    """For the time of the block, this process goes by a clock of its own."""
    clock = Clock()
    with mock.patch.object(timezone, "now", clock.now):
        yield clock
