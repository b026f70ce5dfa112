"""A notification beside a bare Celery task that calls `send_mail`: the same words, mail server and machine.

Both are run by one carrier in this process, ours as the worker's task does it, the other as a worker runs a task. The
mail server asks for STARTTLS and a sign-in, as every mail service does. They are compared twice: with addresses that
work, and with some in front of them that hang, as some always do. The first is told for an open server, too.
"""

import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Event
from time import perf_counter
from typing import Any
from unittest import mock

from celery import shared_task
from django.core.mail import send_mail
from django.db import transaction
from django.test.utils import override_settings

from mash.outbox import windows, words
from mash.outbox.channels import line
from mash.outbox.models import Message
from mash.outbox.services import delivery, messages
from mash.performance.bench import databases, secrecy
from mash.performance.bench.measures import MILLISECONDS, ROUNDS
from mash.performance.report import Row, interleaved, row
from mash.performance.troubles.exchange import TAKEN, open_for_mail
from mash.performance.troubles.world import HUNG, TIMEOUT

# At least four times as quick.
FOUR_TIMES = 0.25
GOOD, HANGING, HUNG_DOMAINS = 60, 20, 2
BEHIND_ROUNDS = 3
# One after the other, as a carrier carries them, and now and then one between other work.
RUN, ALONE = 20, 1


@shared_task(ignore_result=True)
def bare(subject: str, body: str, to: str) -> None:
    """The reference."""
    send_mail(subject, body, None, [to], fail_silently=True)


def notifications(names: dict[int, str]) -> list[Row]:
    """One mail after the other, with and without secrecy; then good ones behind addresses that hang."""
    databases.use(names[min(names)])
    with (
        mock.patch.object(messages, "_enqueue", list),
        mock.patch.object(windows, "HUNG", timedelta(seconds=HUNG)),
        secrecy.trusted() as guard,
    ):
        with _mail_to(guard):
            rows = [_plain("signed in, in secret", goal=FOUR_TIMES), _plain("now and then", run=ALONE), _behind()]
        with _mail_to(None):
            return [*rows, _plain("to a server that asks nothing")]


@contextmanager
def _mail_to(guard: ssl.SSLContext | None) -> Iterator[None]:
    with _apart(guard) as port, override_settings(**_settings(port, named=guard is not None)):
        try:
            yield
        finally:
            line.hang_up()


@contextmanager
def _apart(guard: ssl.SSLContext | None) -> Iterator[int]:
    """The port of a mail server in a process of its own, as it is anywhere: its work is not the carrier's."""
    apart = get_context("fork")
    told, telling = apart.Pipe(duplex=False)
    server = apart.Process(target=_serve, args=(guard, telling), daemon=True)
    server.start()
    try:
        yield told.recv()
    finally:
        server.terminate()
        server.join()


def _serve(guard: ssl.SSLContext | None, telling: Connection) -> None:
    with open_for_mail(guard) as exchange:
        exchange.opinion = lambda address: 2 * TIMEOUT if "@hangs" in address else TAKEN
        telling.send(exchange.port)
        Event().wait()


def _settings(port: int, *, named: bool) -> dict[str, Any]:
    name = {"EMAIL_USE_TLS": True, "EMAIL_HOST_USER": "bench", "EMAIL_HOST_PASSWORD": "bench"}
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": port,
        "EMAIL_TIMEOUT": TIMEOUT,
        "EMAIL_PROVIDER": "smtp",
        **(name if named else {}),
    }


class _Owing:
    """Messages with numbers of their own."""

    def __init__(self, name: str) -> None:
        self.name, self.number = name, 0

    def one(self, domain: str = "school.example") -> Message:
        self.number += 1
        with transaction.atomic():
            return messages.owe(
                messages.Owed(
                    key=f"bench:{self.name}:{self.number}",
                    kind="decided",
                    about=f"BENCH-{self.number}",
                    to=None,
                    email=f"b{self.number}@{domain}",
                    organisation_id=1,
                )
            )


def _plain(how: str, *, run: int = RUN, goal: float | None = None) -> Row:
    """Carrying only, a `run` of each kind in turn: that ours is owed in the fact's own transaction is what it is for,
    and is not counted."""
    owing = _Owing(how)
    waiting = [owing.one() for _ in range(ROUNDS * run + 1)]
    text, keys = words.of(waiting[0]), iter([one.pk for one in waiting])
    ours, other = interleaved(
        [
            lambda: delivery.deliver(next(keys)),
            lambda: bare.apply(args=(text.subject, text.body, "b@school.example")),
        ],
        rounds=ROUNDS,
        inner=run,
    )
    return row(
        f"notification {how}",
        ours * MILLISECONDS,
        other * MILLISECONDS,
        against="bare Celery send_mail",
        unit="ms",
        n=ROUNDS,
        goal=goal,
    )


def _behind() -> Row:
    """Good ones behind hanging ones: the time for each good one."""
    ours, other = [], []
    for number in range(BEHIND_ROUNDS):
        ours.append(_ours_behind(number) / GOOD)
        other.append(_bare_behind() / GOOD)
    return row(
        f"notification behind {HANGING} that hang",
        sorted(ours)[BEHIND_ROUNDS // 2] * MILLISECONDS,
        sorted(other)[BEHIND_ROUNDS // 2] * MILLISECONDS,
        against="bare Celery send_mail",
        unit="ms",
        n=GOOD * BEHIND_ROUNDS,
        goal=FOUR_TIMES,
    )


def _ours_behind(number: int) -> float:
    owing = _Owing(f"behind{number}")
    hanging = [owing.one(f"hangs{number}-{at % HUNG_DOMAINS}.example") for at in range(HANGING)]
    good = [owing.one() for _ in range(GOOD)]
    took = _timed(lambda: [delivery.deliver(one.pk) for one in (*hanging, *good)])
    if Message.objects.filter(pk__in=[one.pk for one in good]).exclude(state=Message.State.SENT).exists():
        raise RuntimeError("A good one did not go.")
    return took


def _bare_behind() -> float:
    to = [f"h{at}@hangs-{at % HUNG_DOMAINS}.example" for at in range(HANGING)]
    to += [f"g{at}@school.example" for at in range(GOOD)]
    return _timed(lambda: [bare.apply(args=("News", "There is news.", one)) for one in to])


def _timed(act: Callable[[], object]) -> float:
    started = perf_counter()
    act()
    return perf_counter() - started
