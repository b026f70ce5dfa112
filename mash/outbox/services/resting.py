"""Leaving alone for a while what hangs, so that many dead addresses never delay a good one.

A refusal is quick and costs nobody anything. A hand-over that hangs keeps its carrier: after one, its destination rests
(`windows.rest`), and then one message at a time finds out whether it is well again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Resting


@dataclass
class Watch:
    """One hand-over: whether the message went."""

    went: bool = False


def until(destination: str) -> datetime | None:
    """When this destination may be tried again; None when it may now.

    After its rest one carrier tries it: for the others it rests a little longer, so that a destination that is still
    hanging keeps one of them and not all.
    """
    now = timezone.now()
    row = Resting.objects.filter(destination=destination).first()
    if row is None:
        return None
    if row.until > now:
        return row.until
    probe = Resting.objects.filter(destination=destination, until=row.until)
    mine = probe.update(until=now + windows.LEASE)
    return None if mine else now + windows.LEASE


@contextmanager
def watched(destination: str) -> Iterator[Watch]:
    """Around one hand-over: what hung begins a rest, or a longer one; what answered in time ends it."""
    watch, began = Watch(), monotonic()
    yield watch
    if watch.went or monotonic() - began < windows.HUNG.total_seconds():
        Resting.objects.filter(destination=destination).delete()
    else:
        _begin(destination)


@transaction.atomic
def _begin(destination: str) -> None:
    row, new = Resting.objects.select_for_update().get_or_create(
        destination=destination, defaults={"until": timezone.now() + windows.rest(1)}
    )
    if not new:
        row.hangs += 1
        row.until = timezone.now() + windows.rest(row.hangs)
        row.save()
