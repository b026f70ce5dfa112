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

# What a claim asks by the way: mostly nothing rests anywhere, and nobody need look.
ASKED = f"EXISTS (SELECT FROM {Resting._meta.db_table}) AS something_rests"


@dataclass
class Turn:
    """One carrier's turn at a destination: whether it hung before, when it may be tried if not now, and whether the
    message went."""

    destination: str
    hung: bool = False
    until: datetime | None = None
    went: bool = False


def turn(destination: str) -> Turn:
    """A turn at this destination, at once or later.

    After its rest one carrier tries it: for the others it rests a little longer, so that a destination that is still
    hanging keeps one of them and not all.
    """
    now = timezone.now()
    row = Resting.objects.filter(destination=destination).first()
    if row is None:
        return Turn(destination)
    if row.until > now:
        return Turn(destination, hung=True, until=row.until)
    probe = Resting.objects.filter(destination=destination, until=row.until)
    mine = probe.update(until=now + windows.LEASE)
    return Turn(destination, hung=True, until=None if mine else now + windows.LEASE)


@contextmanager
def watched(turn: Turn) -> Iterator[Turn]:
    """Around one hand-over: what hung begins a rest, or a longer one; what answered in time ends the one that stood."""
    began = monotonic()
    yield turn
    if not turn.went and monotonic() - began >= windows.HUNG.total_seconds():
        _begin(turn.destination)
    elif turn.hung:
        Resting.objects.filter(destination=turn.destination).delete()


@transaction.atomic
def _begin(destination: str) -> None:
    row, new = Resting.objects.select_for_update().get_or_create(
        destination=destination, defaults={"until": timezone.now() + windows.rest(1)}
    )
    if not new:
        row.hangs += 1
        row.until = timezone.now() + windows.rest(row.hangs)
        row.save()
