"""Times and clocks as people say them, in London."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from mash.lib.workingdays import LONDON, working_minutes_between

HOUR = 60
WORKING_DAY = 8 * HOUR
SOON = 2 * HOUR


@dataclass(frozen=True, slots=True)
class ClockLabel:
    """What a clock says, and its tone: "late", "soon" or "calm"."""

    words: str
    tone: str


def day_words(day: date) -> str:
    """3 November 2026."""
    local = timezone.localtime(day, LONDON) if isinstance(day, datetime) else day
    return f"{local.day} {local:%B %Y}"


def time_words(moment: datetime) -> str:
    """3:05pm; 9am on the hour; midday and midnight in words."""
    local = timezone.localtime(moment, LONDON)
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'am' if local.hour < 12 else 'pm'}"


def when_words(moment: datetime, *, now: datetime) -> str:
    """Today, yesterday or tomorrow at 3:05pm; otherwise Tue 3 November 2026 at 9:30am."""
    local, today = timezone.localtime(moment, LONDON).date(), timezone.localtime(now, LONDON).date()
    names = {today: "today", today - timedelta(days=1): "yesterday", today + timedelta(days=1): "tomorrow"}
    return f"{names.get(local, f'{local:%a} {day_words(local)}')} at {time_words(moment)}"


def deadline_words(moment: datetime) -> str:
    """After "by": Tuesday 3 November 2026 at 9:30am. A limit at midnight is the end of the day before it.

    Never "today" or "tomorrow": it is kept in messages and printed on paper.
    """
    local = timezone.localtime(moment, LONDON)
    if (local.hour, local.minute) != (0, 0):
        return f"{local:%A} {day_words(moment)} at {time_words(moment)}"
    before = local.date() - timedelta(days=1)
    return f"the end of {before:%A} {day_words(before)}"


def clock_label(due: datetime, *, now: datetime) -> ClockLabel:
    """How long is left, or how late it is, in office time (9am to 5pm on working days)."""
    minutes = working_minutes_between(now, due)
    if due < now:
        late = amount(-minutes)
        return ClockLabel(f"Overdue by {late}" if late else f"Overdue since {when_words(due, now=now)}", "late")
    left = amount(minutes)
    return ClockLabel(
        f"Due in {left}" if left else f"Due {when_words(due, now=now)}", "soon" if minutes <= SOON else "calm"
    )


def amount(minutes: int) -> str:
    """Working minutes, hours (up to two days) or days, rounded down; "" for none."""
    if minutes < 1:
        return ""
    if minutes < HOUR:
        return _many(minutes, "working minute")
    if minutes < 2 * WORKING_DAY:
        return _many(minutes // HOUR, "working hour")
    return _many(minutes // WORKING_DAY, "working day")


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def due_words(due: datetime, *, now: datetime) -> ClockLabel:
    """By when, and how much office time is left: Due by the end of Mon 23 Nov: 8 working hours left.

    The day is always named, for it is read on a Sunday and on paper too; in another year, with its year.
    """
    by, tone = short_deadline(due, now=now), clock_label(due, now=now).tone
    time = amount(abs(working_minutes_between(now, due)))
    if due < now:
        return ClockLabel(f"Overdue by {time}: it was due by {by}" if time else f"Overdue: it was due by {by}", tone)
    return ClockLabel(f"Due by {by}: {time} left" if time else f"Due by {by}: no working time left", tone)


def short_deadline(due: datetime, *, now: datetime) -> str:
    """After "by": 3pm on Mon 23 Nov; the end of Mon 23 Nov, for a limit at midnight; with the year in another year."""
    local, this_year = timezone.localtime(due, LONDON), timezone.localtime(now, LONDON).year
    end = (local.hour, local.minute) == (0, 0)
    day = local.date() - timedelta(days=1) if end else local.date()
    words = f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if day.year != this_year else "")
    return f"the end of {words}" if end else f"{time_words(due)} on {words}"
