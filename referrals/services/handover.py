"""The morning's hand-over: signed by who leaves, then by who takes over. Nobody signs both."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Handover
from referrals.selectors.hours import Night
from referrals.services import rights


@transaction.atomic
def leave(*, by: User, night: Night, words: str, left_open: str) -> Handover:
    """Write what the night was like and what is left to do, and sign. One for each night: raises SomeoneElse naming
    who has written it. NotNow before the night has begun."""
    rights.require(by, Act.ANSWER_ALARM)
    now = timezone.now()
    if not words:
        raise Refused("Say how the night was", field="words")
    if now < night.began_at:
        raise NotNow("This night has not begun.")
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
