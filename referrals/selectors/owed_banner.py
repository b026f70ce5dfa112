"""The banner for whoever tells people: messages do not go out."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from mash.outbox import selectors, windows
from mash.outbox.models import Trouble


@dataclass(frozen=True, slots=True)
class Late:
    """Since when the oldest message has waited, and which media do not go, where only some do not."""

    since: datetime
    media: str


def banner() -> Late | None:
    """None while messages go: one look at a small index. It asks for more only when one has waited for a while."""
    oldest = selectors.oldest_owed()
    if oldest is None or timezone.now() - oldest.owed_at <= windows.OVERDUE:
        return None
    backlog = selectors.backlog(nothing_goes_after=windows.NOTHING_GOES)
    troubles = Trouble.objects.filter(ended_at=None).order_by("channel")
    media = ", ".join(one.get_channel_display().lower() for one in troubles)
    if backlog.nothing_goes or backlog.overdue > windows.OVERDUE or media:
        return Late(since=oldest.owed_at, media=media)
    return None
