"""What is owed, how old it is, and whether the account balances."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from mash.outbox.models import Attempt, CallTask, Message

Cursor = tuple[datetime, int]
_ACCEPTED = Attempt.objects.filter(message=OuterRef("pk"), outcome=Attempt.Outcome.ACCEPTED)
_CALLED = CallTask.objects.filter(message=OuterRef("pk"))


@dataclass(frozen=True, slots=True)
class Account:
    """Everything ever owed, and where it is. Nothing may be missing, and nobody left without message and call."""

    owed: int
    sent: int
    pending: int
    failed: int
    cancelled: int
    sent_without_receipt: int
    failed_without_call: int
    possibly_duplicate: int

    @property
    def balances(self) -> bool:
        """Every message is in one place, each sent one was accepted, each failed or bounced one made a call."""
        placed = self.sent + self.pending + self.failed + self.cancelled
        return self.owed == placed and not self.sent_without_receipt and not self.failed_without_call


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, now: for the readiness check and the metrics."""

    waiting: int
    oldest: timedelta
    overdue: timedelta
    nothing_goes: bool
    calls: int


def owed_list(*, after: Cursor | None = None, limit: int = 50) -> list[Message]:
    """Messages not yet accepted by a provider, oldest first; `after` is the (owed_at, id) of the last one shown."""
    rows = Message.objects.open().select_related("recipient_user").order_by("owed_at", "id")
    return list(rows.filter(_beyond(after))[:limit])


def call_list(*, after: Cursor | None = None, limit: int = 50) -> list[CallTask]:
    """Calls still to be made, oldest first; `after` as in `owed_list`."""
    rows = CallTask.objects.filter(state=CallTask.State.OPEN).select_related("message").order_by("owed_at", "id")
    return list(rows.filter(_beyond(after))[:limit])


def messages_about(reference: str) -> list[Message]:
    """Every message owed about one reference, the newest first."""
    return list(Message.objects.filter(about=reference).select_related("recipient_user").order_by("-id"))


def calls_about(reference: str) -> list[CallTask]:
    """Every call owed about one reference, the newest first."""
    return list(CallTask.objects.filter(about=reference).select_related("done_by").order_by("-id"))


def oldest_owed() -> Message | None:
    """The message that has waited longest, whether a carrier holds it or not."""
    return Message.objects.open().order_by("owed_at", "id").first()


def backlog(*, nothing_goes_after: timedelta) -> Backlog:
    """The open work, from partial indexes alone: it costs the same however much went before.

    `overdue` is how long the most delayed message has been due without a carrier: a message that waits for its next
    attempt is not. `nothing_goes` when the oldest has been owed longer than given and no other was accepted since.
    """
    now = timezone.now()
    oldest = oldest_owed()
    due = Message.objects.due(now).order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()
    age = now - oldest.owed_at if oldest else timedelta()
    return Backlog(
        waiting=Message.objects.open().count(),
        oldest=age,
        overdue=now - due if due else timedelta(),
        nothing_goes=oldest is not None and age > nothing_goes_after and not _accepted_since(oldest.owed_at),
        calls=CallTask.objects.filter(state=CallTask.State.OPEN).count(),
    )


def duplicates_in_a_day() -> int:
    """Attempts of the last 24 hours by which a message may have gone a second time."""
    return Attempt.objects.filter(possibly_duplicate=True, at__gt=timezone.now() - timedelta(days=1)).count()


def reconcile(
    *, keys: Sequence[str] | None = None, channel: str | None = None, since: datetime | None = None
) -> Account:
    """The account of all messages, of those with these keys, of one medium, or owed since some moment. Without `since`
    it reads the whole table: for checks, not pages."""
    rows = Message.objects.all() if keys is None else Message.objects.filter(key__in=keys)
    rows = rows if channel is None else rows.filter(channel=channel)
    rows = rows if since is None else rows.filter(owed_at__gte=since)
    counts = rows.aggregate(
        owed=Count("pk"),
        sent=_count("sent", "delivered", "bounced"),
        pending=_count("owed", "claimed"),
        failed=_count("failed"),
        cancelled=_count("cancelled"),
    )
    went = rows.filter(state__in=["sent", "delivered", "bounced"])
    lost = rows.filter(state__in=["failed", "bounced"], read_at=None)
    return Account(
        **counts,
        sent_without_receipt=went.exclude(Exists(_ACCEPTED)).count(),
        failed_without_call=lost.exclude(Exists(_CALLED)).count(),
        possibly_duplicate=Attempt.objects.filter(message__in=rows, possibly_duplicate=True).count(),
    )


def _count(*states: str) -> Count:
    return Count("pk", filter=Q(state__in=states))


def _beyond(after: Cursor | None) -> Q:
    if after is None:
        return Q()
    owed_at, pk = after
    return Q(owed_at__gt=owed_at) | Q(owed_at=owed_at, pk__gt=pk)


def _accepted_since(moment: datetime) -> bool:
    return Attempt.objects.filter(outcome=Attempt.Outcome.ACCEPTED, at__gt=moment).exists()
