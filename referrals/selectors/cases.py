"""The cases of a service: what waits to be accepted, what is open, what ended lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from referrals import visible
from referrals.choices import CaseStage
from referrals.models import Case
from referrals.models.cases import LIVE
from referrals.selectors.ages import child_words
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.elapsed import elapsed

SIZE = 50
LATELY = timedelta(days=28)
OFFERED, OPEN, ENDED = "offered", "open", "ended"
SHOWS = (OFFERED, OPEN, ENDED)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    case: Case
    child: str
    waited: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, and where the next one starts ("" at the end)."""

    show: str
    mine: bool
    rows: list[Row]
    later: str
    offered: int
    open: int


def listing(user: User, *, show: str = OFFERED, mine: bool = False, after: str = "") -> Listing:
    """Up to fifty cases that `user` may see: highest level first, then longest waiting; ended ones newest first."""
    show = show if show in SHOWS else OFFERED
    seen = visible.cases(user)
    found = list(_wanted(user, seen, show, mine, after)[: SIZE + 1])
    now = timezone.now()
    today = timezone.localdate(now)
    return Listing(
        show=show,
        mine=mine,
        rows=[_row(case, now, today) for case in found[:SIZE]],
        later=_cursor(show, found[SIZE - 1]) if len(found) > SIZE else "",
        offered=seen.filter(stage=CaseStage.OFFERED).count(),
        open=seen.filter(stage=CaseStage.OPEN).count(),
    )


def waited(case: Case, *, now: datetime) -> str:
    """How long it waited, or has waited, to be accepted."""
    return elapsed(case.offered_at, case.accepted_at or case.ended_at or now)


def _wanted(user: User, seen: QuerySet[Case], show: str, mine: bool, after: str) -> QuerySet[Case]:
    rows = seen.select_related("subject", "referral__organisation", "worker")
    if mine:
        rows = rows.filter(worker=user)
    return _ended(rows, after) if show == ENDED else _live(rows, show, after)


def _live(rows: QuerySet[Case], show: str, after: str) -> QuerySet[Case]:
    found = rows.filter(stage=CaseStage.OFFERED if show == OFFERED else CaseStage.OPEN)
    last = numbers(after, 3)
    if last:
        level, moment, pk = last[0], instant(last[1]), last[2]
        later = Q(offered_at__gt=moment) | Q(offered_at=moment, pk__gt=pk)
        found = found.filter(Q(level__lt=level) | Q(level=level) & later)
    return found.order_by("-level", "offered_at", "pk")


def _ended(rows: QuerySet[Case], after: str) -> QuerySet[Case]:
    found = rows.exclude(stage__in=LIVE).filter(ended_at__gte=timezone.now() - LATELY)
    last = numbers(after, 2)
    if last:
        moment = instant(last[0])
        found = found.filter(Q(ended_at__lt=moment) | Q(ended_at=moment, pk__lt=last[1]))
    return found.order_by("-ended_at", "-pk")


def _cursor(show: str, case: Case) -> str:
    if show == ENDED and case.ended_at:
        return f"{stamp(case.ended_at)}.{case.pk}"
    return f"{case.level}.{stamp(case.offered_at)}.{case.pk}"


def _row(case: Case, now: datetime, today: date) -> Row:
    return Row(case=case, child=child_words(case.subject, on=today), waited=waited(case, now=now))


def ids(rows: Sequence[Row]) -> list[int]:
    """What the list showed, for the audit trail."""
    return [row.case.pk for row in rows]
