"""The cases of a service: what waits to be accepted or for a worker, what is open, what ended lately."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from mash.govuk.moments import ClockLabel
from referrals import visible
from referrals.choices import CaseStage, ClockKey, WarningStep
from referrals.clocks import Clock
from referrals.clocks.explaining import label
from referrals.models import Case, CaseReview, ClockWarning
from referrals.models.cases import LIVE
from referrals.selectors import clocks
from referrals.selectors.ages import child_words
from referrals.selectors.clocks import InRow
from referrals.selectors.cursors import instant, numbers, stamp
from referrals.selectors.elapsed import elapsed

SIZE = 50
LATELY = timedelta(days=28)
OFFERED, WAITING, OPEN, ENDED = "offered", "waiting", "open", "ended"
STAGE_OF = {OFFERED: CaseStage.OFFERED, WAITING: CaseStage.ACCEPTED, OPEN: CaseStage.OPEN}
SINCE = {OFFERED: "offered_at", WAITING: "review_from", OPEN: "offered_at"}
OVERDUE, REVIEW = "overdue", "review"
MINE = "mine"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list; `clock` is the one of its clocks that runs out first, with its name, `information` how the
    referral's own stands while another of its children is undecided, and `review` says when a child who waits for a
    worker must have been looked at again."""

    case: Case
    child: str
    waited: str
    clock_title: str
    clock: ClockLabel | None
    information: InRow | None
    review: ClockLabel | None
    looked_by: str
    looked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list, and where the next one starts ("" at the end). `number` is of each tab, `late` and
    `to_look_at` of the tab that is shown."""

    show: str
    mine: bool
    only: str
    rows: list[Row]
    later: str
    offered: int
    waiting: int
    open: int
    late: int
    to_look_at: int

    def address(self, **changes: str) -> str:
        """Where the same list is with something changed; "" drops a filter."""
        parts = {"show": self.show, "whose": MINE if self.mine else "", "only": self.only} | changes
        return f"?{urlencode({name: value for name, value in parts.items() if value})}"

    @property
    def addresses(self) -> Mapping[str, str]:
        """Each way on from here."""
        return {
            "everybodys": self.address(whose=""),
            "mine": self.address(whose=MINE),
            "all": self.address(only=""),
            "overdue": self.address(only=OVERDUE),
            "review": self.address(only=REVIEW),
            "later": self.address(after=self.later) if self.later else "",
            "start": self.address(),
        }


def listing(user: User, *, show: str = OFFERED, mine: bool = False, only: str = "", after: str = "") -> Listing:
    """Up to fifty cases that `user` may see: danger now first, then the highest level, then what waits longest (for a
    worker: what was not looked at for longest); ended ones newest first. `only` keeps what is overdue, or due to be
    looked at again."""
    show = show if show in (*STAGE_OF, ENDED) else OFFERED
    only = only if only in (OVERDUE, REVIEW) and show != ENDED else ""
    seen = visible.cases(user)
    rows = _wanted(user, seen, show, mine)
    found = list(_page(_only(rows, only), show, after)[: SIZE + 1])
    tabs = seen.filter(stage__in=LIVE).aggregate(
        **{name: Count("pk", filter=Q(stage=s)) for name, s in STAGE_OF.items()}
    )
    return Listing(
        show=show,
        mine=mine,
        only=only,
        rows=_rows(found[:SIZE]),
        later=_cursor(show, found[SIZE - 1]) if len(found) > SIZE else "",
        **tabs,
        late=0 if show == ENDED else _only(rows, OVERDUE).count(),
        to_look_at=_only(rows, REVIEW).count() if show == WAITING else 0,
    )


def waited(case: Case, *, now: datetime) -> str:
    """How long it waited, or has waited, to be accepted."""
    return elapsed(case.offered_at, case.accepted_at or case.ended_at or now)


def _wanted(user: User, seen: QuerySet[Case], show: str, mine: bool) -> QuerySet[Case]:
    rows = seen.filter(worker=user) if mine else seen
    if show == ENDED:
        return rows.exclude(stage__in=LIVE).filter(ended_at__gte=timezone.now() - LATELY)
    return rows.filter(stage=STAGE_OF[show])


def _only(rows: QuerySet[Case], only: str) -> QuerySet[Case]:
    """By the warnings that were written when a clock of theirs ran out, or nearly did: see `clock_warnings`."""
    if only == REVIEW:
        return rows.filter(_warned(ClockKey.CASE_REVIEW))
    if only == OVERDUE:
        late = Q(pk__in=[])
        for key in clocks.RUNS:
            late |= _warned(key, step=WarningStep.LATE)
        return rows.filter(late)
    return rows


def _warned(key: ClockKey, **step: WarningStep) -> Q:
    runs, start = clocks.RUNS[key]
    told = ClockWarning.objects.filter(case=OuterRef("pk"), referral=None, key=key, started_at=OuterRef(start), **step)
    return runs & Q(Exists(told))


def _page(rows: QuerySet[Case], show: str, after: str) -> QuerySet[Case]:
    last = CaseReview.objects.filter(case=OuterRef("pk")).order_by("-pk")
    rows = rows.select_related("subject", "referral__organisation", "worker", "decision")
    rows = rows.annotate(
        looked_by=Subquery(last.values("by__name")[:1]),
        looked_at=Subquery(last.values("at")[:1]),
        standing=clocks.standing("referral"),
    )
    return _ended(rows, after) if show == ENDED else _live(rows, SINCE[show], after)


def _live(rows: QuerySet[Case], since: str, after: str) -> QuerySet[Case]:
    last = numbers(after, 4)
    if last:
        danger, level, moment, pk = bool(last[0]), last[1], instant(last[2]), last[3]
        later = Q((f"{since}__gt", moment)) | Q((since, moment), pk__gt=pk)
        below = Q(referral__immediate_danger=danger) & (Q(level__lt=level) | Q(level=level) & later)
        rows = rows.filter(below | Q(referral__immediate_danger=False) if danger else below)
    return rows.order_by("-referral__immediate_danger", "-level", F(since), "pk")


def _ended(rows: QuerySet[Case], after: str) -> QuerySet[Case]:
    last = numbers(after, 2)
    if last:
        moment = instant(last[0])
        rows = rows.filter(Q(ended_at__lt=moment) | Q(ended_at=moment, pk__lt=last[1]))
    return rows.order_by("-ended_at", "-pk")


def _cursor(show: str, case: Case) -> str:
    if show == ENDED and case.ended_at:
        return f"{stamp(case.ended_at)}.{case.pk}"
    danger = int(case.referral.immediate_danger)
    return f"{danger}.{case.level}.{stamp(getattr(case, SINCE[show]))}.{case.pk}"


def _rows(cases: Sequence[Case]) -> list[Row]:
    now = timezone.now()
    found = clocks.of_cases(cases, now=now)
    return [_row(case, found[case.pk], now) for case in cases]


def _row(case: Case, running: Sequence[Clock], now: datetime) -> Row:
    first = min((one for one in running if one.runs), key=lambda one: one.due_at, default=None)
    review = next((one for one in running if one.key == ClockKey.CASE_REVIEW), None)
    return Row(
        case=case,
        child=child_words(case.subject, on=timezone.localdate(now)),
        waited=waited(case, now=now),
        clock_title=str(ClockKey(first.key).label) if first else "",
        clock=label(first, now=now) if first else None,
        information=clocks.still(getattr(case, "standing", None), now),
        review=label(review, now=now) if review else None,
        looked_by=getattr(case, "looked_by", None) or "",
        looked_at=getattr(case, "looked_at", None),
    )


def ids(rows: Sequence[Row]) -> list[int]:
    """What the list showed, for the audit trail."""
    return [row.case.pk for row in rows]
