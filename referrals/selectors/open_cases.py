"""What is new for a case: what came of other referrals about the child, and who has yet to read it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from accounts.models import User
from referrals import visible
from referrals.models import Case, NewInformation, NewInformationRead
from referrals.models.cases import LIVE
from referrals.services import open_cases as services
from referrals.services.cases import may_work

MOST = 50


@dataclass(frozen=True, slots=True)
class News:
    """One piece of new information; `may_open` when the reader may open the referral that it came with. `beside` is
    the case that was offered for it as well, since whoever decided may not see this one, when the reader sees it."""

    row: NewInformation
    may_open: bool
    readers: list[NewInformationRead]
    waits_for: str
    beside: Case | None


@dataclass(frozen=True, slots=True)
class NewForCase:
    """What somebody has yet to read, the newest first, and what everybody who must has read. `to_read` is how far the
    reader may say that they have read (None when there is nothing for them to say)."""

    waiting: list[News]
    read: list[News]
    to_read: int | None


def of_case(user: User, case: Case) -> NewForCase:
    """The new information of one child's case, and of what led to it in another service."""
    readings = NewInformationRead.objects.select_related("user").order_by("pk")
    rows = list(
        services.news_of(case)
        .select_related("decision__by", "decision__subject__referral__organisation")
        .prefetch_related(Prefetch("readings", readings))
        .order_by("-pk")[:MOST]
    )
    seen, beside = _openable(user, rows), _beside(user, rows)
    found = [_news(row, case, seen, beside.get(row.decision_id)) for row in rows]
    waiting = [one for one in found if one.waits_for]
    mine = [one.row.pk for one in found if all(reading.user_id != user.pk for reading in one.readers)]
    may_say = case.stage in LIVE and may_work(user, case)
    return NewForCase(
        waiting, [one for one in found if not one.waits_for], max(mine, default=None) if may_say else None
    )


def with_unread(cases: Iterable[Case]) -> set[int]:
    """Which of these cases have new information that their worker or a manager has not read, in one statement."""
    held = [case for case in cases if case.stage in LIVE]
    rows = NewInformation.objects.filter(case__person__in={case.person_id for case in held})
    found: dict[int, list[NewInformation]] = {}
    for row in rows.select_related("case__referral").prefetch_related("readings"):
        found.setdefault(row.case.person_id, []).append(row)
    return {
        case.pk
        for case in held
        for row in found.get(case.person_id, [])
        if services.is_news_of(row, case) and _waits_for(case, list(row.readings.all()))
    }


def _openable(user: User, rows: list[NewInformation]) -> set[int]:
    keys = {row.decision.subject.referral_id for row in rows}
    return set(visible.referrals(user).filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()


def _beside(user: User, rows: list[NewInformation]) -> dict[int, Case]:
    """By the decision's key, the case that came of it itself."""
    return {one.decision_id: one for one in visible.cases(user).filter(decision__in=[row.decision_id for row in rows])}


def _news(row: NewInformation, case: Case, seen: set[int], beside: Case | None) -> News:
    readers = list(row.readings.all())
    waits = _waits_for(case, readers) if case.stage in LIVE else ""
    return News(row, row.decision.subject.referral_id in seen, readers, waits, beside)


def _waits_for(case: Case, readers: list[NewInformationRead]) -> str:
    """Who has yet to say that they read it: the worker named now, and a manager of the service."""
    who = []
    if case.worker_id and all(one.user_id != case.worker_id for one in readers):
        who.append(case.worker.name if case.worker else "the worker")
    if not any(one.as_manager for one in readers):
        who.append(f"a {case.get_service_display()} manager")
    return " and ".join(who)
