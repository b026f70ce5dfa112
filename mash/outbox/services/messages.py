"""Owing people messages, and what becomes of a message apart from its carriage (see `delivery`)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from celery import current_app
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from mash.audit.actors import Actor
from mash.lib.text import clean
from mash.outbox import channels, words
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls

log = structlog.get_logger(__name__)
DELIVER = "mash.outbox.tasks.deliver"
NUDGED_AT_ONCE = 200
AGAIN = "/again-"
"""What the key of a message that is sent once more has after the key of the first."""


class KeyUsedOtherwise(ValueError):
    """The caller's mistake: a key that already stands for another message."""


class NotNow(Exception):
    """The message is not in a state in which that can be done."""


class SentAgain(NotNow):
    """Somebody was quicker: it was sent once more already, as `again`."""

    def __init__(self, again: Message) -> None:
        super().__init__("It was sent once more already.")
        self.again = again


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One thing to say to one person. `key` names the fact that makes it owed: the same fact is told once.

    What is said of somebody with an account is what the account holds, unless `email` or `organisation_id` says
    otherwise. `path` is where the product says the rest. `name` and `phone` are for whoever calls and for an envelope,
    and never go into the words. With `read_by`, silence beyond it makes a task for a person to call. `address` is a
    letter's: who may get one is decided before, and here it is only carried. `call_with` names whom a person would
    call instead, where that is not the whole organisation. Whoever has `left` is sent nothing: a person calls at once.
    """

    key: str
    kind: str
    about: str
    to: AbstractBaseUser | None
    email: str = ""
    organisation_id: int | None = None
    path: str = "/"
    name: str = ""
    phone: str = ""
    read_by: datetime | None = None
    channel: str = "email"
    call_with: str = ""
    address: str = ""
    left: bool = False


def owe(item: Owed) -> Message:
    """Owe somebody a message, in the transaction of the fact that makes it owed. See `owe_many`."""
    return owe_many([item])[0]


def owe_many(items: Sequence[Owed]) -> list[Message]:
    """Owe each item, in its order, within the caller's transaction; what is owed already (same key) stays as it is.

    Where no address can be used, or they have left, the message is stored as failed with a task for a person to call.
    Raises NotForAnEmail, KeyUsedOtherwise, TransactionManagementError.
    """
    _need_a_transaction()
    for item in items:
        words.check(kind=item.kind, about=item.about, path=item.path)
    Message.objects.bulk_create([_row(item) for item in items], ignore_conflicts=True)
    stored = {message.key: message for message in Message.objects.filter(key__in=[item.key for item in items])}
    messages = [_same(item, stored[item.key]) for item in items]
    for why, gone in ((CallTask.Why.LEFT, True), (CallTask.Why.NO_ADDRESS, False)):
        never = [row for item, row in zip(items, messages, strict=True) if item.left == gone and _never_goes(row)]
        calls.owe_for(never, why=why)
    nudge([each.pk for each in messages if each.state == Message.State.OWED])
    return messages


def nudge(message_ids: Iterable[int]) -> None:
    """After commit, ask a worker to carry these now. If the broker is down the sweeper finds them: nothing fails."""
    ids = list(message_ids)
    if ids:

        def enqueue() -> None:
            _enqueue(ids)

        transaction.on_commit(enqueue)


def cancel(*, by: Actor, message: Message) -> Message:
    """Owe it no longer, because the fact itself was withdrawn. NotNow when a carrier has it or it went."""
    now = timezone.now()
    waiting = Message.objects.filter(pk=message.pk, state=Message.State.OWED)
    if not waiting.update(state=Message.State.CANCELLED, settled_at=now, next_attempt_at=None):
        raise NotNow("It is already on its way.")
    log.info("message_cancelled", message_id=message.pk, by=by.actor_kind)
    message.refresh_from_db()
    return message


@transaction.atomic
def resend(*, by: Actor, message: Message, email: str = "", phone: str = "", address: str = "") -> Message:
    """Owe it once more, to the same or a corrected address, as a message of its own.

    Asked several times, it is sent once: only the last of its repeats can be. NotNow while that is open, SentAgain for
    one that has been repeated already.
    """
    # The first is locked, so that whoever asks at the same moment sees the repeat.
    first = Message.objects.select_for_update().get(key=first_key(message))
    *_, last = sent = list(repeats(message))
    if last.pk != message.pk:
        raise SentAgain(last)
    if last.state in Message.OPEN:
        raise NotNow("It has not gone yet.")
    log.info("message_resent", message_id=message.pk, by=by.actor_kind)
    return owe(
        Owed(
            key=f"{first.key}{AGAIN}{len(sent)}",
            kind=first.kind,
            about=first.about,
            to=first.recipient_user,
            email=email or last.recipient_email,
            organisation_id=first.organisation_id,
            path=first.path,
            name=first.recipient_name,
            phone=phone or last.recipient_phone,
            read_by=first.read_by,
            channel=first.channel,
            call_with=first.call_with,
            address=address or last.recipient_address,
        )
    )


def first_key(message: Message) -> str:
    """The key of the message of which `message` may be a repeat."""
    return message.key.split(AGAIN)[0]


def repeats(message: Message) -> QuerySet[Message]:
    """The first, and whatever was sent once more in its place, in that order."""
    start = first_key(message)
    return Message.objects.filter(Q(key=start) | Q(key__startswith=f"{start}{AGAIN}"), about=message.about).order_by(
        "pk"
    )


@transaction.atomic
def mark_read(*, by: Actor, about: str) -> int:
    """What was owed about this reference has been seen in the product: by its recipient, or by their agency's system.

    Nobody need call about it any more. Answers how many messages this closed; a second reading closes none.
    """
    mine = {"recipient_user_id": by.actor_id} if by.actor_kind == "user" else {"organisation_id": by.organisation_id}
    if None in mine.values():
        return 0
    unread = Message.objects.filter(about=about, read_at=None, **mine).exclude(state=Message.State.CANCELLED)
    ids = list(unread.values_list("pk", flat=True))
    if not ids:
        return 0
    read = Message.objects.filter(pk__in=ids, read_at=None).update(read_at=timezone.now())
    calls.lapse(ids)
    return read


@transaction.atomic
def mark_known(message_ids: Iterable[int]) -> int:
    """Whoever these were for is known to have what they say. Nobody need call about it. Answers how many it closed."""
    ids = list(message_ids)
    read = Message.objects.filter(pk__in=ids, read_at=None).exclude(state=Message.State.CANCELLED)
    known = read.update(read_at=timezone.now())
    calls.lapse(ids)
    return known


@transaction.atomic
def reader_left(*, reader: AbstractBaseUser, kinds: Collection[str]) -> int:
    """`reader` has left with messages of these kinds unread: a person calls now, since nobody will read them in time.

    Answers how many. What has not gone yet is not sent; what is going at this moment is chased when its time is over.
    """
    to_read = Message.objects.filter(recipient_user=reader.pk, kind__in=kinds, read_by__isnull=False, read_at=None)
    unread = to_read.filter(Q(state=Message.State.OWED) | Q(state__in=Message.WENT, chased_at=None))
    rows = list(unread.select_for_update().order_by("pk"))
    calls.owe_for(rows, why=CallTask.Why.LEFT)
    now = timezone.now()
    held = Message.objects.filter(pk__in=[each.pk for each in rows])
    held.filter(state=Message.State.OWED).update(**_never(now))
    held.filter(state__in=Message.WENT).update(chased_at=now)
    return len(rows)


def _never(now: datetime) -> dict[str, Any]:
    """Where a message stands that is not sent at all: a person calls instead."""
    return {"state": Message.State.FAILED, "next_attempt_at": None, "settled_at": now}


def _row(item: Owed) -> Message:
    address = clean(item.email) or str(getattr(item.to, "email", ""))
    now = timezone.now()
    known = channels.usable(item.channel, email=address, phone=clean(item.phone), address=item.address)
    state = {"state": Message.State.OWED, "next_attempt_at": now} if known and not item.left else _never(now)
    return Message(
        key=item.key,
        kind=item.kind,
        about=item.about,
        path=item.path,
        channel=item.channel,
        call_with=item.call_with,
        recipient_user_id=item.to.pk if item.to is not None else None,
        recipient_email=address,
        recipient_name=clean(item.name),
        recipient_phone=clean(item.phone),
        recipient_address=clean(item.address),
        organisation_id=item.organisation_id or getattr(item.to, "organisation_id", None),
        owed_at=now,
        read_by=item.read_by,
        **state,
    )


def _same(item: Owed, stored: Message) -> Message:
    if (stored.kind, stored.about) != (item.kind, item.about):
        raise KeyUsedOtherwise(f"{item.key!r} already stands for {stored}")
    return stored


def _never_goes(message: Message) -> bool:
    """Failed before anybody tried."""
    return message.state == Message.State.FAILED and message.attempts == 0


def _enqueue(message_ids: Sequence[int]) -> None:
    try:
        for message_id in message_ids[:NUDGED_AT_ONCE]:
            current_app.send_task(DELIVER, args=[message_id], retry=False)
    except Exception as failure:  # noqa: BLE001 - the fact is committed, and the sweeper will find it
        log.warning("outbox_not_nudged", failure=type(failure).__name__, messages=len(message_ids))


def _need_a_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("What is owed is written with the fact that makes it owed.")
