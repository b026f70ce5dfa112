"""Time limits are data: what ships is loaded once, and a change adds a row that counts from a later moment."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.lib.workingdays import LONDON
from referrals.choices import ClockKey, LimitUnit
from referrals.errors import Refused
from referrals.models import Limit
from referrals.models.clocks import MOST, NEVER_PAUSED, PAUSABLE_UNITS
from referrals.selectors import limits as selectors
from referrals.services import rights

SHIPPED = Path(__file__).resolve().parent.parent / "limits.json"
UNITS: dict[str, tuple[LimitUnit, ...]] = {
    ClockKey.RAG_RED: (LimitUnit.CLOCK_MINUTES,),
    ClockKey.RAG_AMBER: (LimitUnit.OFFICE_MINUTES,),
    ClockKey.RAG_GREEN: (LimitUnit.OFFICE_MINUTES,),
}
"""Red runs on past closing time, amber and green count office time. Every other limit may be counted in any unit."""


def load(*, database: str = DEFAULT_DB_ALIAS) -> list[Limit]:
    """Add what ships and was never loaded; what was added, so nothing the second time.

    The first limit of a kind counts from the day it names. A later one never counts from before it was loaded, so
    that no clock that runs is moved. To change what ships, add an entry with a later day.
    """
    with transaction.atomic(using=database):
        _one_at_a_time(database)
        rows = Limit.objects.using(database)
        known = set(rows.filter(by=None).values_list("key", "source", "amount", "unit"))
        kinds = set(rows.values_list("key", flat=True))
        new = [_shipped(entry, first=entry["key"] not in kinds) for entry in _entries() if _named(entry) not in known]
        return rows.bulk_create(new)


@transaction.atomic
def change(
    *,
    by: User,
    key: str,
    amount: int,
    unit: str,
    from_day: date,
    source: str,
    reason: str,
    warn_at: int,
    tell_manager_at: int,
    may_be_paused: bool = False,
) -> Limit:
    """Set a limit from the start of a day that is still to come. What has begun by then keeps the limit it began under.

    Limits of law or national guidance, and red, can never be paused. Raises Refused, naming the answer to mend.
    """
    rights.require(by, Act.SET_CLOCKS)
    now = timezone.now()
    starts = datetime.combine(from_day, time(), LONDON)
    if starts <= now:
        raise Refused("The first day must be tomorrow or later, so that no clock that runs is moved", field="from_day")
    _check(key, amount, unit, warn_at, tell_manager_at, may_be_paused)
    _check_words(source, reason)
    old = selectors.limit(key, at=starts)
    same = {"key": key, "starts_at": old.starts_at, "means": old.means, "basis": old.basis}
    shares = {"warn_at": warn_at, "tell_manager_at": tell_manager_at, "may_be_paused": may_be_paused}
    row = Limit.objects.create(
        **same,
        **shares,
        amount=amount,
        unit=unit,
        source=source,
        reason=reason,
        in_force_from=starts,
        by=by,
        added_at=now,
    )
    events.record(by=by, what="limit_changed", about=row, detail={"key": key, "amount": amount, "unit": unit})
    return row


def units_of(key: str) -> tuple[LimitUnit, ...]:
    """In what this kind of limit may be counted."""
    return UNITS.get(key, tuple(LimitUnit))


def _check(key: str, amount: int, unit: str, warn_at: int, tell_manager_at: int, may_be_paused: bool) -> None:
    if not 1 <= amount <= MOST:
        raise Refused("Enter a number from 1", field="amount")
    if unit not in units_of(key):
        raise Refused("This limit cannot be counted so", field="unit")
    if not 1 <= warn_at < tell_manager_at < 100:
        late = "The manager is warned after whoever has it, and before all the time is used"
        raise Refused(late, field="tell_manager_at")
    if may_be_paused and (key in NEVER_PAUSED or unit not in PAUSABLE_UNITS):
        raise Refused("This clock can never be paused", field="may_be_paused")


def _check_words(source: str, reason: str) -> None:
    if not source:
        raise Refused("Say where this limit is written down", field="source")
    if not reason:
        raise Refused("Say why it changes", field="reason")


def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return entries


def _named(entry: dict[str, Any]) -> tuple[str, str, int, str]:
    return entry["key"], entry["source"], entry["amount"], entry["unit"]


def _shipped(entry: dict[str, Any], *, first: bool) -> Limit:
    now = timezone.now()
    day = datetime.combine(date.fromisoformat(entry["from"]), time(), LONDON)
    rest = {name: value for name, value in entry.items() if name != "from"}
    return Limit(**rest, in_force_from=day if first else max(day, now), added_at=now)


def _one_at_a_time(database: str) -> None:
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('limits', 0))")
