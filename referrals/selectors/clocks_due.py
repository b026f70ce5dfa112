"""Which clocks may be so far on that somebody must be told: for the job that looks every minute.

Each asks for open work alone, through the partial indexes of open work, and leaves out what was told to be late: what
is decided, and however many years of it, is never read.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet, Subquery

from referrals.choices import ClockKey, LimitUnit, WarningStep
from referrals.models import Case, ClockWarning, RagRating, Referral
from referrals.models.cases import LIVE
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks, limits

CHUNK = 500
LEAST = {
    LimitUnit.WORKING_DAYS: timedelta(days=1),
    LimitUnit.OFFICE_MINUTES: timedelta(minutes=1),
    LimitUnit.CLOCK_MINUTES: timedelta(minutes=1),
    LimitUnit.WEEKS: timedelta(weeks=1),
    LimitUnit.MONTHS: timedelta(days=28),
}
"""As little time as one of each unit can take: days off and pauses only make it longer."""
M = TypeVar("M", bound=Model)


def decisions(now: datetime) -> Iterator[list[Referral]]:
    """Undecided referrals whose decision clock may be so far on, some hundred at a time."""
    late = ClockWarning.objects.filter(referral=OuterRef("pk"), case=None, key=ClockKey.DECISION, step=WarningStep.LATE)
    since = now - earliest(limits.book(ClockKey.DECISION), ClockKey.DECISION)
    yield from _chunks(_open().filter(~Exists(late), submitted_at__lte=since))


def gatherings() -> Iterator[Sequence[Referral]]:
    """Undecided referrals with a colour whose clock may be so far on."""
    late = ClockWarning.objects.filter(
        referral=OuterRef("pk"), case=None, key=OuterRef("rag"), started_at=OuterRef("rag_from"), step=WarningStep.LATE
    )
    rows = _open().annotate(rag=_standing("limit__key", "pk"), rag_from=_standing("counts_from", "pk"))
    yield from _chunks(rows.filter(~Exists(late), rag__isnull=False))


def cases(now: datetime) -> Iterator[list[Case]]:
    """Live cases of which one clock at least may be so far on."""
    book = limits.book(*clocks.RUNS)
    wanted = Q(pk__in=[])
    for key, (runs, start) in clocks.RUNS.items():
        # A clock that begins again, as when a child is looked at again, is late for itself alone.
        told = ClockWarning.objects.filter(case=OuterRef("pk"), referral=None, key=key, step=WarningStep.LATE)
        late = told.filter(started_at=OuterRef(start))
        wanted |= runs & Q((f"{start}__lte", now - earliest(book, key))) & Q(~Exists(late))
    yield from _chunks(Case.objects.filter(wanted, stage__in=LIVE))


def earliest(book: limits.Book, key: str) -> timedelta:
    """How soon after its start somebody may have to be told of such a clock, whichever limit it goes by."""
    return min(row.amount * LEAST[LimitUnit(row.unit)] * row.warn_at / 100 for row in book.rows[key])


def with_standing(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Rows about a referral with the clock of the colour that stands: which limit (`rag`), from when (`rag_from`)."""
    found: QuerySet[Any] = rows.annotate(
        rag=_standing("limit__key", "referral"), rag_from=_standing("counts_from", "referral")
    )
    return found


def _standing(column: str, referral: str) -> Subquery:
    rows = RagRating.objects.filter(referral=OuterRef(referral)).order_by("-pk")
    return Subquery(rows.values(column)[:1])


def _open() -> QuerySet[Referral]:
    """Without what the referrer wrote: a clock needs its times alone."""
    times = ("stage", "submitted_at", "decision_due_at", "decided_at")
    return Referral.objects.filter(stage__in=WAITING_STAGES).only(*times)


def _chunks(rows: QuerySet[M]) -> Iterator[list[M]]:
    """Each piece begins after the last row of the one before: what leaves the open work meanwhile skips nothing."""
    last = 0
    while piece := list(rows.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield piece
        last = piece[-1].pk
