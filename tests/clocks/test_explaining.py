"""Why a clock is due when it is, in words for a tired person."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mash.lib.workingdays import LONDON, bank_holidays
from referrals.choices import LimitUnit
from referrals.clocks import Pause, Rule, clock, days_off
from referrals.clocks.explaining import amount_words, explain, label

DECISION = Rule(1, LimitUnit.WORKING_DAYS)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


def said(rule: Rule, start: datetime, *pauses: Pause, now: datetime | None = None) -> str:
    return " ".join(explain(clock("decision", rule, start, pauses, now=now or start)))


def test_it_names_the_bank_holiday() -> None:
    assert said(DECISION, london(2026, 5, 1, 16, 40)) == (
        "1 working day from Friday 1 May 2026 at 4:40pm: by Tuesday 5 May 2026 at 4:40pm. "
        "The weekend and Monday 4 May 2026 (Early May bank holiday) do not count."
    )


def test_it_says_why_it_began_to_count_later() -> None:
    words = said(DECISION, london(2026, 12, 26, 2, 10))
    assert "Saturday 26 December 2026 is not a working day, so it began to count on the next one." in words
    assert "by the end of Tuesday 29 December 2026" in words and "Monday 28 December 2026 (Boxing Day)" in words
    evening = said(Rule(360, LimitUnit.OFFICE_MINUTES), london(2026, 6, 3, 18))
    assert "The office had closed" in evening and "by Thursday 4 June 2026 at 3pm" in evening


def test_a_working_day_in_the_middle_of_the_week_needs_no_excuse() -> None:
    assert said(DECISION, london(2026, 6, 3, 12)).count(".") == 1


def test_red_says_that_it_runs_through_the_night() -> None:
    words = said(Rule(120, LimitUnit.CLOCK_MINUTES), london(2026, 12, 25, 23))
    assert words == (
        "2 hours by the clock, day and night from Friday 25 December 2026 at 11pm: by Saturday 26 December 2026 at 1am."
        " It runs through the night and on days off."
    )


def test_it_says_when_and_why_it_stood_still() -> None:
    pause = Pause(london(2026, 6, 3, 12), london(2026, 6, 3, 14), "the school is closed.")
    words = said(Rule(360, LimitUnit.OFFICE_MINUTES), london(2026, 6, 3, 9), pause, now=london(2026, 6, 3, 15))
    assert "It stood still from Wednesday 3 June 2026 at midday to Wednesday 3 June 2026 at 2pm." in words
    assert "The reason: the school is closed." in words and "by Wednesday 3 June 2026 at 5pm" in words


@pytest.mark.parametrize(
    ("now", "words", "tone"),
    [
        (london(2026, 6, 3, 12), "Due by 12:30pm on Thu 4 Jun: 8 working hours left", "calm"),
        (london(2026, 6, 4, 9, 30), "Due by 12:30pm on Thu 4 Jun: 3 working hours left", "soon"),
        (london(2026, 6, 4, 15, 30), "Overdue by 3 working hours: it was due by 12:30pm on Thu 4 Jun", "late"),
    ],
)
def test_it_says_how_much_is_left(now: datetime, words: str, tone: str) -> None:
    found = label(
        clock("decision", DECISION, london(2026, 6, 3, 12, 30), now=max(now, london(2026, 6, 3, 12, 30))), now=now
    )
    assert (found.words, found.tone) == (words, tone)


def test_it_counts_what_is_left_of_red_by_the_clock() -> None:
    rule, start = Rule(120, LimitUnit.CLOCK_MINUTES), london(2026, 12, 25, 23)
    now = london(2026, 12, 26, 0, 15)
    assert label(clock("rag_red", rule, start, now=now), now=now).words == "Due by 1am on Sat 26 Dec: 45 minutes left"


def test_it_says_amounts_as_people_do() -> None:
    words = {amount_words(Rule(n, unit)) for n, unit in [(90, LimitUnit.OFFICE_MINUTES), (60, LimitUnit.CLOCK_MINUTES)]}
    assert words == {"90 minutes of office time", "1 hour by the clock, day and night"}
    assert amount_words(Rule(3, LimitUnit.MONTHS)) == "3 months"


@given(st.integers(2012, 2060).flatmap(lambda year: st.sampled_from(sorted(bank_holidays(year)))))
def test_it_has_a_name_for_every_bank_holiday(day: date) -> None:
    assert days_off.name(day)


@pytest.mark.parametrize("year", [2024, 2026, 2027])
def test_it_names_by_rule_what_the_published_list_names(year: int) -> None:
    """The names that are worked out for far years are those of the published ones."""
    for day in bank_holidays(year):
        assert days_off._by_rule(day) == days_off._published()[day].replace("'", "’"), day


@given(st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC)), st.integers(1, 45))
def test_it_always_says_by_when(start: datetime, days: int) -> None:
    first, *_ = explain(clock("assessment", Rule(days, LimitUnit.WORKING_DAYS), start, now=start))
    assert ": by " in first and first.endswith(".")
