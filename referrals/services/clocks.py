"""Stop a clock and let it run again: with a reason, and only where its limit allows that."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals.clocks import Clock, State
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, ClockPause, Limit, Referral
from referrals.selectors import clocks as selectors
from referrals.selectors import limits
from referrals.services import cases, ratings, rights


@transaction.atomic
def pause(*, by: User, referral: Referral, reason: str) -> ClockPause:
    """Stop the clock for gathering information, with a reason, where its limit allows that. Raises Refused, NotNow."""
    if not reason:
        raise Refused("Say why the clock stands still", field="reason")
    ratings.hold(by, referral)
    rating, clock = selectors.rating(referral), selectors.gathering(referral)
    if rating is None or rating.limit is None or clock is None:
        raise NotNow("No clock runs for gathering information here.")
    row = _pause(by, rating.limit, clock, reason, referral=referral)
    events.record(by=by, what="clock_paused", about=referral, detail={"clock": row.key})
    return row


@transaction.atomic
def resume(*, by: User, referral: Referral) -> None:
    """Let it run again. Raises NotNow when it does."""
    ratings.hold(by, referral)
    _resume(by, ClockPause.objects.filter(referral=referral))
    events.record(by=by, what="clock_resumed", about=referral)


@transaction.atomic
def pause_case(*, by: User, case: Case, key: str, reason: str) -> ClockPause:
    """The same for a clock of a case, by somebody of the service that has it."""
    if not reason:
        raise Refused("Say why the clock stands still", field="reason")
    _hold_case(by, case)
    clock = next((one for one in selectors.of_case(case) if one.key == key), None)
    if clock is None:
        raise NotNow("No such clock runs here.")
    row = _pause(by, limits.limit(key, at=clock.started_at), clock, reason, case=case)
    events.record(by=by, what="clock_paused", about=case, detail={"clock": key})
    return row


@transaction.atomic
def resume_case(*, by: User, case: Case, key: str) -> None:
    """Let it run again. Raises NotNow when it does."""
    _hold_case(by, case)
    _resume(by, ClockPause.objects.filter(case=case, key=key))
    events.record(by=by, what="clock_resumed", about=case, detail={"clock": key})


def _hold_case(by: User, case: Case) -> None:
    rights.require(by, Act.WORK_CASE)
    if not cases.may_work(by, case):
        raise NotNow(f"Only {case.get_service_display()} can do this.")
    Referral.objects.select_for_update(of=("self",)).get(pk=case.referral_id)
    case.refresh_from_db()


def _pause(
    by: User, limit: Limit, clock: Clock, reason: str, *, referral: Referral | None = None, case: Case | None = None
) -> ClockPause:
    if not limit.may_be_paused:
        raise NotNow("This clock can never be paused.")
    if not clock.runs or clock.state == State.LATE:
        raise NotNow("This clock has ended: pausing would change nothing.")
    if clock.state == State.PAUSED:
        raise SomeoneElse("This clock stands still already.")
    return ClockPause.objects.create(
        referral=referral, case=case, key=limit.key, limit=limit, reason=reason, by=by, since=timezone.now()
    )


def _resume(by: User, rows: QuerySet[ClockPause]) -> None:
    if not rows.filter(until=None).update(until=timezone.now(), ended_by=by):
        raise NotNow("This clock runs already.")
