"""Say "I have it" to a night's alarm. One winner; whoever comes second is told who that is."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from mash.outbox.services import messages
from referrals import visible
from referrals.choices import Stage
from referrals.errors import NotNow, SomeoneElse
from referrals.models import NightAlarm, Referral, StageChange
from referrals.selectors.hours import hours_now, night_at
from referrals.services import nights, queue, rights

REASON = "Answered the night’s alarm."
DECIDED = "You decided this, so somebody else must sign it. If nobody answers, telephone somebody who may."


@transaction.atomic
def take(*, by: User, alarm: NightAlarm, reason: str = "") -> User | None:
    """Have this alarm, and every other that waits for the same household. Answers on whose desk the referral stays,
    None for nobody else's.

    Whoever works the queue gets the referral, with its household, on their desk; a social worker of CADT, who does
    not, has the alarm while the referral waits in the queue. What a colleague has on their desk stays there unless
    `by` gives a reason, at once or later in the same night; either way the colleague is told. Said twice by one
    person, it is done once. Raises SomeoneElse naming who was quicker, NotNow when it is over or waits for
    a second person's signature on what `by` decided, PermissionDenied without the act.
    """
    rights.require(by, Act.ANSWER_ALARM)
    referral = alarm.referral
    rights.hold_household(referral.household_key)
    rights.hold(by=by, referral=referral, act=Act.ANSWER_ALARM)
    row = NightAlarm.objects.select_for_update().get(pk=alarm.pk)
    again = row.taken_by is not None and row.taken_by.pk == by.pk
    if not again:
        _check_free(by, row)
    if by.may(Act.TRIAGE) and (not again or (reason and goes_on(row))):
        _to_desk(by, row, referral, reason)
    if not again:
        household = visible.referrals(by).filter(household_key=referral.household_key, night_alarms__state="waiting")
        nights.settle(by=by, referrals=list(household.distinct()))
    referral.refresh_from_db()
    return colleague_at(by, referral)


def goes_on(alarm: NightAlarm) -> bool:
    """Whether the night in which somebody answered it is not over."""
    return alarm.taken_at is not None and timezone.now() < night_at(alarm.taken_at, hours_now()).ended_at


def colleague_at(user: User, referral: Referral) -> User | None:
    """Who other than `user` has an undecided referral on their desk."""
    return referral.owner if referral.stage == Stage.IN_TRIAGE and referral.owner_id != user.pk else None


def why_not(user: User, alarm: NightAlarm) -> str:
    """Why `user` cannot say that they have this one, in a sentence; "" when they can. Whoever decided is not the second
    person, and nobody else would be called any more."""
    own = alarm.cause == NightAlarm.Cause.TO_SIGN and alarm.given_up_by_id == user.pk
    return DECIDED if own else ""


def _check_free(by: User, row: NightAlarm) -> None:
    if row.taken_by is not None and row.taken_at is not None:
        when = when_words(row.taken_at, now=timezone.now())
        raise SomeoneElse(f"{row.taken_by.name} has it, since {when}.")
    if row.state == NightAlarm.State.OVER:
        raise NotNow(f"Nobody need answer this any more. {row.over_because}")
    if why := why_not(by, row):
        raise NotNow(why)


def _to_desk(by: User, alarm: NightAlarm, referral: Referral, reason: str) -> None:
    """From the queue with its household; from a colleague's desk with a reason alone, and by itself. A decision that
    waits for its second person, and what is decided, stays where it is."""
    colleague = colleague_at(by, referral)
    if referral.stage == Stage.RECEIVED:
        queue.claim(by=by, referral=referral)
    elif colleague is not None:
        if reason:
            _move(by, referral, reason)
        _tell(colleague, alarm, "night_moved" if reason else "night_answered")


def _move(by: User, referral: Referral, reason: str) -> None:
    rights.hold_here(by)
    now = timezone.now()
    Referral.objects.filter(pk=referral.pk).update(owner=by, owned_since=now)
    StageChange.objects.create(
        referral=referral, old=referral.stage, new=referral.stage, by=by, owner=by, reason=f"{REASON} {reason}", at=now
    )
    events.record(by=by, what="referral_handed_over", about=referral, detail={"to": by.pk})


def _tell(colleague: User, alarm: NightAlarm, kind: str) -> None:
    """Who has it on their desk learns that somebody else answered its alarm, or took it over."""
    messages.owe(
        messages.Owed(
            key=f"night:{alarm.pk}:{kind}:{colleague.pk}",
            kind=kind,
            about=alarm.referral.reference,
            to=colleague,
            path=f"/nights/{alarm.pk}/",
        )
    )
