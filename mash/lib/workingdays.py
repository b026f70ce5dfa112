"""Working time in England: which days count, and clocks that run over them.

Days are days of the London calendar; times come in aware and go out in UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from govuk_bank_holidays.bank_holidays import BankHolidays

LONDON = ZoneInfo("Europe/London")
OPENS = time(9)
CLOSES = time(17)
_DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)
_SATURDAY = 5
# A year the bundled list knows has at least these eight: fewer means it was published in part.
_HOLIDAYS_IN_A_YEAR = 8


def is_working_day(day: date) -> bool:
    """Monday to Friday, unless it is a bank holiday in England."""
    if isinstance(day, datetime):
        raise TypeError("Give the London date, not a moment: a moment has no day until its time zone is known.")
    return day.weekday() < _SATURDAY and day not in bank_holidays(day.year)


def add_working_days(start: datetime, days: int) -> datetime:
    """The same London clock time `days` working days after `start`, in UTC.

    A start outside a working day counts from the first moment of the next working day. So a clock of one working
    day started on Saturday ends when Monday ends, and a later start never falls due earlier.
    ValueError for a naive start or a negative number of days.
    """
    _refuse_negative(days)
    local = _working_moment(_london(start))
    day = local.date()
    for _ in range(days):
        day = next_working_day(day)
    return datetime.combine(day, local.time(), LONDON).astimezone(UTC)


def add_working_minutes(start: datetime, minutes: int, *, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """The moment, in UTC, when `minutes` of office time have passed since `start`.

    Office time runs from `opens` to `closes`, London time, on working days. What ends exactly at closing time is due
    at closing time, not the next morning. ValueError for a naive start, negative minutes or an office that never opens.
    """
    _refuse_negative(minutes)
    return add_office_time(start, minutes * _MINUTE, opens=opens, closes=closes)


def add_office_time(start: datetime, left: timedelta, *, opens: time = OPENS, closes: time = CLOSES) -> datetime:
    """The same to the second: the moment when `left` of office time has passed since `start`."""
    _refuse_negative(left // _MINUTE)
    _refuse_shut(opens, closes)
    now = _london(start)
    while True:
        begins, ends = _office(now.date(), opens, closes)
        now = max(now, begins)
        if is_working_day(now.date()) and now < ends and left <= ends - now:
            return (now + left).astimezone(UTC)
        if is_working_day(now.date()):
            left -= max(ends - now, timedelta())
        now = _midnight(now.date() + _DAY)


def working_minutes_between(a: datetime, b: datetime, *, opens: time = OPENS, closes: time = CLOSES) -> int:
    """Whole minutes of office time from `a` to `b`; negative when `b` comes first. ValueError for naive moments."""
    if b < a:
        return -working_minutes_between(b, a, opens=opens, closes=closes)
    return office_time_between(a, b, opens=opens, closes=closes) // _MINUTE


def office_time_between(a: datetime, b: datetime, *, opens: time = OPENS, closes: time = CLOSES) -> timedelta:
    """How much office time passes from `a` to `b`, to the second; none when `b` comes first."""
    _refuse_shut(opens, closes)
    first, last = _london(a), _london(b)
    total, day = timedelta(), first.date()
    while day <= last.date():
        if is_working_day(day):
            begins, ends = _office(day, opens, closes)
            total += max(min(last, ends) - max(first, begins), timedelta())
        day += _DAY
    return total


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays in `year`: as published (https://www.gov.uk/bank-holidays, bundled), else by rule."""
    published = frozenset(day for day in _published() if day.year == year)
    return published if len(published) >= _HOLIDAYS_IN_A_YEAR else holidays_by_rule(year)


@cache
def holidays_by_rule(year: int) -> frozenset[date]:
    """The standing rule (Banking and Financial Dealings Act 1971 and yearly proclamations), with substitute days.

    It cannot know one-off changes, such as a coronation; those come with the published list.
    """
    easter = _easter(year)
    return frozenset(
        {
            _first_weekday(date(year, 1, 1)),
            easter - 2 * _DAY,
            easter + _DAY,
            _monday_from(date(year, 5, 1)),
            _monday_from(date(year, 5, 25)),
            _monday_from(date(year, 8, 25)),
            *_christmas(year),
        }
    )


@cache
def _published() -> frozenset[date]:
    """The list that comes inside the package: it works offline."""
    holidays = BankHolidays(use_cached_holidays=True)
    return frozenset(each["date"] for each in holidays.get_holidays(division=BankHolidays.ENGLAND_AND_WALES))


def _christmas(year: int) -> tuple[date, date]:
    """Two weekdays from 25 December on: a weekend day is replaced by the next weekday that is free."""
    first = _first_weekday(date(year, 12, 25))
    return first, _first_weekday(first + _DAY)


def _first_weekday(day: date) -> date:
    return day + (7 - day.weekday()) * _DAY if day.weekday() >= _SATURDAY else day


def _monday_from(day: date) -> date:
    """The first Monday on or after `day`."""
    return day + (-day.weekday() % 7) * _DAY


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the algorithm of Meeus, Jones and Butcher."""
    century, rest = divmod(year, 100)
    golden = year % 19
    skipped = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - skipped + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _working_moment(local: datetime) -> datetime:
    """`local` itself on a working day, else the first moment of the next one."""
    if is_working_day(local.date()):
        return local
    return _midnight(next_working_day(local.date()))


def next_working_day(day: date) -> date:
    """The first working day after `day`, whether `day` is one or not."""
    day += _DAY
    while not is_working_day(day):
        day += _DAY
    return day


def _office(day: date, opens: time, closes: time) -> tuple[datetime, datetime]:
    return datetime.combine(day, opens, LONDON), datetime.combine(day, closes, LONDON)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _london(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("A clock needs a moment with a time zone.")
    return moment.astimezone(LONDON)


def _refuse_negative(amount: int) -> None:
    if amount < 0:
        raise ValueError("A clock does not run backwards.")


def _refuse_shut(opens: time, closes: time) -> None:
    if closes <= opens:
        raise ValueError("The office must close after it opens.")
