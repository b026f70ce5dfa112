"""What GOV.UK Notify tells us of a message afterwards, by its callbacks or because we ask."""

from collections.abc import Mapping
from enum import Enum
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Q
from django.utils import timezone

from mash.outbox import channels, windows
from mash.outbox.channels import notify
from mash.outbox.models import Message
from mash.outbox.services import delivery

log = structlog.get_logger(__name__)
# Notify has given up: after 72 hours (temporary), at once (permanent), or it failed itself (technical). A letter that
# was refused or cancelled has no receipt; we learn it by asking.
GAVE_UP = frozenset(
    {
        "permanent-failure",
        "temporary-failure",
        "technical-failure",
        "validation-failed",
        "virus-scan-failed",
        "cancelled",
    }
)
ARRIVED = "delivered"
# "received" is a letter that was printed and posted, which is not yet one that arrived.
ON_ITS_WAY = frozenset({"created", "sending", "pending", "sent", "accepted", "received", "pending-virus-check"})


class Malformed(ValueError):
    """Not what Notify's contract says a receipt is."""


class Taken(Enum):
    """What a receipt did."""

    SETTLED = "the message has an end"
    NOTHING = "it changes nothing: unknown, late, said before, or not the end"
    TOO_EARLY = "it overtook our own note that Notify has the message: to be told again"


def take(told: object) -> Taken:
    """One callback: a delivery receipt, or a letter that was returned. Any order, any number of times. Malformed."""
    if not isinstance(told, Mapping):
        raise Malformed("not an object")
    if "notification_id" in told:
        return _settled(_id(told, "notification_id"), _reference(told), "permanent-failure")
    status = told.get("status")
    if not isinstance(status, str):
        raise Malformed("status")
    return _settled(_id(told, "id"), _reference(told), status)


def ask_after(*, limit: int = windows.ASK_LIMIT) -> int:
    """Ask Notify what became of messages of which no receipt came: it tries a callback only for half an hour, and
    letters have none. Answers how many were asked after; it ends early when Notify cannot be reached."""
    asked = 0
    for message in _silent(limit):
        try:
            status = notify.status(message.provider_id.removeprefix(notify.PREFIX))
        except channels.Temporary as failure:
            log.warning("notify_not_asked", failure=type(failure).__name__)
            break
        Message.objects.filter(pk=message.pk).update(asked_at=timezone.now())
        _end(message.provider_id, status)
        asked += 1
    return asked


def _settled(notification_id: str, reference: str, status: str) -> Taken:
    provider_id = notify.PREFIX + notification_id
    if not Message.objects.filter(provider_id=provider_id).exists():
        known = _by_reference(reference)
        if known is None:
            return Taken.NOTHING
        if known.state in Message.OPEN:
            return Taken.TOO_EARLY
        # A copy that went before its answer was lost: the same words to the same address.
        provider_id = known.provider_id
    return Taken.SETTLED if _end(provider_id, status) else Taken.NOTHING


def _end(provider_id: str, status: str) -> bool:
    if status == ARRIVED:
        return delivery.delivered(provider_id=provider_id)
    if status in GAVE_UP:
        return delivery.bounced(provider_id=provider_id)
    if status and status not in ON_ITS_WAY:
        log.error("notify_tells_an_unknown_status", status=status[:40])
    return False


def _by_reference(reference: str) -> Message | None:
    """Ours, tried at least once, by the reference that we gave it."""
    mark, _, rest = reference.partition(".")
    key = rest.partition(".")[0]
    if mark != "outbox" or not key.isascii() or not key.isdigit() or len(key) > len(str(2**63)) - 1:
        return None
    message = Message.objects.filter(pk=int(key), attempts__gt=0).first()
    return message if message is not None and notify.reference(message) == reference else None


def _silent(limit: int) -> list[Message]:
    now = timezone.now()
    rows = Message.objects.filter(state=Message.State.SENT, provider_id__startswith=notify.PREFIX)
    rows = rows.filter(sent_at__gt=now - windows.ASK_FOR, sent_at__lt=now - windows.ASK_AFTER)
    rows = rows.filter(Q(asked_at=None) | Q(asked_at__lt=now - windows.ASK_AGAIN))
    return list(rows.order_by("sent_at")[:limit])


def _id(told: Mapping[str, Any], name: str) -> str:
    try:
        return str(UUID(told[name]))
    except (KeyError, ValueError, TypeError, AttributeError) as wrong:
        raise Malformed(name) from wrong


def _reference(told: Mapping[str, Any]) -> str:
    given = told.get("reference")
    if given is not None and not isinstance(given, str):
        raise Malformed("reference")
    return given or ""
