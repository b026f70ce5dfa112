"""How each medium is doing, now: for the readiness check, the metrics and the reconciler."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone

from mash.outbox import channels, selectors, windows
from mash.outbox.models import Attempt, Message, Resting

_OURS = (Attempt.Outcome.BARRED, Attempt.Outcome.REJECTED)


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium: what waits and for how long, what went in the last hour, and whether something is wrong.

    `refused` when its provider lately found fault with us, a key or a template for instance, and has taken none
    since. `nothing_goes` when the oldest has been owed longer than `windows.NOTHING_GOES` and no other went.
    """

    channel: str
    provider: str
    waiting: int
    oldest: timedelta
    sent_in_an_hour: int
    refused: bool
    nothing_goes: bool


def now() -> list[Medium]:
    """Every medium, from partial indexes alone."""
    moment = timezone.now()
    waiting = {
        row["channel"]: (row["waiting"], row["oldest"])
        for row in Message.objects.open()
        .values("channel")
        .annotate(waiting=Count("pk"), oldest=Min("owed_at"))
        .order_by()
    }
    refused = _refused(moment)
    return [
        _medium(channel, *waiting.get(channel, (0, moment)), refused.get(channel), moment) for channel in _channels()
    ]


def resting() -> int:
    """How many destinations rest because a hand-over there hung."""
    return Resting.objects.filter(until__gt=timezone.now()).count()


def accounts(*, since: datetime | None = None) -> dict[str, selectors.Account]:
    """The reconciler's account of each medium; without `since` it reads the whole table: for checks, not pages."""
    return {channel: selectors.reconcile(channel=channel, since=since) for channel in _channels()}


def _medium(channel: str, waiting: int, oldest: datetime, refused: datetime | None, moment: datetime) -> Medium:
    late = waiting > 0 and moment - oldest > windows.NOTHING_GOES
    return Medium(
        channel=channel,
        provider=channels.provider(channel),
        waiting=waiting,
        oldest=moment - oldest,
        sent_in_an_hour=Message.objects.filter(channel=channel, sent_at__gt=moment - timedelta(hours=1)).count(),
        refused=refused is not None and not _went_since(channel, refused),
        nothing_goes=late and not _went_since(channel, oldest),
    )


def _refused(moment: datetime) -> dict[str, datetime]:
    """When each medium's provider last found fault with us, if that was lately."""
    lately = Attempt.objects.filter(outcome__in=_OURS, at__gt=moment - windows.NOTHING_GOES)
    return dict(lately.values_list("message__channel").annotate(last=Max("at")).order_by())


def _went_since(channel: str, moment: datetime) -> bool:
    return Message.objects.filter(channel=channel, sent_at__gt=moment).exists()


def _channels() -> list[str]:
    return [str(value) for value in Message.Channel.values]
