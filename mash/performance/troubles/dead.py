"""A thousand addresses that take nothing: refused, put off for ever, or hanging. Good ones are owed behind them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message
from mash.performance.report import Row, count, row
from mash.performance.troubles import account
from mash.performance.troubles.exchange import TAKEN
from mash.performance.troubles.world import TIMEOUT, World

NAME, GOOD, SAYS = "dead", "good", "dead addresses"
ORGANISATIONS = 10
PUT_OFF, HANGING = 20, 60
HANGS = timedelta(hours=1)
# Good ones become owed in this stretch, while the dead ones are tried for the first time and again.
BESIDE = timedelta(minutes=10)
ROUND = timedelta(minutes=10)


def play(world: World, *, addresses: int = 1_000, good: int = 60) -> list[Row]:
    """All dead ones at once, then the good ones one by one; then a day, until all that is put off has been given up."""
    begun = timezone.now()
    world.mail.opinion = _Opinion(begun)
    for number in range(addresses):
        world.owe(NAME, number, to=f"d{number}@{_domain(number, addresses)}", organisation=number % ORGANISATIONS + 1)
    numbers = iter(range(good))
    beside = BESIDE / good

    def owe() -> None:
        number = next(numbers, None)
        if number is not None:
            world.owe(GOOD, number)

    world.live(BESIDE + beside, every=beside, do=owe)
    world.live(windows.DELIVERY_WINDOW, every=ROUND)
    return _judged(world)


def _domain(number: int, addresses: int) -> str:
    if number % addresses < addresses * PUT_OFF // 1000:
        return "put-off.example"
    if number < addresses * (PUT_OFF + HANGING) // 1000:
        return f"hangs{number % 2}.example"
    return "gone.example"


class _Opinion:
    """By the domain; what hangs does so for an hour, and then refuses."""

    def __init__(self, begun: datetime) -> None:
        self.begun = begun

    def __call__(self, address: str) -> str | float:
        domain = address.rpartition("@")[2]
        if domain == "put-off.example":
            return "451 4.7.1 Later"
        if domain.startswith("hangs") and timezone.now() - self.begun < HANGS:
            return 2 * TIMEOUT
        return "550 5.1.1 Nobody here" if domain != "school.example" else TAKEN


def _judged(world: World) -> list[Row]:
    dead, good = account.of(NAME), account.of(GOOD)
    waits = [(one.sent_at - one.owed_at).total_seconds() for one in good if one.sent_at]
    declared = windows.FOUND.total_seconds()
    behind = [one for one in good if one.sent_at is None or one.sent_at > one.owed_at + windows.FOUND]
    return [
        *account.rows(dead, account.copies_of(dead, world.mail), f"{len(dead):,} {SAYS}", [*outside(dead), *behind]),
        count(
            "good addresses beside: lost",
            len(account.lost(good, account.copies_of(good, world.mail))),
            goal=0,
            n=len(good),
        ),
        row(
            "good addresses beside: longest wait",
            max(waits, default=declared * 2),
            declared,
            against="declared",
            unit="s",
            n=len(good),
            goal=1,
        ),
        count(f"telephone calls for {len(dead):,}", account.open_rounds(dead), goal=ORGANISATIONS, n=len(dead)),
    ]


def outside(dead: list[Message]) -> Iterator[Message]:
    """Every one is given to a person within the delivery window and a round."""
    latest = windows.DELIVERY_WINDOW + ROUND + windows.FOUND
    for one in dead:
        if one.state != Message.State.FAILED or one.settled_at is None or one.settled_at - one.owed_at > latest:
            yield one
