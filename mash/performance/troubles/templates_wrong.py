"""Somebody deletes the email template at Notify, and words of our own cannot be made: two hours until it is put right.
Texts are owed beside them, and are not to notice."""

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest import mock

from django.template import TemplateSyntaxError
from django.test.utils import override_settings
from django.utils import timezone

from mash.outbox import windows, words
from mash.outbox.models import Message
from mash.performance.report import Row, row
from mash.performance.troubles import account
from mash.performance.troubles.world import AFTER, World

NAME, SAYS = "template", "template error"
WRONG = timedelta(hours=1)
ROUND = timedelta(minutes=1)
RECOVERED = windows.BACKOFF[-1] + windows.FOUND
BROKEN_KIND = "answered"


def play(world: World) -> list[Row]:
    """An hour without Notify's template, then an hour in which one kind of ours cannot be rendered."""
    number = iter(range(1_000_000))

    def owe() -> None:
        at = next(number)
        world.owe(NAME, at, kind=(BROKEN_KIND, "decided")[at % 2], organisation=at % 10 + 1)
        world.owe(NAME, at, channel="sms", organisation=at % 10 + 1)

    with override_settings(EMAIL_PROVIDER="notify"):
        world.notify.email.archived = True
        world.live(WRONG, every=ROUND, do=owe)
        world.notify.email.archived = False
        with mock.patch.object(words, "of", _breaking(words.of)):
            world.live(WRONG, every=ROUND, do=owe)
        right = timezone.now()
        world.live(RECOVERED + AFTER, every=AFTER)
    return _judged(world, right)


def _breaking(of: Callable[[Message], words.Words]) -> Callable[[Message], words.Words]:
    def broken(message: Message) -> words.Words:
        if message.kind == BROKEN_KIND and message.key.startswith(f"{NAME}:"):
            raise TemplateSyntaxError("A tag was not closed.")
        return of(message)

    return broken


def _judged(world: World, right: datetime) -> list[Row]:
    found = account.of(NAME)
    texts = [one for one in found if one.channel == Message.Channel.SMS]
    late = [one for one in found if one.sent_at is None or one.sent_at > right + RECOVERED]
    late += [one for one in texts if one.sent_at and one.sent_at > one.owed_at + windows.FOUND]
    took = max((account.last_gone(found, right) - right).total_seconds(), 0)
    wait = max((one.sent_at - one.owed_at).total_seconds() for one in texts if one.sent_at)
    declared = windows.FOUND.total_seconds()
    return [
        *account.rows(found, account.copies_of(found, world.mail, world.notify), SAYS, late),
        account.recovery(SAYS, took, RECOVERED.total_seconds(), len(found)),
        row(f"{SAYS}: wait of a text beside", wait, declared, against="declared", unit="s", n=len(texts), goal=1),
    ]
