"""Where the next page of a list starts, as it stands in an address: whole numbers with dots between them."""

from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST = 18
LATEST = 4_000_000_000_000_000
"""In the year 2096: an address that somebody made up is no date that Python cannot hold."""


def numbers(text: str, count: int) -> tuple[int, ...]:
    """The numbers of a cursor; none for anything that is not one, which means the first page."""
    parts = text.split(".")
    if len(parts) != count or not all(part.isascii() and part.isdigit() and len(part) <= LONGEST for part in parts):
        return ()
    return tuple(int(part) for part in parts)


def stamp(moment: datetime) -> int:
    """A moment as whole microseconds."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def instant(number: int) -> datetime:
    """The moment that `stamp` wrote."""
    return EPOCH + timedelta(microseconds=min(number, LATEST))
