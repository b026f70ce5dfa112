"""Information that was overdue when somebody changed its colour: told as late until somebody else has looked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from mash.govuk.moments import ClockLabel, when_words
from referrals.choices import WarningStep
from referrals.clocks import Clock
from referrals.models import ClockWarning, Gathered, RagRating, Referral
from referrals.models.clocks import RAG_KEY


@dataclass(frozen=True, slots=True)
class Left:
    """A clock that was told to be late, and the rating that put another in its place."""

    warning: ClockWarning
    rating: RagRating

    def label(self, *, now: datetime) -> ClockLabel:
        """Overdue when Amira Sands rated it blue, today at 9:12am."""
        who, colour = self.rating.by, self.rating.get_colour_display().lower()
        by = f"{who.name} rated it {colour}" if who else f"it was rated {colour}"
        return ClockLabel(f"Overdue when {by}, {when_words(self.rating.at, now=now)}", "late")


def with_who_left_it(rows: QuerySet[ClockWarning]) -> QuerySet[Any]:
    """Warnings with who was the first to rate the referral after each (`left_by`, None for nobody)."""
    since = RagRating.objects.filter(referral=OuterRef("referral"), at__gte=OuterRef("at")).order_by("pk")
    found: QuerySet[Any] = rows.annotate(left_by=Subquery(since.values("by")[:1]))
    return found


def left() -> Q:
    """Of such rows, those told to be late which nobody else has looked at since: by rating it, or keeping the rating.
    Information that is there needs no look."""
    since = RagRating.objects.filter(referral=OuterRef("referral"), at__gte=OuterRef("at"))
    gathered = Gathered.objects.filter(referral=OuterRef("referral"), at__gte=OuterRef("started_at"))
    looked = since.exclude(by=OuterRef("left_by"))
    late = Q(step=WarningStep.LATE, key__in=list(RAG_KEY.values()), left_by__isnull=False)
    return late & ~Q(Exists(looked)) & ~Q(Exists(gathered))


def of(referral: Referral, clock: Clock | None) -> Left | None:
    """The last overdue clock that was left of one referral; `clock` is the one that runs now."""
    rows = with_who_left_it(ClockWarning.objects.filter(referral=referral, case=None)).filter(left())
    found = [row for row in rows.order_by("-pk") if not is_of(row, clock)]
    return next(iter(among(found).values()), None)


def among(rows: Sequence[ClockWarning]) -> dict[int, Left]:
    """The same for rows of which each was left, by their keys, in one statement; in none for no rows."""
    if not rows:
        return {}
    ratings = RagRating.objects.filter(referral__in={row.referral_id for row in rows})
    given = list(ratings.select_related("by").order_by("pk"))
    return {row.pk: Left(row, rating) for row in rows if (rating := _after(row, given))}


def is_of(row: ClockWarning, clock: Clock | None) -> bool:
    """Whether a warning was of this clock."""
    return clock is not None and (row.key, row.started_at) == (clock.key, clock.started_at)


def _after(row: ClockWarning, given: Iterable[RagRating]) -> RagRating | None:
    return next((one for one in given if one.referral_id == row.referral_id and one.at >= row.at), None)
