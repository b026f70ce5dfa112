"""What is known after a run, from three sides that know nothing of each other: sender, database and provider."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mash.outbox import selectors
from mash.outbox.channels.email import message_id
from mash.outbox.models import Attempt, Message
from mash.performance.chaos.agency import Acknowledged
from referrals.models import Referral


@dataclass(frozen=True, slots=True)
class Kill:
    """One -9, and when."""

    part: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Owed:
    """A message's row. `abandoned` are the moments at which a dead carrier's claim was taken over."""

    mail: str
    about: str
    state: str
    owed_at: datetime
    sent_at: datetime | None
    abandoned: Sequence[datetime] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """`referrals` are (reference, referrer's address) as stored; `arrivals` what the provider took, by Message-ID."""

    keys: Sequence[str]
    acknowledged: Sequence[Acknowledged]
    referrals: Sequence[tuple[str, str]]
    owed: Sequence[Owed]
    arrivals: Mapping[str, Sequence[datetime]]
    kills: Sequence[Kill]
    kills_planned: int
    balances: bool
    ended_by_themselves: int = 0


def stored() -> list[tuple[str, str]]:
    """Every referral in the database."""
    return list(Referral.objects.order_by("pk").values_list("reference", "referrer_email"))


def owed() -> list[Owed]:
    """Every message in the database."""
    return [_owed(message) for message in Message.objects.order_by("pk").prefetch_related("tries")]


def balances() -> bool:
    """Whether the outbox's own account does."""
    return selectors.reconcile().balances


def _owed(message: Message) -> Owed:
    tries = list(message.tries.all())
    return Owed(
        mail=message_id(message),
        about=message.about,
        state=message.state,
        owed_at=message.owed_at,
        sent_at=message.sent_at,
        abandoned=sorted(one.at for one in tries if one.outcome == Attempt.Outcome.ABANDONED),
        marked=any(one.possibly_duplicate for one in tries),
    )
