"""Clocks over thirty years, with bank holidays and summer time: pure, so no database is touched."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mash.lib.workingdays import LONDON, is_working_day
from referrals.choices import LimitUnit, WarningStep
from referrals.clocks import Pause, Rule, State, clock, due, measures

moments = st.datetimes(datetime(2015, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))
OFFICE, DAY_AND_NIGHT, DAYS = LimitUnit.OFFICE_MINUTES, LimitUnit.CLOCK_MINUTES, LimitUnit.WORKING_DAYS
WORKING = (OFFICE, DAYS)
AMOUNTS = {OFFICE: 1500, DAY_AND_NIGHT: 5000, DAYS: 45, LimitUnit.WEEKS: 12, LimitUnit.MONTHS: 12}
rules = st.sampled_from(sorted(AMOUNTS)).flatmap(
    lambda unit: st.builds(Rule, st.integers(1, AMOUNTS[LimitUnit(unit)]), st.just(unit))
)
pausable = rules.filter(lambda rule: rule.unit in (OFFICE, DAY_AND_NIGHT, DAYS))
spans = st.timedeltas(timedelta(), timedelta(days=20))
# The nights on which summer time begins and ends, and the days round Easter and Christmas.
SPRING, AUTUMN = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
CHRISTMAS = datetime(2026, 12, 24, 16, 40, tzinfo=UTC)


def london(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=LONDON)  # type: ignore[arg-type,misc]


@st.composite
def stopped(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start, and up to four pauses after it, one after the other."""
    start = at = draw(moments)
    pauses = []
    for _ in range(draw(st.integers(0, 4))):
        since = at + draw(spans)
        at = since + draw(spans)
        pauses.append(Pause(since, at, "waiting"))
    return start, pauses


@given(rules, moments, moments)
@example(Rule(3, LimitUnit.MONTHS), london(2026, 1, 30, 17), london(2026, 1, 31, 9))
@example(Rule(120, DAY_AND_NIGHT), AUTUMN, AUTUMN + timedelta(hours=1))
def test_a_later_start_is_never_due_earlier(rule: Rule, a: datetime, b: datetime) -> None:
    assert due(rule, min(a, b)) <= due(rule, max(a, b))


@given(rules, moments)
def test_it_is_due_after_it_began(rule: Rule, start: datetime) -> None:
    assert due(rule, start) > start


@given(rules.filter(lambda rule: rule.unit in WORKING), stopped())
@example(Rule(1, DAYS), (CHRISTMAS, []))
def test_a_clock_of_working_time_is_never_due_on_a_day_off(rule: Rule, run: tuple[datetime, list[Pause]]) -> None:
    ends = due(rule, *run, now=run[0] + timedelta(days=200)).astimezone(LONDON)
    assert is_working_day(ends.date())
    if rule.unit == OFFICE:
        assert time(9) <= ends.time() <= time(17)


@given(pausable, stopped())
@example(Rule(120, DAY_AND_NIGHT), (SPRING, [Pause(SPRING, SPRING + timedelta(hours=3))]))
@example(Rule(480, OFFICE), (CHRISTMAS, [Pause(CHRISTMAS, CHRISTMAS + timedelta(days=6))]))
def test_a_pause_moves_it_by_exactly_what_passed_of_its_own_time(rule: Rule, run: tuple[datetime, list[Pause]]) -> None:
    """From start to due, less what stood still, is what the limit allows: no second is won or lost."""
    start, pauses = run
    ends = due(rule, start, pauses, now=start + timedelta(days=200))
    counted = [pause for pause in pauses if pause.since < ends]
    stood = sum((measures.passes(rule.unit, one.since, one.until or one.since) for one in counted), timedelta())
    whole = measures.passes(rule.unit, start, due(rule, start))
    assert measures.passes(rule.unit, start, ends) - stood == whole


@given(st.integers(1, 1500), moments, spans)
def test_a_pause_while_the_office_is_closed_moves_nothing(amount: int, start: datetime, span: timedelta) -> None:
    evening = start.astimezone(LONDON).replace(hour=17, minute=0, second=0, microsecond=0)
    morning = evening + timedelta(hours=16)
    pause = Pause(max(start, evening.astimezone(UTC)), max(start, morning.astimezone(UTC)))
    assert due(Rule(amount, OFFICE), start, [pause], now=start + span + timedelta(days=2)) == due(
        Rule(amount, OFFICE), start
    )


@given(pausable, moments, spans, spans)
def test_only_what_stood_still_after_it_began_counts(
    rule: Rule, start: datetime, before: timedelta, after: timedelta
) -> None:
    """A child waits for a worker a second time: the clock of the first wait stood still, and this is another one."""
    now = start + timedelta(days=300)
    assert due(rule, start, [Pause(start - before, start)], now=now) == due(rule, start)
    whole, rest = Pause(start - before, start + after), Pause(start, start + after)
    assert due(rule, start, [whole], now=now) == due(rule, start, [rest], now=now)


@given(st.integers(1, 5000), moments)
@example(120, SPRING)
@example(120, AUTUMN)
def test_red_runs_through_the_night_on_days_off_and_over_summer_time(amount: int, start: datetime) -> None:
    assert due(Rule(amount, DAY_AND_NIGHT), start) - start == timedelta(minutes=amount)


@pytest.mark.parametrize(
    ("rule", "start", "ends"),
    [
        (Rule(120, DAY_AND_NIGHT), london(2026, 3, 29, 0, 30), london(2026, 3, 29, 3, 30)),  # an hour that is not there
        (Rule(120, DAY_AND_NIGHT), london(2026, 10, 25, 0, 30), london(2026, 10, 25, 1, 30, 0, 0)),  # one that is twice
        (Rule(120, DAY_AND_NIGHT), london(2026, 12, 25, 23, 0), london(2026, 12, 26, 1, 0)),
        (Rule(1, DAYS), london(2026, 3, 27, 16, 40), london(2026, 3, 30, 16, 40)),
        (Rule(1, DAYS), london(2026, 10, 23, 16, 40), london(2026, 10, 26, 16, 40)),
        (Rule(1, DAYS), london(2026, 5, 1, 16, 40), london(2026, 5, 5, 16, 40)),  # early May bank holiday
        (Rule(45, DAYS), london(2026, 3, 2, 10), london(2026, 5, 7, 10)),  # Easter and early May
        (Rule(360, OFFICE), london(2026, 10, 23, 15, 0), london(2026, 10, 26, 13, 0)),
        (Rule(3, LimitUnit.MONTHS), london(2026, 11, 30, 9), london(2027, 3, 1, 0, 0)),  # the end of 28 February
        (Rule(4, LimitUnit.WEEKS), london(2026, 10, 12, 9), london(2026, 11, 10, 0, 0)),
    ],
)
def test_it_is_due_then(rule: Rule, start: datetime, ends: datetime) -> None:
    found = due(rule, start)
    if (start.month, start.day, rule.unit) == (10, 25, DAY_AND_NIGHT):
        ends = ends.replace(fold=1)
    assert found == ends.astimezone(UTC), found.astimezone(LONDON)


@given(rules, moments, st.lists(spans, min_size=1, max_size=8))
def test_what_is_used_never_shrinks_while_it_runs(rule: Rule, start: datetime, steps: list[timedelta]) -> None:
    at, looks = start, []
    for step in steps:
        at += step
        looks.append(clock("decision", rule, start, now=at))
    assert all(a.used <= b.used for a, b in pairwise(looks))
    assert all(-1e-9 <= one.used <= 1 for one in looks)
    assert all((one.state == State.LATE) == (one.due_at < start + sum(steps[: n + 1], timedelta()))
               for n, one in enumerate(looks))  # fmt: skip


@given(pausable, moments, spans, spans)
def test_what_stands_still_uses_nothing_and_warns_nobody(
    rule: Rule, start: datetime, first: timedelta, then: timedelta
) -> None:
    since = start + first
    assume(since < due(rule, start))
    pause = Pause(since)
    before, after = (clock("rag_amber", rule, start, [pause], now=at) for at in (since, since + then))
    assert after.state == State.PAUSED and not after.steps
    assert after.used == pytest.approx(before.used, abs=1e-9)


@given(rules, moments, spans)
def test_what_is_done_stays_as_it_was(rule: Rule, start: datetime, took: timedelta) -> None:
    done = start + took
    once, later = (
        clock("decision", rule, start, now=done + more, stopped=done) for more in (timedelta(), timedelta(90))
    )
    assert once == later and not later.steps
    assert once.state == (State.MET if done <= once.due_at else State.LATE)


@given(rules, moments, spans)
def test_it_warns_the_holder_then_the_manager_and_then_says_that_it_is_late(
    rule: Rule, start: datetime, span: timedelta
) -> None:
    one = clock("decision", rule, start, now=start + span)
    if one.state == State.LATE:
        assert one.steps == [WarningStep.LATE]
    else:
        share = one.used * 100
        assert (WarningStep.HOLDER in one.steps) == (share >= rule.warn_at)
        assert (WarningStep.MANAGER in one.steps) == (share >= rule.tell_manager_at)


def test_it_refuses_what_it_cannot_count() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due(Rule(1, DAYS), datetime(2026, 6, 3, 9))
    with pytest.raises(ValueError, match="Nothing counts"):
        due(Rule(1, "moons"), london(2026, 6, 3, 9))
