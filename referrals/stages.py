"""The stages of a referral and of a case: one table each, and one way to move."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from referrals.choices import CaseStage, Stage
from referrals.errors import NotNow, SomeoneElse
from referrals.models import Case, Referral, StageChange

NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.RECEIVED: frozenset({Stage.IN_TRIAGE, Stage.WITHDRAWN}),
    Stage.IN_TRIAGE: frozenset({Stage.RECEIVED, Stage.SECOND_PERSON, Stage.DECIDED, Stage.WITHDRAWN}),
    Stage.SECOND_PERSON: frozenset({Stage.IN_TRIAGE, Stage.RECEIVED, Stage.DECIDED}),
    # A service that hands a child back to triage re-opens the referral in the queue.
    Stage.DECIDED: frozenset({Stage.RECEIVED}),
    Stage.WITHDRAWN: frozenset(),
}

CASE_NEXT: Mapping[CaseStage, frozenset[CaseStage]] = {
    CaseStage.OFFERED: frozenset({CaseStage.ACCEPTED, CaseStage.OPEN, CaseStage.RETURNED}),
    # A child who waits for a worker may be stepped up meanwhile; nothing else ends without somebody who has it.
    CaseStage.ACCEPTED: frozenset({CaseStage.OPEN, CaseStage.MOVED}),
    # A named worker who leaves, or who knows the family: the case waits for another in the service.
    CaseStage.OPEN: frozenset({CaseStage.ACCEPTED, CaseStage.MOVED, CaseStage.CLOSED}),
    CaseStage.RETURNED: frozenset(),
    CaseStage.MOVED: frozenset(),
    CaseStage.CLOSED: frozenset(),
}


def move(
    referral: Referral, *, to: Stage, by: User, reason: str = "", at: datetime | None = None, **changes: Any
) -> None:
    """Advance a referral once; raises SomeoneElse, naming them, when another person moved it first."""
    old = Stage(referral.stage)
    if to not in NEXT[old]:
        raise NotNow(f"This referral is already {old.label.lower()}.")
    _win(referral, {"stage": old, "owner": referral.owner_id}, {"stage": to, **changes})
    _note(referral, None, old, to, by, reason, at)


def move_case(case: Case, *, to: CaseStage, by: User, reason: str = "", **changes: Any) -> None:
    """Advance a case once; raises SomeoneElse, naming them, when another person moved it first."""
    old = CaseStage(case.stage)
    if to not in CASE_NEXT[old]:
        raise _too_late(case)
    _win(case, {"stage": old}, {"stage": to, **changes})
    _note(case.referral, case, old, to, by, reason, None)


def wait_for_worker(case: Case, *, by: User, reason: str = "") -> None:
    """The service has the case and nobody in it: it is on the waiting list, and due to be looked at again."""
    now = timezone.now()
    had = {"accepted_at": case.accepted_at or now, "worker": None, "allocated_at": None}
    move_case(case, to=CaseStage.ACCEPTED, by=by, reason=reason, waits_since=now, review_from=now, **had)


def open_case(case: Case, *, by: User, worker: User, reason: str = "") -> None:
    """`worker` has the case from now on."""
    now = timezone.now()
    had = {"accepted_at": case.accepted_at or now, "allocated_at": now, "review_from": None}
    move_case(case, to=CaseStage.OPEN, by=by, reason=reason, worker=worker, **had)


def _win(row: Referral | Case, seen: dict[str, Any], changes: dict[str, Any]) -> None:
    manager: models.Manager[Any] = type(row)._default_manager
    won = manager.filter(pk=row.pk, **seen).update(**changes)
    row.refresh_from_db()
    if not won:
        raise _too_late(row)


def _too_late(row: Referral | Case) -> SomeoneElse:
    """Says who moved it, from the last stage change."""
    about = {"case": row} if isinstance(row, Case) else {"referral": row, "case": None}
    last = StageChange.objects.filter(**about).select_related("by").order_by("-id").first()
    who = last.by.name if last and last.by else "Somebody else"
    return SomeoneElse(f"{who} has just dealt with this. It is now: {row.get_stage_display().lower()}.")


def _note(
    referral: Referral, case: Case | None, old: str, new: str, by: User, reason: str, at: datetime | None
) -> None:
    StageChange.objects.create(
        referral=referral,
        case=case,
        old=old,
        new=new,
        by=by,
        owner_id=case.worker_id if case else referral.owner_id,
        reason=reason,
        at=at or timezone.now(),
    )
