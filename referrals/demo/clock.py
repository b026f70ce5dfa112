"""The story happened over some days: the services that tell it are given the moment of each scene as their clock.

Only what the services date themselves is moved. The audit trail and what is owed to people keep the true time.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from mash.lib.workingdays import LONDON, is_working_day
from referrals import stages
from referrals.selectors.hours import is_out
from referrals.services import (
    allocating,
    answering,
    cases,
    consultations,
    decisions,
    directory,
    handover,
    nights,
    open_cases,
    queue,
    restricting,
    rota,
    submitting,
    telling,
    transferring,
    urgent,
)

SERVICES = (
    *(allocating, cases, consultations, decisions, directory, open_cases),
    *(queue, restricting, stages, submitting, telling, transferring, urgent),
)
AT_NIGHT = (answering, handover, nights, rota)


class _Then:
    """Django's `timezone`, except that it is another time now."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def __getattr__(self, name: str) -> Any:
        return getattr(timezone, name)


@contextmanager
def then(moment: datetime) -> Iterator[None]:
    """Inside the block, the services take `moment` for now, at whatever hour the story is told, for office time."""
    with then_at_night(moment), mock.patch.object(nights, "is_out", return_value=False):
        yield


@contextmanager
def then_at_night(moment: datetime) -> Iterator[None]:
    """Inside the block, the services take `moment` for now; out of hours, whoever is on call is called."""
    with ExitStack() as stack:
        for module in (*SERVICES, *AT_NIGHT):
            stack.enter_context(mock.patch.object(module, "timezone", _Then(moment)))
        stack.enter_context(mock.patch.object(nights, "is_out", is_out))
        yield


def days_ago(number: int, clock: str) -> datetime:
    """`clock` ("09:40", London) on the `number`th last working day before today."""
    day = timezone.localdate()
    while number:
        day -= timedelta(days=1)
        number -= is_working_day(day)
    return datetime.combine(day, time.fromisoformat(clock), LONDON)


def minutes_ago(number: int) -> datetime:
    return timezone.now() - timedelta(minutes=number)


def born(years: int, months: int = 0) -> date:
    """The birthday of a child who is this old today, or a few days more."""
    today = timezone.localdate()
    month = today.year * 12 + today.month - 1 - years * 12 - months
    return date(month // 12, month % 12 + 1, min(today.day, 28)) - timedelta(days=9)
