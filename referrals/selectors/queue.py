"""The shared queue as one person may see it: the worst first, then the soonest due."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.models import User
from accounts.policy import Role
from mash.govuk.navigation import Link
from referrals import visible
from referrals.choices import Category, Lane, SubjectState, Via
from referrals.models import Concern, Referral, SavedFilter, Subject
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks
from referrals.selectors.ages import age_words, child_words
from referrals.selectors.amendments import has_new
from referrals.selectors.clocks import InRow
from referrals.selectors.wanted import LEVELS, NOTICES, Wanted, chosen

__all__ = ["LEVELS", "NOTICES", "Wanted", "chosen"]

SIZE = 50
STATES = (SubjectState.WAITING, SubjectState.PROPOSED, SubjectState.DECIDED)
CHILD = ("given_name", "family_name", "birth_date", "due_date", "estimated_age", "state")
ORDER = ("risk", "decision_due_at", "id")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BIGGEST = 2**62
Place = tuple[int, datetime, int]


@dataclass(frozen=True, slots=True)
class Row:
    """One referral on one line."""

    referral: Referral
    child: str
    siblings: str
    categories: str
    new: bool
    rated: InRow | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How many referrals, of those this person may see: by lane under the filters, under each of their own filters
    (by its key), and in all."""

    lanes: dict[str, int]
    saved: dict[int, int]
    waiting: int
    overdue: int
    mine: int
    notices: int
    everything: int


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the reader's own filters, as a link with its number."""

    pk: int
    name: str
    link: Link


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Up to fifty rows, the lanes and filters above them, and the first and the next page ("" when there is none)."""

    rows: list[Row]
    lanes: list[Link]
    choices: list[Link]
    saved: list[Kept]
    figures: Figures
    start: str
    later: str

    @property
    def ids(self) -> list[int]:
        return [row.referral.pk for row in self.rows]


def page(user: User, wanted: Wanted) -> QueuePage:
    """One page of the queue in three statements, whatever its length and however many filters its reader keeps."""
    now = timezone.now()
    saved, seen = list(SavedFilter.objects.filter(owner=user)), open_work(user)
    found = list(_for_rows(after(_under(seen, user, wanted, now), wanted.after))[: SIZE + 1])
    counted = _figures(seen, user, wanted, saved, now)
    more = replace(wanted, after=cursor_of(found[SIZE - 1])).address() if len(found) > SIZE else ""
    return QueuePage(
        rows=_rows(found[:SIZE], now),
        lanes=_lanes(user, wanted, counted),
        choices=_choices(wanted),
        saved=[_kept(one, counted.saved[one.pk], wanted) for one in saved],
        figures=counted,
        start=replace(wanted, after="").address() if wanted.after else "",
        later=more,
    )


def open_work(user: User) -> QuerySet[Referral]:
    """Every undecided referral that `user` may see, the worst first."""
    return visible.referrals(user).filter(stage__in=WAITING_STAGES).order_by(*ORDER)


def under(user: User, wanted: Wanted, now: datetime | None = None) -> QuerySet[Referral]:
    """The same under the filters and in the lane that were chosen."""
    return _under(open_work(user), user, wanted, now or timezone.now())


def _under(seen: QuerySet[Referral], user: User, wanted: Wanted, now: datetime) -> QuerySet[Referral]:
    rows = seen.filter(chosen(user, wanted, now))
    return rows.filter(lane=wanted.lane) if wanted.lane else rows


def lines(rows: QuerySet[Referral], cursor: str, *, size: int) -> tuple[list[Row], str]:
    """So many rows of any list in the queue's order, and the cursor of those that follow ("" when none do)."""
    found = list(_for_rows(after(rows, cursor))[: size + 1])
    more = cursor_of(found[size - 1]) if len(found) > size else ""
    return _rows(found[:size], timezone.now()), more


def after(rows: QuerySet[Referral], cursor: str) -> QuerySet[Referral]:
    """The rows that come after a cursor; what is no cursor of ours means the first page."""
    place = place_of(cursor)
    return rows.filter(TupleGreaterThan(Tuple(*map(F, ORDER)), place)) if place else rows


def cursor_of(referral: Referral) -> str:
    """Where a page ended, for an address: risk, due time and key."""
    micros = (referral.decision_due_at - EPOCH) // MICROSECOND
    return base64.urlsafe_b64encode(f"{referral.risk}.{micros}.{referral.pk}".encode()).decode().rstrip("=")


def place_of(cursor: str) -> Place | None:
    """The place that a cursor stands for, or None for anything that is not one."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        risk, micros, key = map(int, text.split("."))
        if not (0 <= risk < 1000 and 0 <= key < BIGGEST and len(cursor) < 100):
            return None
        return risk, EPOCH + micros * MICROSECOND, key
    except (ValueError, OverflowError, binascii.Error):
        return None


def figures(user: User, wanted: Wanted) -> Figures:
    """Every number of the page, in one statement."""
    return _figures(open_work(user), user, wanted, (), timezone.now())


def _figures(
    seen: QuerySet[Referral], user: User, wanted: Wanted, saved: Sequence[SavedFilter], now: datetime
) -> Figures:
    rows: list[Any] = list(
        seen.order_by()
        .values("lane")
        .annotate(
            chosen=Count("pk", filter=chosen(user, wanted, now)),
            waiting=Count("pk", filter=Q(owner=None)),
            overdue=Count("pk", filter=Q(decision_due_at__lt=now)),
            mine=Count("pk", filter=Q(owner_id=user.pk)),
            notices=Count("pk", filter=Q(owner=None, via=Via.BULK)),
            everything=Count("pk"),
            **{f"saved_{one.pk}": Count("pk", filter=_all_of(user, one, now)) for one in saved},
        )
    )
    sums = {name: sum(row[name] for row in rows) for name in ("waiting", "overdue", "mine", "notices", "everything")}
    kept = {one.pk: sum(row[f"saved_{one.pk}"] for row in rows) for one in saved}
    return Figures(lanes={row["lane"]: row["chosen"] for row in rows}, saved=kept, **sums)


def _all_of(user: User, saved: SavedFilter, now: datetime) -> Q:
    """A filter that was kept, its lane with it."""
    wanted = Wanted.read(saved.query)
    return chosen(user, wanted, now) & (Q(lane=wanted.lane) if wanted.lane else Q())


def _kept(saved: SavedFilter, number: int, wanted: Wanted) -> Kept:
    link = Link(f"{saved.name} ({number:,})", f"?{saved.query}", saved.query == wanted.query())
    return Kept(saved.pk, saved.name, link)


def _lanes(user: User, wanted: Wanted, figures: Figures) -> list[Link]:
    """All, then each lane with its number. The officer's lane is there only for whom it holds something, or could."""
    shown = [
        lane
        for lane in Lane
        if lane != Lane.ALLEGATIONS or Role.LADO in user.roles or figures.lanes.get(lane) or wanted.lane == lane
    ]
    links = [_lane_link(wanted, "", "All", sum(figures.lanes.values()))]
    return links + [_lane_link(wanted, lane, lane.label, figures.lanes.get(lane, 0)) for lane in shown]


def _lane_link(wanted: Wanted, lane: str, label: str, number: int) -> Link:
    return Link(f"{label} ({number:,})", replace(wanted, lane=lane, after="").address(), wanted.lane == lane)


def _choices(wanted: Wanted) -> list[Link]:
    """Each filter as a link that puts it on, or takes it off again."""
    one = replace(wanted, after="")
    switches = [
        Link("Mine", replace(one, mine=not wanted.mine).address(), wanted.mine),
        Link("Decision overdue", replace(one, overdue=not wanted.overdue).address(), wanted.overdue),
        Link("Nobody’s yet", replace(one, waiting=not wanted.waiting).address(), wanted.waiting),
    ]
    switches += [
        Link(label, replace(one, notices="" if wanted.notices == kind else kind).address(), wanted.notices == kind)
        for kind, label in NOTICES.items()
    ]
    return switches + [
        Link(label, replace(one, level="" if wanted.level == level else level).address(), wanted.level == level)
        for level, label in LEVELS.items()
    ]


def _for_rows(rows: QuerySet[Referral]) -> QuerySet[Referral]:
    """All that a row says, without what is only read on the file. What is added to a referral here is asked for the
    rows of the page alone: the database works it out after it has sorted and cut."""
    concerns = Concern.objects.filter(referral=OuterRef("pk")).order_by("position")
    children = Subject.objects.filter(referral=OuterRef("pk")).order_by("position")
    found = rows.annotate(
        new=has_new(),
        about=ArraySubquery(concerns.values("category")),
        children=ArraySubquery(children.values_list(JSONObject(**{name: name for name in CHILD}))),
        standing=clocks.standing(),
    )
    return found.select_related("organisation", "owner").only(
        "reference",
        "submitted_at",
        "decision_due_at",
        "immediate_danger",
        "restricted",
        "stage",
        "level",
        "band",
        "risk",
        "household_key",
        "organisation__name",
        "owner__name",
    )


def _rows(referrals: Sequence[Any], now: datetime) -> list[Row]:
    """Each referral in the words of its line; asks nothing more."""
    today = timezone.localdate(now)
    return [_row(one, now, today) for one in referrals]


def _row(referral: Any, now: datetime, today: date) -> Row:
    """The child who waits to be decided comes first: that child is why the line is there."""
    children = [_child(one) for one in referral.children]
    first, *rest = sorted(children, key=lambda child: STATES.index(child.state))
    ages = ", ".join(_age(child, today) for child in rest)
    return Row(
        referral=referral,
        child=child_words(first, on=today),
        siblings=f"and {len(rest)} sibling{'' if len(rest) == 1 else 's'} ({ages})" if rest else "",
        categories=", ".join(dict.fromkeys(Category(one).label for one in referral.about)),
        new=referral.new,
        rated=clocks.for_row(referral.standing, now),
    )


def _child(stored: dict[str, Any]) -> Subject:
    days = {name: parse_date(stored[name]) if stored[name] else None for name in ("birth_date", "due_date")}
    return Subject(**(stored | days))


def _age(child: Subject, today: date) -> str:
    words = age_words(child, on=today)
    return f"{words}: decided" if child.state == SubjectState.DECIDED else words
