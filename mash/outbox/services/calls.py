"""Calls that people make because no message can: owed once for each reason, done by one person."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from mash.audit import events
from mash.audit.actors import Actor
from mash.lib.text import clean
from mash.outbox.models import CallTask, Message


class AlreadyDone(Exception):
    """Somebody else was first, or they have read it meanwhile; `call` says who, how and when."""

    def __init__(self, call: CallTask) -> None:
        super().__init__(f"{call.get_state_display()}: {call.done_by or 'read'}")
        self.call = call


def owe(
    *,
    why: CallTask.Why,
    about: str,
    organisation_id: int | None = None,
    recipient_name: str = "",
    phone: str = "",
) -> CallTask:
    """Owe somebody a call where there never was a message, in the caller's transaction."""
    return CallTask.objects.create(
        why=why, about=about, organisation_id=organisation_id, recipient_name=clean(recipient_name), phone=clean(phone)
    )


def owe_for(messages: Sequence[Message], *, why: CallTask.Why) -> None:
    """Owe a call in place of each message; once for each message and reason, however often it is asked."""
    CallTask.objects.bulk_create([_instead_of(message, why) for message in messages], ignore_conflicts=True)


@transaction.atomic
def finish(*, by: Actor, call: CallTask, how: CallTask.How, note: str = "") -> CallTask:
    """`by`, a user, has told them, or has found that they cannot be told (`note` says why). AlreadyDone to a second."""
    changes = {"state": CallTask.State.DONE, "done_by_id": by.actor_id, "done_at": timezone.now()}
    still_open = CallTask.objects.filter(pk=call.pk, state=CallTask.State.OPEN)
    won = still_open.update(how=how, note=clean(note), **changes)
    call.refresh_from_db()
    if not won:
        raise AlreadyDone(call)
    events.record(by=by, what="call_finished", about=call, detail={"how": how})
    return call


def lapse(message_ids: Sequence[int]) -> int:
    """They have read the messages: the calls in their place need not be made."""
    instead = CallTask.objects.filter(message_id__in=message_ids, state=CallTask.State.OPEN)
    return instead.update(state=CallTask.State.LAPSED, done_at=timezone.now())


def _instead_of(message: Message, why: CallTask.Why) -> CallTask:
    return CallTask(
        message=message,
        why=why,
        about=message.about,
        organisation_id=message.organisation_id,
        recipient_name=message.recipient_name,
        phone=message.recipient_phone,
    )
