"""The clocks that run out, as a page shows them to whoever may see the work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from mash.govuk.moments import ClockLabel
from referrals import visible
from referrals.choices import ClockKey, WarningStep
from referrals.clocks import Clock
from referrals.clocks.explaining import label
from referrals.models import Case, ClockWarning, Gathered, Referral, Subject
from referrals.models.cases import LIVE
from referrals.models.clocks import RAG_KEY
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks, clocks_due, clocks_left, limits
from referrals.selectors.ages import child_words
from referrals.selectors.cursors import numbers

SIZE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One clock on the page."""

    warning: ClockWarning
    child: str
    reference: str
    title: str
    label: ClockLabel
    holder: User | None


@dataclass(frozen=True, slots=True)
class Page:
    """Up to fifty warnings, what is overdue first, then the newest, and where the next page starts ("" at the end)."""

    lines: list[Line]
    later: str
    ids: list[int]

    @property
    def later_address(self) -> str:
        """Where the next page is."""
        return f"?after={self.later}" if self.later else ""


def page(user: User, *, after: str = "") -> Page:
    """The clocks that somebody was warned of and that still run, of open work that `user` may see."""
    rows = _running_out(user).select_related(
        "referral__owner", "case__worker", "case__subject", "case__referral", "case__decision"
    )
    found = list(_overdue_first(rows, after)[: SIZE + 1])
    shown, now = found[:SIZE], timezone.now()
    lines = [*_of_referrals(shown, now), *_of_cases(shown, now)]
    return Page(
        lines=sorted(lines, key=lambda line: (line.label.tone != "late", -line.warning.pk)),
        later=_cursor(shown[-1]) if len(found) > SIZE else "",
        ids=[row.referral_id or (row.case.referral_id if row.case else 0) for row in shown],
    )


def _overdue_first(rows: QuerySet[ClockWarning], after: str) -> QuerySet[Any]:
    """Before all pages, what was told to be late: what is late once stays so, for its clock cannot be stopped then."""
    found: QuerySet[Any] = rows.annotate(overdue=Q(step=WarningStep.LATE)).order_by("-overdue", "-pk")
    last = numbers(after, 2)
    if not last:
        return found
    overdue, pk = bool(last[0]), last[1]
    later = Q(overdue=overdue, pk__lt=pk)
    return found.filter(later | Q(overdue=False) if overdue else later)


def _cursor(row: ClockWarning) -> str:
    return f"{int(row.step == WarningStep.LATE)}.{row.pk}"


def _running_out(user: User) -> QuerySet[ClockWarning]:
    """The last warning of each clock that still runs. Information that is there is no clock any more, nor is a colour
    that was changed; unless it was overdue then, and nobody else has looked since."""
    referral = Q(referral__in=visible.referrals(user).filter(stage__in=WAITING_STAGES))
    case = Q(case__in=visible.cases(user).filter(stage__in=LIVE))
    gathered = Gathered.objects.filter(referral=OuterRef("referral"), at__gte=OuterRef("started_at"))
    stands = Q(key=F("rag"), started_at=F("rag_from")) & ~Exists(gathered)
    later = ClockWarning.objects.filter(key=OuterRef("key"), started_at=OuterRef("started_at"), pk__gt=OuterRef("pk"))
    rows = clocks_due.with_standing(clocks_left.with_who_left_it(ClockWarning.objects.all()))
    return (
        rows.filter(referral & (Q(key=ClockKey.DECISION) | stands | clocks_left.left()) | case & _runs())
        .exclude(Exists(later.filter(referral=OuterRef("referral"))))
        .exclude(Exists(later.filter(case=OuterRef("case"))))
    )


def _runs() -> Q:
    wanted = Q(pk__in=[])
    for key, (runs, start) in clocks.RUNS.items():
        wanted |= Q(key=key, case__in=Case.objects.filter(runs), started_at=F(f"case__{start}"))
    return wanted


def _of_referrals(rows: list[ClockWarning], now: datetime) -> Iterator[Line]:
    ours = {row.referral.pk: row.referral for row in rows if row.referral}
    if not ours:
        return
    rated, book, names = clocks.rated(ours, now=now), limits.book(ClockKey.DECISION), _names(list(ours), now)
    running = {row.pk: _clock_of(row, row.referral, rated, book, now) for row in rows if row.referral}
    left = clocks_left.among([row for row in rows if row.pk in running and running[row.pk] is None])
    for row in rows:
        if row.referral and (clock := running[row.pk]):
            yield _line(row, names[row.referral.pk], row.referral, label(clock, now=now), row.referral.owner)
        elif row.referral and row.pk in left:
            yield _line(row, names[row.referral.pk], row.referral, left[row.pk].label(now=now), row.referral.owner)


def _clock_of(
    row: ClockWarning, referral: Referral, rated: dict[int, clocks.Rated], book: limits.Book, now: datetime
) -> Clock | None:
    """The clock that a warning was of, None when a change of colour has put it out of force."""
    if row.key == ClockKey.DECISION:
        return clocks.decision(referral, book, now=now)
    found = rated.get(referral.pk)
    return found.clock if found and clocks_left.is_of(row, found.clock) else None


def _of_cases(rows: list[ClockWarning], now: datetime) -> Iterator[Line]:
    found = clocks.of_cases([row.case for row in rows if row.case], now=now)
    for row in rows:
        clock = next((one for one in found[row.case.pk] if one.key == row.key), None) if row.case else None
        if row.case and clock:
            child = child_words(row.case.subject, on=timezone.localdate(now))
            yield _line(row, child, row.case.referral, label(clock, now=now), row.case.worker)


def _line(row: ClockWarning, child: str, referral: Referral, shown: ClockLabel, holder: User | None) -> Line:
    title = "Information" if row.key in RAG_KEY.values() else row.get_key_display()
    return Line(row, child, referral.reference, title, shown, holder)


def _names(keys: list[int], now: datetime) -> dict[int, str]:
    names: dict[int, list[str]] = {key: [] for key in keys}
    for child in Subject.objects.filter(referral__in=keys).order_by("referral_id", "position"):
        names[child.referral_id].append(child_words(child, on=timezone.localdate(now)))
    return {key: " and ".join(found) for key, found in names.items()}
