"""Callbacks that nobody should believe, then the true ones, some of which never come."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django.test.utils import override_settings
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message
from mash.performance.notify_double import Trouble
from mash.performance.notify_double.service import Kept
from mash.performance.report import Row, count
from mash.performance.troubles import account
from mash.performance.troubles.world import AFTER, World

NAME, SAYS = "receipts", "wrong callbacks"
SERVER_ERROR, TELL_AGAIN = 500, 503
# Of every ten true ones: one says that it could not be delivered, one never comes.
GONE_WRONG, NEVER_COMES, OF = 3, 7, 10


def play(world: World, *, messages: int = 60) -> list[Row]:
    """Send by email and text, tell lies about each, then the truth; ask after what nobody told of."""
    with override_settings(EMAIL_PROVIDER="notify"):
        for number in range(messages):
            world.owe(NAME, number, channel=("email", "sms")[number % 2], organisation=number % 10 + 1)
        world.carry()
        mine = {f"outbox.{one.pk}." for one in account.of(NAME)}
        kept = [row for row in world.notify.kept if (row.reference or "").startswith(tuple(mine))]
        before = _standing()
        answers = [world.receipts.post(told, token=token) for row in kept for told, token in lies(world, row)]
        changed = len(set(_standing().items()) ^ set(before.items())) // 2
        early = _too_early(world)
        _truth(world, kept)
        asked = timezone.now()
        world.live(windows.ASK_AFTER + windows.ASK_INTERVAL, every=windows.ASK_INTERVAL, do=world.ask_after)
    found = account.of(NAME)
    ours = [status for status in answers if not 200 <= status < SERVER_ERROR]
    open_ended = [one for one in found if one.state == Message.State.SENT]
    late = [one for one in found if one.settled_at and one.settled_at > asked + windows.ASK_AFTER + windows.FOUND * 20]
    return [
        *account.rows(found, account.copies_of(found, world.mail, world.notify), SAYS, late),
        count(f"{SAYS}: messages changed by a lie", changed, goal=0, n=len(answers)),
        count(f"{SAYS}: answered with an error of ours", len(ours), goal=0, n=len(answers)),
        count(f"{SAYS}: believed before our own note", int(early != TELL_AGAIN), goal=0, n=1),
        count(f"{SAYS}: without an end after an hour", len(open_ended), goal=0, n=len(found)),
    ]


def lies(world: World, row: Kept) -> Iterator[tuple[Any, str | None]]:
    """What is posted about one message that went, and with which token (None: the right one)."""
    said = world.receipts.receipt(row, "permanent-failure")
    yield said, "somebody else's"
    yield "delivered", None
    yield [said], None
    yield said | {"id": "1' OR '1'='1"}, None
    yield said | {"status": 7}, None
    yield said | {"status": "teleported"}, None
    yield said | {"id": str(uuid4()), "reference": None}, None
    yield said | {"id": str(uuid4()), "reference": f"{row.reference}0"}, None
    yield said | {"id": str(uuid4()), "reference": "outbox.999999999999.20260101000000"}, None
    yield said | {"reference": {"$ne": ""}}, None
    yield said | {"to": "x" * 100_000}, None
    yield {name: value for name, value in said.items() if name != "status"}, None


def _standing() -> dict[int, tuple[Any, ...]]:
    fields = ("state", "settled_at", "provider_id", "read_at")
    return {key: tuple(rest) for key, *rest in Message.objects.values_list("pk", *fields)}


def _too_early(world: World) -> int:
    """A receipt that overtakes our own note: the answer was lost, and Notify tells of it at once."""
    world.notify.soon.append(Trouble.CUT_AFTER_KEEPING)
    world.owe(NAME, 10_000)
    world.carry()
    row = world.notify.kept[-1]
    status = world.receipts.post(world.receipts.receipt(row, "delivered"))
    world.live(windows.BACKOFF[1] + AFTER, every=AFTER)
    world.receipts.complete(row, "delivered")
    return status


def _truth(world: World, kept: list[Kept]) -> None:
    """Each told twice, as happens."""
    for number, row in enumerate(kept):
        status = "permanent-failure" if number % OF == GONE_WRONG else "delivered"
        if number % OF == NEVER_COMES:
            row.status, row.completed_at = status, timezone.now()
            continue
        world.receipts.complete(row, status)
        world.receipts.complete(row, status)
