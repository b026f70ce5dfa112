"""How urgent the gathering of information is, and when it is done."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals.choices import Rating
from referrals.clocks import Clock, State
from referrals.errors import NotNow, Refused
from referrals.models import Gathered, RagRating, Referral
from referrals.models.clocks import RAG_KEY
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks as selectors
from referrals.selectors import clocks_left, limits
from referrals.services import clock_warnings, rights

URGENCY = (Rating.RED, Rating.AMBER, Rating.GREEN, Rating.BLUE)
ADVICE = {4: Rating.RED, 3: Rating.AMBER, 2: Rating.GREEN, 1: Rating.BLUE}


def advised(referral: Referral) -> tuple[Rating, str]:
    """The colour that the level calls for, and why. Danger now is red; no level yet is amber, for nobody knows."""
    if referral.immediate_danger:
        return Rating.RED, "Danger now"
    if referral.level is None:
        return Rating.AMBER, "No level yet"
    return ADVICE[referral.level], f"Level {referral.level}"


def first_rating(referral: Referral) -> RagRating:
    """Rate a referral that has just come in, by its level."""
    colour, because = advised(referral)
    return _store(referral, colour, f"{because}, by the thresholds.", None, referral.submitted_at)


@transaction.atomic
def rate(*, by: User, referral: Referral, colour: str, reason: str) -> RagRating:
    """Change how urgently information is gathered, with a reason.

    The clock of a colour runs from the first moment that the referral was rated so urgently or more so: what is raised
    gets its whole time, and lowering and raising again gains none. Whoever has it may, a manager, or anybody in triage
    while nobody has it; but lower, only whoever has it, or a manager. What was overdue stays told as late until
    somebody else rates it, or keeps the rating. Raises Refused, NotNow.
    """
    if colour not in Rating.values:
        raise Refused("Choose a colour", field="colour")
    if not reason:
        raise Refused("Say why the rating changes", field="reason")
    hold(by, referral)
    now, clock = selectors.rating(referral), selectors.gathering(referral)
    if now and now.colour == colour and not may_keep(by, referral, clock):
        raise Refused(f"It is rated {colour} already", field="colour")
    if now and lower(colour, now.colour) and (why := why_not_lower(by, referral)):
        raise Refused(why, field="colour")
    overdue = clock if clock and clock.runs and clock.state == State.LATE else None
    if overdue:
        clock_warnings.tell(referral, overdue)
    row = _store(referral, Rating(colour), reason, by, timezone.now())
    detail = {"to": colour, "was": now.colour if now else ""}
    events.record(
        by=by,
        what="rating_changed",
        about=referral,
        detail=detail | ({"overdue_since": overdue.due_at.isoformat()} if overdue else {}),
    )
    return row


def may_keep(by: User, referral: Referral, clock: Clock | None) -> bool:
    """Whether `by` may say that the rating stays: of what was overdue when somebody else changed it."""
    left = clocks_left.of(referral, clock)
    return left is not None and left.rating.by_id != by.pk


def lower(colour: str, than: str) -> bool:
    """Whether one colour is less urgent than another."""
    order = [str(one) for one in URGENCY]
    return order.index(colour) > order.index(than)


@transaction.atomic
def gathered(*, by: User, referral: Referral) -> None:
    """Say that the information that was needed is there: the clock of the colour is met, or was late. Raises NotNow."""
    hold(by, referral)
    clock = selectors.gathering(referral)
    if clock is None or not clock.runs:
        raise NotNow("No clock runs for gathering information here.")
    if clock.state == State.PAUSED:
        raise NotNow("The clock stands still. Let it run again first.")
    Gathered.objects.create(referral=referral, by=by, at=timezone.now())
    events.record(by=by, what="information_gathered", about=referral)


def why_not(by: User, referral: Referral) -> str:
    """Why `by` may not touch the rating and its clock now, in a sentence; "" when they may."""
    if referral.stage not in WAITING_STAGES:
        return "Every child on this referral is decided: its clocks have stopped."
    if referral.owner_id not in (None, by.pk) and not by.may(Act.COUNTERSIGN):
        return "Only the person who has this referral, or a manager, can do this."
    return ""


def why_not_lower(by: User, referral: Referral) -> str:
    """Why `by` may not make it less urgent; "" when they may."""
    if referral.owner_id == by.pk or by.may(Act.COUNTERSIGN):
        return ""
    return "Only the person who has this referral, or a manager, can make it less urgent. Take it first."


def hold(by: User, referral: Referral) -> None:
    """Lock the referral, and judge who may as things stand then. Raises PermissionDenied, NotNow."""
    rights.hold(by=by, referral=referral, act=Act.TRIAGE)
    if why := why_not(by, referral):
        raise NotNow(why)


def _store(referral: Referral, colour: Rating, reason: str, by: User | None, at: datetime) -> RagRating:
    since = _so_urgent_since(referral, colour, at) if by else at
    key = RAG_KEY.get(colour)
    limit = limits.limit(key, at=since) if key else None
    return RagRating.objects.create(
        referral=referral, colour=colour, reason=reason, by=by, at=at, counts_from=since, limit=limit
    )


def _so_urgent_since(referral: Referral, colour: Rating, at: datetime) -> datetime:
    """When it was first rated this colour or a more urgent one; now, when it never was."""
    as_urgent = URGENCY[: URGENCY.index(colour) + 1]
    first = RagRating.objects.filter(referral=referral, colour__in=as_urgent).order_by("pk").first()
    return first.at if first else at
