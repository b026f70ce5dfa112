"""Notify answers with everything but a good answer: spell after spell, by email, text and letter, then it is well."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import cycle, repeat

from django.test.utils import override_settings
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message
from mash.performance.notify_double import Trouble
from mash.performance.report import Row, row
from mash.performance.troubles import account
from mash.performance.troubles.world import AFTER, World

NAME, SAYS = "notifyill", "Notify ill"
SPELL = timedelta(minutes=8)
ROUND = timedelta(seconds=30)
SPELLS = tuple(trouble for trouble in Trouble if trouble is not Trouble.NONE)
# What waits for its next try may find Notify resting from a hang, whose end one carrier at a time looks for.
RECOVERED = windows.BACKOFF[-1] + windows.REST[-1] + windows.FOUND


def play(world: World, *, spells: tuple[Trouble, ...] = SPELLS) -> list[Row]:
    """In each spell every request meets the same trouble; then one more in which they are drawn in turn."""
    with override_settings(EMAIL_PROVIDER="notify"):
        owing = _Owing(world)
        for trouble in spells:
            world.notify.weather = repeat(trouble).__next__
            owing.letter()
            world.live(SPELL, every=ROUND, do=owing.one_of_each)
        world.notify.weather = cycle(spells).__next__
        world.live(SPELL, every=ROUND, do=owing.one_of_each)
        well = timezone.now()
        world.notify.weather = repeat(Trouble.NONE).__next__
        world.live(RECOVERED + AFTER, every=AFTER)
    return _judged(world, well)


class _Owing:
    """Counts what it owes."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.number = 0

    def one_of_each(self) -> None:
        self.number += 1
        for channel in ("email", "sms"):
            self.world.owe(NAME, self.number, channel=channel, organisation=self.number % 10 + 1)

    def letter(self) -> None:
        self.number += 1
        self.world.owe(NAME, self.number, channel="letter")


def _judged(world: World, well: datetime) -> list[Row]:
    found = account.of(NAME)
    copies = sum(each - 1 for each in account.copies_of(found, world.mail, world.notify).values() if each > 1)
    took = (account.last_gone(found, well) - well).total_seconds()
    return [
        *account.rows(found, account.copies_of(found, world.mail, world.notify), SAYS, outside(found, well)),
        account.recovery(SAYS, max(took, 0), RECOVERED.total_seconds(), len(found)),
        row(f"{SAYS}: copies at Notify", copies, len(found), against="owed", unit="count", n=len(found)),
    ]


def outside(found: list[Message], well: datetime) -> Iterator[Message]:
    """None is given up within the delivery window, and all go within the declared time once it is well."""
    yield from (one for one in found if one.sent_at is None or one.sent_at > well + RECOVERED)
