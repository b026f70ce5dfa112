"""Finding what was not carried: nothing depends on a task that was queued when the fact was written."""

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from time import monotonic

import structlog
from django.db import transaction
from django.utils import timezone

from mash.outbox import channels, windows
from mash.outbox.models import Attempt, CallTask, Message
from mash.outbox.services import calls, delivery

log = structlog.get_logger(__name__)
_NOBODY_THERE = frozenset({Attempt.Outcome.UNREACHABLE, Attempt.Outcome.BARRED})


def sweep(*, limit: int = windows.SWEEP_LIMIT) -> int:
    """One round: carry what is due, then give to people what nobody read in time. Answers how many were carried.

    It ends early when its time is up. A provider that cannot be reached is left alone for the rest of the round,
    and the others are not; then, too, what has waited for longer than the delivery window is given to people.
    """
    carried, silent = 0, set[str]()
    deadline = monotonic() + windows.SWEEP_TIME.total_seconds()
    for message_id, channel in _waiting(timezone.now(), limit):
        if channels.provider(channel) in silent:
            continue
        attempt = delivery.deliver(message_id)
        carried += attempt is not None
        if attempt is not None and attempt.outcome in _NOBODY_THERE:
            silent.add(channels.provider(channel))
        if monotonic() > deadline:
            break
    if silent:
        log.warning("provider_unreachable", providers=sorted(silent), given_up=delivery.give_up(limit=limit))
    chase(limit=limit)
    return carried


@transaction.atomic
def chase(*, limit: int) -> int:
    """Ask a person to call whoever was sent something to read by a certain time and has not read it."""
    now = timezone.now()
    unread = Message.objects.unread(now).select_for_update(skip_locked=True).order_by("read_by")
    silent = list(unread[:limit])
    if silent:
        calls.owe_for(silent, why=CallTask.Why.SILENT)
        Message.objects.filter(pk__in=[each.pk for each in silent]).update(chased_at=now)
    return len(silent)


def _waiting(now: datetime, limit: int) -> Iterator[tuple[int, str]]:
    """(key, medium) of what dead carriers left, then what was never tried, then a share of what failed before.

    In this order an address that keeps failing never delays one that works, and is never left out for good.
    """
    due = Message.objects.due(now).order_by("next_attempt_at", "id")
    parts = (
        Message.objects.stale(now).order_by("claimed_at")[:limit],
        due.filter(attempts=0)[:limit],
        due.filter(attempts__gt=0)[: limit // 4],
    )
    return chain.from_iterable(list(part.values_list("pk", "channel")) for part in parts)
