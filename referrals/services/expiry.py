"""Unsent drafts are not kept for ever: a warning at 83 days without a touch, erasure at 90."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from mash.audit import events
from mash.audit.actors import SYSTEM
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals.models import Draft
from referrals.models.drafts import KEPT
from referrals.services.drafts import public_name

NOTICE = timedelta(days=7)
AT_ONCE = 200


def expire(*, now: datetime | None = None) -> tuple[int, int]:
    """Warn and erase what is due at `now`, a few hundred rows at a time; answers how many of each.

    A draft is erased 90 days after it was saved last, and never sooner than seven days after its owner was warned: a
    warning that could not go in time (nothing ran) moves the erasure. Saved or taken over after the warning, it starts
    over.
    """
    now = now or timezone.now()
    return _all(_warn, now), _all(_erase, now)


def _all(step: Callable[[datetime], int], now: datetime) -> int:
    total = 0
    while done := step(now):
        total += done
    return total


@transaction.atomic
def _warn(now: datetime) -> int:
    rows = _held(Draft.objects.filter(warned_at=None, saved_at__lte=now - KEPT + NOTICE))
    messages.owe_many([_owed(row) for row in rows])
    Draft.objects.filter(pk__in=[row.pk for row in rows]).update(warned_at=now)
    return len(rows)


@transaction.atomic
def _erase(now: datetime) -> int:
    """The trail keeps that it was, and when it was saved last; nothing of what it held."""
    rows = _held(Draft.objects.filter(warned_at__lte=now - NOTICE, saved_at__lte=now - KEPT))
    for row in rows:
        saved = {"saved_at": row.saved_at.isoformat(), "owner": row.owner_id}
        events.record(by=SYSTEM, what="draft_expired", about=row, detail=saved)
    Draft.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _held(rows: QuerySet[Draft]) -> list[Draft]:
    """Unsent drafts, locked; one that somebody is saving at this moment is left for the next turn."""
    free = rows.filter(referral=None).select_related("owner").select_for_update(of=("self",), skip_locked=True)
    return list(free.order_by("saved_at")[:AT_ONCE])


def _owed(row: Draft) -> Owed:
    """One for each time it fell silent: `saved_at` is part of the key."""
    return Owed(
        key=f"draft:{row.pk}:expiring:{row.saved_at.timestamp()}",
        kind="draft_expiring",
        about=public_name(row),
        to=row.owner,
        path="/referrals/",
    )
