"""The account after one trouble, from the database and from the providers, which know nothing of each other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from mash.outbox import media
from mash.outbox.channels import notify as notify_channel
from mash.outbox.channels.email import message_id
from mash.outbox.models import Attempt, CallTask, Message
from mash.performance.notify_double import Notify
from mash.performance.report import Row, count, row
from mash.performance.troubles.exchange import Exchange

REACHED = frozenset({"sent", "delivered", "bounced"})
CAME_TO_NOTHING = frozenset({"failed", "bounced"})


def of(name: str) -> list[Message]:
    """Every message of one trouble, in the order in which they became owed."""
    return list(Message.objects.filter(key__startswith=f"{name}:").order_by("owed_at", "pk"))


def rows(found: Sequence[Message], copies: Mapping[int, int], says: str, outside: Iterable[Message]) -> list[Row]:
    """What is promised after every trouble; `outside` are those that went, or were given up, out of their window."""
    n, twice, accounts = len(found), [one for one in found if copies[one.pk] > 1], media.accounts()
    unbalanced = [channel for channel, account in accounts.items() if not account.balances]
    nothing = came_to_nothing(found)
    return [
        count(f"{says}: lost", len(lost(found, copies)), goal=0, n=n),
        count(f"{says}: outside the declared window", len({one.pk for one in outside}), goal=0, n=n),
        count(f"{says}: twice and not marked", len(unmarked(twice)), goal=0, n=len(twice)),
        count(f"{says}: no telephone task", len(without_a_call(nothing)), goal=0, n=len(nothing)),
        count(f"{says}: media out of balance", len(unbalanced), goal=0, n=len(accounts)),
    ]


def recovery(says: str, seconds: float, declared: float, n: int) -> Row:
    """How long it took once all was well again, held against what is declared, both in simulated seconds."""
    return row(f"{says}: recovery", seconds, declared, against="declared", unit="s", n=n, goal=1.0)


def copies_of(found: Sequence[Message], mail: Exchange, notify: Notify | None = None) -> dict[int, int]:
    """How often a provider took each, by key."""
    kept = Counter(one.reference for one in list(notify.kept)) if notify else Counter[str | None]()
    return {one.pk: len(mail.arrivals.get(message_id(one), ())) + kept[notify_channel.reference(one)] for one in found}


def lost(found: Sequence[Message], copies: Mapping[int, int]) -> list[Message]:
    """Neither with a provider nor with a person; or said to have gone, and no provider has it."""
    uncalled = {one.pk for one in without_a_call(found)}
    return [
        one
        for one in found
        if (one.state in REACHED and not copies[one.pk])
        or (one.state not in REACHED and (one.state != "failed" or one.pk in uncalled))
    ]


def unmarked(twice: Sequence[Message]) -> list[Message]:
    """Of those that went twice, the ones of which the outbox does not say that they may have."""
    marked = set(Attempt.objects.filter(message__in=twice, possibly_duplicate=True).values_list("message", flat=True))
    return [one for one in twice if one.pk not in marked]


def came_to_nothing(found: Sequence[Message]) -> list[Message]:
    return [one for one in found if one.state in CAME_TO_NOTHING]


def without_a_call(found: Sequence[Message]) -> list[Message]:
    """Of those that failed or came back, the ones that stand on no round of calls."""
    nothing = came_to_nothing(found)
    called = set(CallTask.objects.filter(message__in=nothing, round__isnull=False).values_list("message", flat=True))
    return [one for one in nothing if one.pk not in called]


def open_rounds(found: Sequence[Message]) -> int:
    """How many telephone calls all of this asks of people."""
    calls = CallTask.objects.filter(message__in=found, state=CallTask.State.OPEN)
    return calls.values("round").distinct().count()


def last_gone(found: Iterable[Message], otherwise: datetime) -> datetime:
    """When the last of them went."""
    return max((one.sent_at for one in found if one.sent_at), default=otherwise)
