"""Eight real workers and ten thousand messages that are owed at once, every tenth to an address that refuses.

This one goes by the machine's own clock. The workers are killed (-9) once in the middle, all eight: what they held is
found when its lease has run out, whatever the broker has forgotten.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from unittest import mock

from celery import Celery
from django.db import transaction
from django.utils import timezone

from mash.local.home import Home, redis_url
from mash.local.run import programs
from mash.outbox import windows
from mash.outbox.models import Attempt, Message
from mash.outbox.services import messages
from mash.performance.chaos import scene
from mash.performance.chaos.parts import Broker, Program
from mash.performance.report import Row, row
from mash.performance.troubles import account
from mash.performance.troubles.exchange import TAKEN, Exchange, open_for_mail

NAME, BEHIND = "many", "behind"
WORKERS = 8
BATCH = 200
EVERY_DEAD = 10
SECONDS_TO_BEGIN, SECONDS_TO_END = 90.0, 900.0
SECONDS_BETWEEN_LOOKS = 0.5
HOME = Home(folder=scene.HOME.folder.with_name("many"), durable=True)
# Killed when this share has gone.
KILLED_AT = 0.4


@dataclass(frozen=True, slots=True)
class _Stage:
    mail: Exchange
    worker: Program
    broker: Celery

    def nudge(self, keys: list[int]) -> None:
        """As the product asks its broker."""
        for key in keys[: messages.NUDGED_AT_ONCE]:
            self.broker.send_task(messages.DELIVER, args=[key])


class NotDone(RuntimeError):
    """The workers did not begin."""


def play(*, messages_owed: int = 10_000, say: scene.Say = str) -> list[Row]:
    """Owe, kill once, and wait for the last; Raises NotDone."""
    with _stage() as stage, mock.patch.object(messages, "_enqueue", stage.nudge):
        say(f"{messages_owed:,} messages for {WORKERS} workers ...")
        _owe(NAME, messages_owed)
        begun = timezone.now()
        stage.worker.start()
        if not _wait(lambda: len(stage.mail.arrivals) > 0, SECONDS_TO_BEGIN):
            raise NotDone(f"The workers carried nothing within {SECONDS_TO_BEGIN:g} s. Logs: {HOME.folder}")
        first = timezone.now()
        _wait(lambda: _ended(NAME) >= messages_owed * KILLED_AT, SECONDS_TO_END)
        stage.worker.kill()
        killed = timezone.now()
        stage.worker.start()
        _wait(lambda: _went_since(killed), SECONDS_TO_BEGIN)
        _owe(BEHIND, 20)
        _wait(lambda: not Message.objects.open().exists(), SECONDS_TO_END)
        return _judged(stage.mail, begun, first, killed)


def _owe(name: str, number: int) -> None:
    for start in range(0, number, BATCH):
        with transaction.atomic():
            messages.owe_many([_one(name, at) for at in range(start, min(start + BATCH, number))])


def _one(name: str, at: int) -> messages.Owed:
    domain = "gone.example" if name == NAME and at % EVERY_DEAD == 0 else "school.example"
    about, key = f"{name.upper()}-{at}", f"{name}:{at}"
    return messages.Owed(
        key=key, kind="decided", about=about, to=None, email=f"{name}{at}@{domain}", organisation_id=at % 20 + 1
    )


def _judged(mail: Exchange, begun: datetime, first: datetime, killed: datetime) -> list[Row]:
    says = f"{WORKERS} workers"
    found = [*account.of(NAME), *account.of(BEHIND)]
    after = min(one.sent_at for one in found if one.sent_at and one.sent_at > killed)
    last = max(one.sent_at or one.settled_at or begun for one in found)
    held = Attempt.objects.filter(message__in=found, outcome=Attempt.Outcome.ABANDONED).count()
    copies = account.copies_of(found, mail)
    again = sum(each - 1 for each in copies.values() if each > 1)
    seconds = (last - first).total_seconds()
    return [
        *account.rows(
            found, account.copies_of(found, mail), f"{says}, {len(found):,} owed", outside(copies, found, killed)
        ),
        account.recovery(says, (after - killed).total_seconds(), windows.WORKER_START.total_seconds(), 1),
        row(f"{says}: carriers killed with a message", held, WORKERS, against="workers", unit="count", n=len(found)),
        row(f"{says}: duplicates received", again, held, against="killed", unit="count", n=len(found)),
        row(f"{says}: carried in a second", len(found) / seconds, 1, against="one", unit="1/s", n=len(found)),
        row(f"{says}: all had an end", seconds, len(found), against="messages", unit="s", n=len(found)),
    ]


def outside(copies: Mapping[int, int], found: list[Message], killed: datetime) -> Iterator[Message]:
    """What a dead worker held and had no end a lease and a round later; a second copy of anything else; and what was
    still waiting when all that became owed after it had gone.

    How long a backlog takes is the machine's affair and no promise; that nobody in it is left behind is one.
    """
    tries = Attempt.objects.filter(message__in=found, outcome=Attempt.Outcome.ABANDONED)
    held = set(tries.values_list("message", flat=True))
    overtaken = account.last_gone(account.of(BEHIND), killed) + windows.FOUND
    for one in found:
        ended = one.sent_at or one.settled_at
        latest = max(killed + windows.RECOVERED, overtaken) if one.pk in held else overtaken
        if ended is None or ended > latest or (copies[one.pk] > 1 and one.pk not in held):
            yield one


def _ended(name: str) -> int:
    return Message.objects.filter(key__startswith=f"{name}:").exclude(state__in=Message.OPEN).count()


def _went_since(moment: datetime) -> bool:
    return Message.objects.filter(sent_at__gt=moment).exists()


def _wait(until: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() > deadline:
            return False
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return True


@contextmanager
def _stage() -> Iterator[_Stage]:
    """A broker, beat and eight workers of their own, in the database in use; all ended at the end."""
    shutil.rmtree(HOME.folder, ignore_errors=True)
    HOME.folder.mkdir(parents=True)
    with ExitStack() as stack:
        mail = stack.enter_context(open_for_mail())
        mail.opinion = _opinion
        broker = Broker(HOME)
        stack.callback(broker.end)
        broker.start()
        environment = scene.environment(HOME, mail=mail.port)
        worker = Program("workers", _eight(), environment, HOME.folder / "workers.log")
        beat = Program("beat", programs()["beat"], environment, HOME.folder / "beat.log")
        stack.callback(worker.end)
        stack.callback(beat.end)
        beat.start()
        client = stack.enter_context(Celery("many", broker=redis_url(home=HOME)))
        yield _Stage(mail, worker, client)


def _eight() -> list[str]:
    command: list[str] = list(programs()["worker"])
    command[command.index("--concurrency") + 1] = str(WORKERS)
    return command


def _opinion(address: str) -> str | float:
    return TAKEN if address.endswith("@school.example") else "550 5.1.1 Nobody here"
