"""A clock in plain words: by when, how much is left, and why it is then and no other time."""

from datetime import datetime, timedelta

from mash.govuk.moments import (
    ClockLabel,
    amount,
    day_words,
    deadline_words,
    short_deadline,
    time_words,
)
from mash.lib.workingdays import CLOSES, LONDON, OPENS, is_working_day, working_minutes_between
from referrals.choices import LimitUnit
from referrals.clocks import days_off
from referrals.clocks.running import Clock, Pause, Rule, State

COUNTS_DAYS_OFF = (LimitUnit.CLOCK_MINUTES, LimitUnit.WEEKS, LimitUnit.MONTHS)
HOUR = 60
_ONE = {
    LimitUnit.WORKING_DAYS: "working day",
    LimitUnit.WEEKS: "week",
    LimitUnit.MONTHS: "month",
}
_MINUTES = {LimitUnit.OFFICE_MINUTES: "of office time", LimitUnit.CLOCK_MINUTES: "by the clock, day and night"}


def amount_words(rule: Rule) -> str:
    """1 working day; 6 hours of office time; 90 minutes by the clock, day and night."""
    unit = LimitUnit(rule.unit)
    if unit in _MINUTES:
        return f"{_hours(rule.amount)} {_MINUTES[unit]}"
    return _many(rule.amount, _ONE[unit])


def label(clock: Clock, *, now: datetime) -> ClockLabel:
    """By when and how much is left, in the clock's own time; for a row of the queue and the top of a file."""
    by = short_deadline(clock.due_at, now=now)
    if not clock.runs:
        met = clock.state == State.MET
        return ClockLabel("Done in time" if met else "Done late", "met" if met else "late")
    if clock.state == State.PAUSED:
        return ClockLabel("The clock stands still", "calm")
    if clock.state == State.LATE:
        late = _left(clock, clock.due_at, now)
        return ClockLabel(f"Overdue by {late}: it was due by {by}" if late else f"Overdue: it was due by {by}", "late")
    left = _left(clock, now, clock.due_at)
    tone = "soon" if clock.used * 100 >= clock.rule.warn_at else "calm"
    return ClockLabel(f"Due by {by}: {left} left" if left else f"Due by {by}: no working time left", tone)


def explain(clock: Clock) -> list[str]:
    """Why it is due when it is, a sentence at a time; the bank holidays by name, and what stood still."""
    sentences = [
        f"{amount_words(clock.rule)} from {_moment(clock.started_at)}: by {deadline_words(clock.due_at)}.",
        _how_it_counts(clock),
        _starts_later(clock),
        _not_counted(clock),
        *(_stood_still(pause) for pause in clock.pauses),
        _ended(clock),
    ]
    return [sentence for sentence in sentences if sentence]


def _how_it_counts(clock: Clock) -> str:
    match clock.rule.unit:
        case LimitUnit.CLOCK_MINUTES:
            return "It runs through the night and on days off."
        case LimitUnit.OFFICE_MINUTES:
            return "Only office time counts: 9am to 5pm on working days."
        case LimitUnit.WEEKS | LimitUnit.MONTHS:
            return "Every day counts, and it ends with its last day."
    return ""


def _starts_later(clock: Clock) -> str:
    """Why it did not begin to count at once."""
    start = clock.started_at.astimezone(LONDON)
    if clock.rule.unit in COUNTS_DAYS_OFF:
        return ""
    if not is_working_day(start.date()):
        return f"{_day(start)} is not a working day, so it began to count on the next one."
    if clock.rule.unit == LimitUnit.OFFICE_MINUTES and start.time() >= CLOSES:
        return "The office had closed, so it began to count when the office opened again."
    if clock.rule.unit == LimitUnit.OFFICE_MINUTES and start.time() < OPENS:
        return "The office was not open yet, so it began to count at 9am."
    return ""


def _not_counted(clock: Clock) -> str:
    if clock.rule.unit in COUNTS_DAYS_OFF:
        return ""
    off = days_off.between(clock.started_at, clock.due_at)
    weekends = {0: [], 1: ["the weekend"]}.get(off.weekends, [f"{off.weekends} weekends"])
    named = [f"{day:%A} {day_words(day)} ({days_off.name(day)})" for day in off.holidays]
    words = _and([*weekends, *named])
    if not words:
        return ""
    one = len(off.holidays) + off.weekends == 1
    return f"{words[0].upper()}{words[1:]} {'does' if one else 'do'} not count."


def _stood_still(pause: Pause) -> str:
    until = f"to {_moment(pause.until)}" if pause.until else "and still does"
    reason = pause.reason.rstrip(".")
    return f"It stood still from {_moment(pause.since)} {until}. The reason: {reason}."


def _ended(clock: Clock) -> str:
    if clock.stopped_at is None:
        return ""
    late = "late" if clock.state == State.LATE else "in time"
    return f"It was done {late}, on {_moment(clock.stopped_at)}."


def _left(clock: Clock, a: datetime, b: datetime) -> str:
    """From one moment to the other: by the clock for red, in office time for all else."""
    if clock.rule.unit == LimitUnit.CLOCK_MINUTES:
        minutes = (b - a) // timedelta(minutes=1)
        return _hours_and_minutes(minutes)
    return amount(working_minutes_between(a, b))


def _moment(moment: datetime) -> str:
    return f"{_day(moment)} at {time_words(moment)}"


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%A} {day_words(moment)}"


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _hours_and_minutes(minutes: int) -> str:
    """45 minutes; 1 hour 59 minutes; 2 hours."""
    hours, rest = divmod(minutes, HOUR)
    return " ".join(filter(None, [_many(hours, "hour") if hours else "", _many(rest, "minute") if rest else ""]))


def _hours(minutes: int) -> str:
    return _many(minutes, "minute") if minutes % HOUR else _many(minutes // HOUR, "hour")


def _many(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
