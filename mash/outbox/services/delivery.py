"""Carrying a message: claim, hand over, write down what came of it. One carrier at a time holds the claim."""

import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from mash.lib.returning import update, updated
from mash.outbox import channels, windows
from mash.outbox.models import Attempt, CallTask, Message
from mash.outbox.services import calls, resting

log = structlog.get_logger(__name__)
Outcome = Attempt.Outcome
State = Message.State
_FREE: dict[str, Any] = {"claimed_at": None, "claimed_by": ""}
# What follows an abandoned attempt, whose answer nobody heard, may be a duplicate; so may what somebody else took over.
_SETTLE = """
WITH settled AS ({settle} RETURNING TRUE)
INSERT INTO outbox_attempt (message_id, at, outcome, detail, possibly_duplicate)
VALUES (%s, %s, %s, %s, %s AND (
    NOT EXISTS (SELECT FROM settled) OR EXISTS (SELECT FROM outbox_attempt WHERE message_id = %s AND outcome = %s)
))
RETURNING *, EXISTS (SELECT FROM settled) AS kept
"""
# The first that fits: a barred key is unreachable too, and everything that is not final is temporary.
_OUTCOMES: dict[type[Exception], Attempt.Outcome] = {
    channels.Permanent: Outcome.PERMANENT,
    channels.Barred: Outcome.BARRED,
    channels.Unreachable: Outcome.UNREACHABLE,
    channels.Uncertain: Outcome.ABANDONED,
    channels.Rejected: Outcome.REJECTED,
    channels.Temporary: Outcome.TEMPORARY,
}


@contextmanager
def claimed(message_id: int) -> Iterator[Message | None]:
    """The message, held for `windows.LEASE` by this carrier alone; None when it is not due or somebody else has it.

    The claim is committed before the message is handed over. A carrier that dies keeps it until the lease runs out.
    """
    with structlog.contextvars.bound_contextvars(message_id=message_id):
        yield _claim(message_id)


def deliver(message_id: int) -> Attempt | None:
    """Carry one message if it is due; safe to ask any number of times, by any number of carriers.

    What goes where the last hand-over hung is put back without a try, until that destination has rested.
    """
    with claimed(message_id) as message:
        if message is None:
            return None
        destination = channels.destination(message)
        turn = resting.turn(destination) if message.something_rests else resting.Turn(destination)
        if turn.until is not None and _put_back(message, turn.until):
            return None
        return send(message, turn)


def send(message: Message, turn: resting.Turn | None = None) -> Attempt:
    """Hand a claimed message to its medium's provider once and write down what came of it. Sent means accepted."""
    with resting.watched(turn or resting.Turn(channels.destination(message))) as watch:
        outcome, detail = _handed_over(message)
        watch.went = outcome == Outcome.ACCEPTED
    return _finished(message, outcome, detail)


def _handed_over(message: Message) -> tuple[Attempt.Outcome, str]:
    try:
        return Outcome.ACCEPTED, channels.deliver(message)
    except (channels.Permanent, channels.Temporary) as failure:
        return next(outcome for kind, outcome in _OUTCOMES.items() if isinstance(failure, kind)), str(failure)
    except Exception as failure:
        log.exception("channel_broke", channel=message.channel)
        return Outcome.TEMPORARY, type(failure).__name__


def _put_back(message: Message, until: datetime) -> bool:
    """Whether it waits while its destination rests. It gets one try at least before its window ends, so that none is
    given up untried."""
    if not _tried(message) and until > message.owed_at + windows.DELIVERY_WINDOW:
        return False
    back = {"state": State.OWED, "next_attempt_at": until, "attempts": F("attempts") - 1, **_FREE}
    Message.objects.filter(pk=message.pk, state=State.CLAIMED, claimed_by=message.claimed_by).update(**back)
    return True


def _tried(message: Message) -> bool:
    return message.attempts > 1


@transaction.atomic
def give_up(*, limit: int) -> int:
    """Give to people what has waited longer than the delivery window while no provider could be reached."""
    now = timezone.now()
    late = Message.objects.filter(state=State.OWED, owed_at__lt=now - windows.DELIVERY_WINDOW)
    messages = list(late.select_for_update(skip_locked=True).order_by("owed_at")[:limit])
    Message.objects.filter(pk__in=[each.pk for each in messages]).update(**_failed(now))
    calls.owe_for(messages, why=CallTask.Why.FAILED)
    return len(messages)


@transaction.atomic
def delivered(*, provider_id: str) -> bool:
    """The provider says it has arrived; said again it changes nothing. False when no such message went, or it came
    back: somebody may have been told that it did, so that stands."""
    on_its_way = _on_its_way(provider_id)
    now = timezone.now()
    return (
        bool(on_its_way.filter(state=State.SENT).update(state=State.DELIVERED, settled_at=now)) or on_its_way.exists()
    )


@transaction.atomic
def bounced(*, provider_id: str) -> bool:
    """The provider says it came back: a person is to call. False when there is no such message on its way."""
    message = _on_its_way(provider_id).select_for_update().first()
    if message is None:
        return False
    Message.objects.filter(pk=message.pk).update(state=State.BOUNCED, settled_at=timezone.now())
    calls.owe_for([message], why=CallTask.Why.BOUNCED)
    return True


def _on_its_way(provider_id: str) -> Any:
    return Message.objects.filter(provider_id=provider_id, state__in=Message.WENT).exclude(provider_id="")


def _claim(message_id: int) -> Message | None:
    now = timezone.now()
    mine: dict[str, Any] = {
        "state": State.CLAIMED,
        "claimed_at": now,
        "claimed_by": f"{socket.gethostname()[:60]}/{os.getpid()}/{secrets.token_hex(6)}",
        "attempts": F("attempts") + 1,
    }
    _outside_transactions()
    row = Message.objects.filter(pk=message_id)
    return updated(row.due(now), resting.ASKED, **mine) or _taken_over(row.stale(now), mine)


def _outside_transactions() -> None:
    """Raises RuntimeError where a claim would be committed only later, with what the caller has begun."""
    with transaction.atomic(durable=True):
        pass


@transaction.atomic
def _taken_over(stale: QuerySet[Message], mine: dict[str, Any]) -> Message | None:
    message = updated(stale, resting.ASKED, **mine)
    if message:
        Attempt.objects.create(message=message, at=mine["claimed_at"], outcome=Outcome.ABANDONED)
    return message


def _finished(message: Message, outcome: Attempt.Outcome, detail: str) -> Attempt:
    """Settle the claim and write the attempt. What is given up becomes a call, in the same transaction."""
    now = timezone.now()
    after = _after(message, outcome, detail, now)
    if after["state"] != State.FAILED:
        return _settled(message, outcome, detail, after, now)
    with transaction.atomic():
        attempt = _settled(message, outcome, detail, after, now)
        if attempt.kept:
            calls.owe_for([message], why=CallTask.Why.FAILED)
    return attempt


def _settled(message: Message, outcome: Attempt.Outcome, detail: str, after: dict[str, Any], now: datetime) -> Attempt:
    """One statement for both. Whoever lost the claim meanwhile writes the attempt alone."""
    held = Message.objects.filter(pk=message.pk, state=State.CLAIMED, claimed_by=message.claimed_by)
    settle, values = update(held, **after)
    # Not when the provider was asked first and had it already.
    may_be_twice = outcome == Outcome.ACCEPTED and not isinstance(detail, channels.Found)
    attempt = Attempt.objects.raw(
        _SETTLE.format(settle=settle),
        [*values, message.pk, now, outcome.value, detail[:500], may_be_twice, message.pk, Outcome.ABANDONED.value],
    )[0]
    if not attempt.kept:
        log.warning("claim_was_lost", outcome=outcome)
    return attempt


def _after(message: Message, outcome: Attempt.Outcome, detail: str, now: datetime) -> dict[str, Any]:
    """Where the message stands after `outcome`; `detail` is the provider's receipt when it was accepted."""
    if outcome == Outcome.ACCEPTED:
        return {"state": State.SENT, "sent_at": now, "provider_id": detail, "next_attempt_at": None, **_FREE}
    again = now + windows.backoff(message.attempts)
    if outcome == Outcome.PERMANENT or again > message.owed_at + windows.DELIVERY_WINDOW:
        return _failed(now)
    return {"state": State.OWED, "next_attempt_at": again, **_FREE}


def _failed(now: datetime) -> dict[str, Any]:
    return {"state": State.FAILED, "settled_at": now, "next_attempt_at": None, **_FREE}
