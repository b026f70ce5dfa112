"""The account: whatever was owed is in one place, and nobody who is owed news was left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from mash.outbox import media
from mash.outbox.models import Message
from mash.outbox.selectors import Account
from mash.outbox.services import balance
from referrals.models import Outcome, Party, Telling


@dataclass(frozen=True, slots=True)
class Kept:
    """The account of each medium, and how many pieces of news leave out somebody who is owed them."""

    media: dict[str, Account]
    left_out: int

    @property
    def balances(self) -> bool:
        """Each medium's messages are all in one place, and nobody was left out."""
        return not self.left_out and all(account.balances for account in self.media.values())


def draw_up(*, since: datetime | None = None) -> Kept:
    """The account of what was owed since then, by indexes; or of all that ever was, which reads the whole tables."""
    told = Telling.objects.filter(outcome=OuterRef(OuterRef("pk")), party=OuterRef("pk"))
    untold = Party.objects.filter(referral=OuterRef("referral")).exclude(Exists(told))
    outcomes = Outcome.objects.filter(Exists(untold))
    outcomes = outcomes if since is None else outcomes.filter(at__gte=since)
    return Kept(media=media.accounts(since=since), left_out=outcomes.count())


def lines(kept: Kept) -> list[str]:
    """The account in plain lines: the equation of each medium, then what is wrong, if anything."""
    return [*(_equation(*one) for one in kept.media.items()), *_wrong(kept)]


def last() -> balance.Said | None:
    """What the hourly account came to."""
    return balance.last()


def _equation(channel: str, account: Account) -> str:
    return (
        f"{Message.Channel(channel).label}: {account.owed:,} owed = {account.sent:,} sent + {account.pending:,} waiting"
        f" + {account.failed:,} failed + {account.cancelled:,} no longer owed"
    )


def _wrong(kept: Kept) -> Iterator[str]:
    for channel, account in kept.media.items():
        label = Message.Channel(channel).label
        if missing := account.owed - account.sent - account.pending - account.failed - account.cancelled:
            yield f"{label}: {missing:,} in no place that we know"
        if account.sent_without_receipt:
            yield f"{label}: {account.sent_without_receipt:,} called sent that no provider accepted"
        if account.failed_without_call:
            yield f"{label}: {account.failed_without_call:,} failed or came back, and nobody was asked to call"
    if kept.left_out:
        yield f"News that somebody is owed who was not told, called or written to: {kept.left_out:,}"
