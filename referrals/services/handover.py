"""The morning's hand-over: signed by who leaves, then by who takes over. Nobody signs both."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from referrals import visible
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Handover, NightAlarm, Shift
from referrals.selectors.hours import Night
from referrals.services import rights
from referrals.services.nights import NEARLY_OVER

LONG_AGO = timedelta(days=14)


@transaction.atomic
def leave(*, by: User, night: Night, words: str, left_open: str) -> Handover:
    """Write what the night was like and what is left to do, and sign. One for each night: raises SomeoneElse naming
    who has written it. NotNow for whoever had no part in the night, while it goes on, and while an alarm waits."""
    rights.require(by, Act.ANSWER_ALARM)
    now = timezone.now()
    if not words:
        raise Refused("Say how the night was", field="words")
    if why := why_not_leave(by, night):
        raise NotNow(why)
    try:
        with transaction.atomic():
            row = Handover.objects.create(
                night=night.date,
                began_at=night.began_at,
                ended_at=night.ended_at,
                words=words,
                left_open=left_open,
                left_by=by,
                left_at=now,
            )
    except IntegrityError as failure:
        first = Handover.objects.select_related("left_by").get(night=night.date)
        raise SomeoneElse(f"{first.left_by.name} has written this hand-over already.") from failure
    events.record(by=by, what="hand_over_left", about=row)
    return row


def why_not_leave(by: User, night: Night) -> str:
    """Why `by` may not hand this night over now, in a sentence; "" when they may: in its last three hours and the two
    weeks after it, who was on call in it, was called or answered an alarm, or keeps the rota."""
    now = timezone.now()
    if now < night.ended_at - NEARLY_OVER:
        return (
            f"This night goes on until {when_words(night.ended_at, now=now)}. It is handed over when it is nearly over."
        )
    if now > night.ended_at + LONG_AGO:
        return "This night is too long ago to be handed over."
    if not (by.may(Act.MANAGE_ROTA) or _had_part(by, night)):
        return "Whoever was on call, or was called, hands this night over; or whoever keeps the rota."
    waiting = _alarms(night).filter(state=NightAlarm.State.WAITING, pk__in=visible.alarms(by).values("pk"))
    return "An alarm of this night waits for somebody. Answer it first." if waiting.exists() else ""


def _had_part(by: User, night: Night) -> bool:
    shifts = Shift.objects.filter(person=by, removed_at=None, starts_at__lt=night.ended_at, ends_at__gt=night.began_at)
    mine = Q(pages__person=by) | Q(taken_by=by)
    return shifts.exists() or _alarms(night).filter(mine).exists()


def _alarms(night: Night) -> QuerySet[NightAlarm]:
    return NightAlarm.objects.filter(raised_at__gte=night.began_at, raised_at__lt=night.ended_at)


@transaction.atomic
def take_over(*, by: User, handover: Handover) -> None:
    """Sign as the one who takes over. Refused to whoever wrote it; raises SomeoneElse naming who was quicker."""
    rights.require(by, Act.ANSWER_ALARM)
    row = Handover.objects.select_for_update().get(pk=handover.pk)
    if row.left_by_id == by.pk:
        raise Refused("You wrote this hand-over. Somebody else takes over from you.")
    if row.taken_by is not None:
        if row.taken_by.pk == by.pk:
            return
        raise SomeoneElse(f"{row.taken_by.name} has taken over already.")
    Handover.objects.filter(pk=row.pk).update(taken_by=by, taken_at=timezone.now())
    events.record(by=by, what="hand_over_taken", about=row)
