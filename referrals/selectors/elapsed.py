"""How long somebody has waited, by the clock on the wall: a child waits through the night as well."""

from datetime import datetime

MINUTE, HOUR, DAY = 60, 3600, 86400


def elapsed(since: datetime, until: datetime) -> str:
    """Minutes up to two hours, hours up to two days, then days; rounded down."""
    seconds = int((until - since).total_seconds())
    for unit, size, least in (("day", DAY, 2), ("hour", HOUR, 2), ("minute", MINUTE, 1)):
        if seconds >= least * size:
            return _many(seconds // size, unit)
    return "less than a minute"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
