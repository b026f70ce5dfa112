"""The mail server answers nobody for 24 hours, while messages become owed all the time, and then for one hour more, in
which the delivery window of the first ones ends."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message
from mash.performance.report import Row, row
from mash.performance.troubles import account
from mash.performance.troubles.world import AFTER, World

NAME, SAYS = "maildown", "mail down for 24 h and 1"
DOWN, LONGER = timedelta(hours=24), timedelta(hours=1)
# Between two rounds while it is down. The product's own are closer together; that would only be kinder.
ROUND = timedelta(minutes=5)
# A message that waits for its next try, when it is back, waits no longer than the longest wait and a round's time.
RECOVERED = windows.BACKOFF[-1] + windows.FOUND


def play(world: World, *, messages: int = 240) -> list[Row]:
    """So many messages over the time that it is down; what waits goes when it is back, what waited too long is called
    about."""
    begun, numbers = timezone.now(), iter(range(messages))
    world.mail.down()

    def owe() -> None:
        due = int((timezone.now() - begun) / DOWN * messages)
        while _owed() < min(due + 1, messages):
            world.owe(NAME, next(numbers), organisation=_owed() % 10 + 1)

    world.live(DOWN, every=ROUND, do=owe)
    world.live(LONGER, every=ROUND)
    back = timezone.now()
    world.mail.up()
    world.live(RECOVERED + AFTER, every=AFTER)
    return _judged(world, back)


def _owed() -> int:
    return Message.objects.filter(key__startswith=f"{NAME}:").count()


def _judged(world: World, back: datetime) -> list[Row]:
    found = account.of(NAME)
    waited = [one for one in found if one.state != Message.State.FAILED]
    took = (account.last_gone(waited, back) - back).total_seconds()
    given_up = len(found) - len(waited)
    return [
        *account.rows(found, account.copies_of(found, world.mail, world.notify), SAYS, outside(found, back)),
        account.recovery(SAYS, took, RECOVERED.total_seconds(), len(waited)),
        row(f"{SAYS}: given to people", given_up, len(found), against="owed", unit="count", n=len(found)),
    ]


def outside(found: list[Message], back: datetime) -> Iterator[Message]:
    """Went later after the server was back than declared; given up sooner than the delivery window less the wait that
    would have passed its end, or later than that window and a round."""
    soonest, latest = windows.DELIVERY_WINDOW - windows.BACKOFF[-1], windows.DELIVERY_WINDOW + ROUND + windows.FOUND
    for one in found:
        if one.state == Message.State.FAILED and one.settled_at:
            if not soonest <= one.settled_at - one.owed_at <= latest:
                yield one
        elif one.sent_at is None or one.sent_at > back + RECOVERED:
            yield one
