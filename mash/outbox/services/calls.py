"""Calls that people make because no message can: one round for each organisation, whatever there is to tell it.

Whoever holds several of these locks takes them in one order: messages, then rounds, then the calls of a round.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from mash.audit import events
from mash.audit.actors import Actor
from mash.lib.text import clean
from mash.outbox.models import CallRound, CallTask, Message


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
    call = CallTask(
        why=why, about=about, organisation_id=organisation_id, recipient_name=clean(recipient_name), phone=clean(phone)
    )
    whom = organisation(organisation_id) if organisation_id else person(call.recipient_name, call.phone)
    _add({whom: [call]})
    return call


def owe_for(messages: Sequence[Message], *, why: CallTask.Why) -> None:
    """Owe a call in place of each message; once for each message and reason, however often it is asked.

    What is owed to the same organisation, or to the same person without one, is one round and one telephone call.
    Nobody is called about what they have read already. Whoever reads it later ends the call (`lapse`).
    """
    asked = Exists(CallTask.objects.filter(message=OuterRef("pk"), why=why))
    settled = Message.objects.filter(Q(read_at__isnull=False) | asked, pk__in=[each.pk for each in messages])
    known = set(settled.values_list("pk", flat=True))
    wanted: dict[str, list[CallTask]] = {}
    for message in messages:
        if message.pk not in known:
            wanted.setdefault(whom_to_call(message), []).append(_instead_of(message, why))
    _add(wanted)


def whom_to_call(message: Message) -> str:
    """Who is called in place of a message: whom it names, else its organisation, else its reader."""
    if message.call_with:
        return message.call_with
    if message.organisation_id:
        return organisation(message.organisation_id)
    return person(str(message.recipient_user_id or ""), message.recipient_email, message.recipient_phone)


def organisation(key: int) -> str:
    """An organisation, as `whom`."""
    return f"organisation:{key}"


def person(*known: str) -> str:
    """Somebody without an organisation, as `whom`, by what is known of them: it can be compared and says nothing."""
    said = "\n".join(clean(part).casefold() for part in known)
    return f"person:{hashlib.sha256(said.encode()).hexdigest()}"


def finish(*, by: Actor, call: CallTask, how: CallTask.How, note: str = "") -> CallTask:
    """One call, as in `finish_many`."""
    return finish_many(by=by, calls=[call], how=how, note=note)[0]


@transaction.atomic
def finish_many(*, by: Actor, calls: Sequence[CallTask], how: CallTask.How, note: str = "") -> list[CallTask]:
    """`by`, a user, has told them all of this, or has found that they cannot be told (`note` says why); all or none.

    AlreadyDone to a second, with the first of the calls that is no longer open.
    """
    hold(calls)
    keys = [call.pk for call in calls]
    rows = {row.pk: row for row in CallTask.objects.filter(pk__in=keys).select_related("done_by")}
    for row in rows.values():
        if row.state != CallTask.State.OPEN:
            raise AlreadyDone(row)
    changes = {"state": CallTask.State.DONE, "again_at": None, "done_by_id": by.actor_id, "done_at": timezone.now()}
    CallTask.objects.filter(pk__in=keys, state=CallTask.State.OPEN).update(how=how, note=clean(note), **changes)
    _end([call.round_id for call in calls])
    for call in calls:
        call.refresh_from_db(from_queryset=CallTask.objects.select_related("done_by"))
    events.record_many(by=by, what="call_finished", about=calls, detail={"how": how})
    return list(calls)


@transaction.atomic
def put_off(*, by: Actor, calls: Sequence[CallTask], until: datetime, because: str) -> list[CallTask]:
    """`by` tried, and could not tell them: all of this is still owed, to be tried again from `until` on; all or none.

    AlreadyDone when somebody else has told them, or they have read it meanwhile.
    """
    hold(calls)
    for row in CallTask.objects.filter(pk__in=[call.pk for call in calls]).select_related("done_by"):
        if row.state != CallTask.State.OPEN:
            raise AlreadyDone(row)
    CallTask.objects.filter(pk__in=[call.pk for call in calls]).update(again_at=until, note=clean(because))
    for call in calls:
        call.refresh_from_db()
    detail = {"because": clean(because), "again_at": until.isoformat()}
    events.record_many(by=by, what="call_put_off", about=calls, detail=detail)
    return list(calls)


def hold(calls: Sequence[CallTask]) -> None:
    """Lock the rounds of these calls, so that nothing joins or leaves them until the transaction ends."""
    _lock(call.round_id for call in calls)


@transaction.atomic
def lapse(message_ids: Sequence[int]) -> int:
    """They have read the messages: the calls in their place need not be made, nor a round that has none left."""
    instead = CallTask.objects.filter(message_id__in=message_ids, state=CallTask.State.OPEN)
    rounds = sorted(set(instead.values_list("round", flat=True)))
    if not rounds:
        return 0
    _lock(rounds)
    lapsed = instead.update(state=CallTask.State.LAPSED, done_at=timezone.now())
    _end(rounds)
    return lapsed


def _add(wanted: dict[str, list[CallTask]]) -> None:
    """Put calls on the open round of each whom, and open one where there is none."""
    if not wanted:
        return
    with transaction.atomic():
        rounds = _open_rounds({whom: calls[0].organisation_id for whom, calls in wanted.items()})
        rows = []
        for whom, calls in wanted.items():
            for call in calls:
                call.round = rounds[whom]
                rows.append(call)
        CallTask.objects.bulk_create(rows, ignore_conflicts=any(row.message_id for row in rows))
        # Another carrier may have owed the same calls, and somebody made them, while this one waited for the lock.
        _end([one.pk for one in rounds.values()])


def _open_rounds(wanted: dict[str, int | None]) -> dict[str, CallRound]:
    """The open round of each, locked. One that somebody ends meanwhile is followed by another."""
    found: dict[str, CallRound] = {}
    while missing := sorted(set(wanted) - set(found)):
        rows = [CallRound(whom=whom, organisation_id=wanted[whom]) for whom in missing]
        CallRound.objects.bulk_create(rows, ignore_conflicts=True)
        still_open = CallRound.objects.filter(whom__in=missing, state=CallRound.State.OPEN)
        found |= {row.whom: row for row in still_open.select_for_update().order_by("pk")}
    return found


def _lock(keys: Iterable[int]) -> None:
    list(CallRound.objects.filter(pk__in=set(keys)).select_for_update().order_by("pk"))


def _end(rounds: Sequence[int]) -> None:
    """A round ends with its last open call."""
    left = CallTask.objects.filter(round=OuterRef("pk"), state=CallTask.State.OPEN)
    over = CallRound.objects.filter(pk__in=rounds, state=CallRound.State.OPEN).exclude(Exists(left))
    over.update(state=CallRound.State.ENDED, ended_at=timezone.now())


def _instead_of(message: Message, why: CallTask.Why) -> CallTask:
    return CallTask(
        message=message,
        why=why,
        about=message.about,
        organisation_id=message.organisation_id,
        recipient_name=message.recipient_name,
        phone=message.recipient_phone,
    )
