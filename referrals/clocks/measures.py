"""How each unit counts time: what passes between two moments, and the moment when so much has passed."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from mash.lib.workingdays import (
    LONDON,
    add_office_time,
    add_working_days,
    is_working_day,
    office_time_between,
)
from referrals.choices import LimitUnit

_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def due(unit: str, amount: int, start: datetime, longer: timedelta = timedelta()) -> datetime:
    """When `amount` is used that began at `start` and stood still for `longer` of the unit's own time.

    Weeks and months end with their last day, so that a later start is never due earlier.
    """
    match unit:
        case LimitUnit.OFFICE_MINUTES:
            return add_office_time(start, amount * _MINUTE + longer)
        case LimitUnit.CLOCK_MINUTES:
            return start.astimezone(UTC) + amount * _MINUTE + longer
        case LimitUnit.WORKING_DAYS:
            return _later_on_working_days(add_working_days(start, amount), longer)
        case LimitUnit.WEEKS:
            return _end_of(_london(start).date() + amount * 7 * _DAY)
        case LimitUnit.MONTHS:
            return _end_of(_months_after(_london(start).date(), amount))
    raise ValueError(f"Nothing counts in {unit}.")


def passes(unit: str, a: datetime, b: datetime) -> timedelta:
    """How much of the unit's time passes from `a` to `b`; none when `b` comes first.

    Office time for minutes of office time, the whole of each working day for working days, else every second.
    """
    return _MEASURES.get(LimitUnit(unit), _by_the_clock)(a, b) if a < b else timedelta()


def _by_the_clock(a: datetime, b: datetime) -> timedelta:
    return b.astimezone(UTC) - a.astimezone(UTC)


def _working_day_time(a: datetime, b: datetime) -> timedelta:
    """The summer time changes fall on Sundays, so that each working day has 24 hours."""
    first, last = _wall(a), _wall(b)
    total, day = timedelta(), first.date()
    while day <= last.date():
        if is_working_day(day):
            begins = datetime.combine(day, time())
            total += max(min(last, begins + _DAY) - max(first, begins), timedelta())
        day += _DAY
    return total


def _later_on_working_days(moment: datetime, longer: timedelta) -> datetime:
    """`moment` lies on a working day; what is longer than the rest of it goes on with the next one."""
    if not longer:
        return moment
    wall = _wall(moment)
    while wall + longer >= (tomorrow := datetime.combine(wall.date() + _DAY, time())):
        longer -= tomorrow - wall
        wall = _next_working(tomorrow)
    return (wall + longer).replace(tzinfo=LONDON).astimezone(UTC)


def _next_working(midnight: datetime) -> datetime:
    while not is_working_day(midnight.date()):
        midnight += _DAY
    return midnight


def _months_after(day: date, months: int) -> date:
    """The same day of the month, or its last one when it has no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + _DAY, time(), LONDON).astimezone(UTC)


def _wall(moment: datetime) -> datetime:
    return _london(moment).replace(tzinfo=None)


def _london(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A clock needs a moment with a time zone.")
    return moment.astimezone(LONDON)


_MEASURES: dict[LimitUnit, Callable[[datetime, datetime], timedelta]] = {
    LimitUnit.OFFICE_MINUTES: office_time_between,
    LimitUnit.WORKING_DAYS: _working_day_time,
}
