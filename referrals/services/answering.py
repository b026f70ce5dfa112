"""Say "I have it" to a night's alarm. One winner; whoever comes second is told who that is."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from referrals import visible
from referrals.choices import Stage
from referrals.errors import NotNow, SomeoneElse
from referrals.models import NightAlarm, Referral, StageChange
from referrals.services import nights, queue, rights

REASON = "Answered the night’s alarm."


@transaction.atomic
def take(*, by: User, alarm: NightAlarm) -> None:
    """Have this alarm, and every other that waits for the same household.

    Whoever works the queue gets the referral, with its household, on their desk; a social worker of CADT, who does
    not, has the alarm while the referral waits in the queue. Said twice by one person, it is done once. Raises
    SomeoneElse naming who was quicker, NotNow when it is over, PermissionDenied without the act.
    """
    rights.require(by, Act.ANSWER_ALARM)
    referral = alarm.referral
    rights.hold_household(referral.household_key)
    rights.hold(by=by, referral=referral, act=Act.ANSWER_ALARM)
    row = NightAlarm.objects.select_for_update().get(pk=alarm.pk)
    if row.taken_by is not None and row.taken_by.pk == by.pk:
        return
    _check_free(row)
    if by.may(Act.TRIAGE):
        _to_desk(by, referral)
    household = visible.referrals(by).filter(household_key=referral.household_key, night_alarms__state="waiting")
    nights.settle(by=by, referrals=list(household.distinct()))


def _check_free(row: NightAlarm) -> None:
    if row.taken_by is not None and row.taken_at is not None:
        when = when_words(row.taken_at, now=timezone.now())
        raise SomeoneElse(f"{row.taken_by.name} has it, since {when}.")
    if row.state == NightAlarm.State.OVER:
        raise NotNow(f"Nobody need answer this any more. {row.over_because}")


def _to_desk(by: User, referral: Referral) -> None:
    """From the queue with its household; from the desk of somebody who is not at work, by itself. A decision that
    waits for its second person, and what is decided, stays where it is."""
    if referral.stage == Stage.RECEIVED:
        queue.claim(by=by, referral=referral)
    elif referral.stage == Stage.IN_TRIAGE and referral.owner_id != by.pk:
        now = timezone.now()
        Referral.objects.filter(pk=referral.pk).update(owner=by, owned_since=now)
        StageChange.objects.create(
            referral=referral, old=referral.stage, new=referral.stage, by=by, owner=by, reason=REASON, at=now
        )
        events.record(by=by, what="referral_handed_over", about=referral, detail={"to": by.pk})
