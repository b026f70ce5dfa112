"""How long somebody has waited, by the clock on the wall: a child waits through the night as well."""

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def elapsed(since: datetime, until: datetime) -> str:
    """Rounded down to the minute, from a day on to the hour: 1 hour 44 minutes; 1 day 13 hours; 3 days."""
    seconds = int((until - since).total_seconds())
    for unit, size, part, part_size in (("day", DAY, "hour", HOUR), ("hour", HOUR, "minute", MINUTE)):
        if seconds >= size:
            rest = seconds % size // part_size
            return _many(seconds // size, unit) + (f" {_many(rest, part)}" if rest else "")
    return _many(seconds // MINUTE, "minute") if seconds >= MINUTE else "less than a minute"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
