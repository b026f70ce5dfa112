from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.lib.workingdays import (
    CLOSES,
    LONDON,
    OPENS,
    add_working_days,
    add_working_minutes,
    bank_holidays,
    holidays_by_rule,
    is_working_day,
    working_minutes_between,
)

moments = st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))
days = st.dates(date(2012, 1, 1), date(2060, 12, 31))
# Years in which a proclamation moved or added a holiday, and what it did: the rule cannot know these.
BY_PROCLAMATION = {
    2012: {date(2012, 5, 28), date(2012, 6, 4), date(2012, 6, 5)},
    2020: {date(2020, 5, 4), date(2020, 5, 8)},
    2022: {date(2022, 5, 30), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19)},
    2023: {date(2023, 5, 8)},
}


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize("year", range(2012, 2029))
def test_it_computes_the_published_holidays(year: int) -> None:
    assert bank_holidays(year) ^ holidays_by_rule(year) == BY_PROCLAMATION.get(year, set())


@pytest.mark.parametrize(
    ("year", "good_friday"),
    [(2035, date(2035, 3, 23)), (2038, date(2038, 4, 23)), (2049, date(2049, 4, 16)), (2076, date(2076, 4, 17))],
)
def test_it_finds_easter_beyond_the_published_list(year: int, good_friday: date) -> None:
    assert {good_friday, good_friday + timedelta(3)} <= bank_holidays(year)


@given(st.integers(1980, 2200))
def test_it_always_has_eight_holidays_on_weekdays(year: int) -> None:
    assert len(holidays_by_rule(year)) == 8
    assert all(day.weekday() < 5 and day.year == year for day in holidays_by_rule(year))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        (london(2026, 5, 5, 15, 30), 1, london(2026, 5, 6, 15, 30)),
        (london(2026, 5, 1, 16, 0), 1, london(2026, 5, 5, 16, 0)),  # Friday, weekend, early May holiday
        (london(2026, 4, 2, 23, 59), 1, london(2026, 4, 7, 23, 59)),  # Maundy Thursday to Tuesday
        (london(2026, 5, 2, 2, 10), 1, london(2026, 5, 6, 0, 0)),  # Saturday before a bank holiday Monday
        (london(2026, 12, 24, 9, 0), 1, london(2026, 12, 29, 9, 0)),  # Boxing Day's substitute is the 28th
        (london(2026, 3, 27, 12, 0), 1, london(2026, 3, 30, 12, 0)),  # the clocks go forward on the 29th
        (london(2026, 10, 23, 12, 0), 1, london(2026, 10, 26, 12, 0)),  # and back on the 25th
        (london(2026, 6, 3, 12, 0), 0, london(2026, 6, 3, 12, 0)),
    ],
)
def test_it_adds_working_days(start: datetime, days: int, due: datetime) -> None:
    assert add_working_days(start, days) == due
    assert add_working_days(start, days).tzinfo is UTC


@given(moments, st.integers(0, 60))
def test_it_keeps_the_london_clock_time_and_lands_on_a_working_day(start: datetime, days: int) -> None:
    local, due = start.astimezone(LONDON), add_working_days(start, days).astimezone(LONDON)
    assert is_working_day(due.date())
    assert due.time() == (local.time() if is_working_day(local.date()) else time())


@given(moments, st.integers(1, 60))
def test_it_passes_exactly_as_many_working_days(start: datetime, days: int) -> None:
    due = add_working_days(start, days)
    first = add_working_days(start, 0).astimezone(LONDON).date()
    passed = sum(is_working_day(first + timedelta(n)) for n in range((due.astimezone(LONDON).date() - first).days))
    assert passed == days


@given(moments, moments, st.integers(0, 30))
def test_a_later_start_is_never_due_earlier(a: datetime, b: datetime, days: int) -> None:
    assert add_working_days(min(a, b), days) <= add_working_days(max(a, b), days)
    assert add_working_minutes(min(a, b), days * 37) <= add_working_minutes(max(a, b), days * 37)


@given(moments, st.integers(0, 20), st.integers(0, 20))
def test_it_adds_in_any_portions(start: datetime, a: int, b: int) -> None:
    assert add_working_days(add_working_days(start, a), b) == add_working_days(start, a + b)


@given(moments, st.integers(0, 5000))
def test_it_counts_the_minutes_it_added(start: datetime, minutes: int) -> None:
    due = add_working_minutes(start, minutes)
    local = due.astimezone(LONDON)
    assert working_minutes_between(start, due) == minutes
    assert is_working_day(local.date())
    assert OPENS <= local.time() <= CLOSES


@given(moments, moments)
def test_it_counts_backwards_as_minus(a: datetime, b: datetime) -> None:
    assert working_minutes_between(a, b) == -working_minutes_between(b, a)


@given(moments, moments, moments)
def test_it_counts_in_any_portions(a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted(moment.replace(second=0, microsecond=0) for moment in (a, b, c))
    assert working_minutes_between(a, b) + working_minutes_between(b, c) == working_minutes_between(a, c)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (london(2026, 6, 3, 16, 30), 30, london(2026, 6, 3, 17, 0)),
        (london(2026, 6, 3, 16, 30), 31, london(2026, 6, 4, 9, 1)),
        (london(2026, 6, 5, 18, 0), 240, london(2026, 6, 8, 13, 0)),
        (london(2026, 6, 6, 2, 10), 0, london(2026, 6, 8, 9, 0)),
        (london(2026, 10, 23, 16, 59), 2, london(2026, 10, 26, 9, 1)),
    ],
)
def test_it_adds_office_minutes(start: datetime, minutes: int, due: datetime) -> None:
    assert add_working_minutes(start, minutes) == due


def test_it_takes_other_office_hours() -> None:
    start = london(2026, 6, 3, 19, 50)
    assert add_working_minutes(start, 20, opens=time(8), closes=time(20)) == london(2026, 6, 4, 8, 10)
    assert working_minutes_between(start, london(2026, 6, 4, 9), opens=time(8), closes=time(20)) == 70


@given(days)
def test_it_never_works_on_a_weekend(day: date) -> None:
    assert not (is_working_day(day) and day.weekday() >= 5)


def test_it_refuses_what_has_no_answer() -> None:
    for nonsense in (
        lambda: add_working_days(datetime(2026, 6, 3), 1),
        lambda: add_working_days(london(2026, 6, 3), -1),
        lambda: add_working_minutes(london(2026, 6, 3), 1, opens=time(17), closes=time(9)),
        lambda: working_minutes_between(datetime(2026, 6, 3), datetime(2026, 6, 4)),
    ):
        with pytest.raises(ValueError, match=r"\w"):
            nonsense()
    with pytest.raises(TypeError):
        is_working_day(london(2026, 6, 3))
