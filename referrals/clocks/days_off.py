"""Which days between two moments do not count, and what they are called."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from govuk_bank_holidays.bank_holidays import BankHolidays

from mash.lib.workingdays import LONDON, bank_holidays, is_working_day

_DAY = timedelta(days=1)
_MONTHS = {1: "New Year’s Day", 8: "Summer bank holiday"}
_FRIDAY, _SATURDAY = 4, 5


@dataclass(frozen=True, slots=True)
class DaysOff:
    """How many weekends, in whole or in part, and which bank holidays on weekdays."""

    weekends: int
    holidays: tuple[date, ...]


def between(start: datetime, end: datetime) -> DaysOff:
    """The days off from one moment to another. What ends at midnight ends with the day before."""
    first = start.astimezone(LONDON).date()
    last = (end - timedelta(microseconds=1)).astimezone(LONDON).date()
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    off = [day for day in days if not is_working_day(day)]
    weekends = {day - (day.weekday() - _SATURDAY) * _DAY for day in off if day.weekday() >= _SATURDAY}
    return DaysOff(len(weekends), tuple(day for day in off if day.weekday() < _SATURDAY))


def name(day: date) -> str:
    """What a bank holiday is called: as published, else by the rule that makes it one."""
    return _published().get(day) or _by_rule(day)


@cache
def _published() -> dict[date, str]:
    found = BankHolidays(use_cached_holidays=True).get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return {each["date"]: each["title"] for each in found}


def _by_rule(day: date) -> str:
    if day.month in _MONTHS:
        return _MONTHS[day.month]
    if day.month == 12:
        return (
            "Christmas Day" if day == min(one for one in bank_holidays(day.year) if one.month == 12) else "Boxing Day"
        )
    if day.weekday() == _FRIDAY:
        return "Good Friday"
    if day.month == 5:
        return "Early May bank holiday" if day.day <= 7 else "Spring bank holiday"
    return "Easter Monday"
