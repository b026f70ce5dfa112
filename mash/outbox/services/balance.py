"""What the last account of what is owed came to, kept where every process finds it."""

from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.cache import cache

KEY = "outbox-account"
KEPT_FOR = 24 * 3600
"""Seconds. An account older than a day says nothing of now."""


@dataclass(frozen=True, slots=True)
class Said:
    """When an account was drawn up, of what was owed since when, whether it balances, and its lines."""

    at: datetime
    since: datetime
    balances: bool
    lines: list[str]


def remember(said: Said) -> None:
    """The last account, for a day."""
    cache.set(KEY, asdict(said), KEPT_FOR)


def last() -> Said | None:
    """The last account, if one was drawn up within a day."""
    found = cache.get(KEY)
    return Said(**found) if found else None
