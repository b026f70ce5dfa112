"""Where troubles happen: a clock of its own, a mail server, Notify, and one carrier that does what a worker does."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest import mock
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.test.utils import override_settings
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message
from mash.outbox.services import delivery, messages, receipts, sweeper
from mash.performance.notify_double import Notify, Receipts, listening
from mash.performance.troubles import clock
from mash.performance.troubles.clock import Clock
from mash.performance.troubles.exchange import Exchange, open_for_mail

# A time-out, and what counts as hanging, in seconds: as the product declares them (10 and 3), divided alike, so that a
# silent provider costs this run no minutes. What follows from a hang (its rest) is as declared.
TIMEOUT, HUNG = 0.5, 0.15
# Between two rounds once all is well again: longer than the product's own, shorter than what is declared.
AFTER = timedelta(seconds=30)
CALLBACK_TOKEN = "chaos"  # noqa: S105 - of a double on the loopback address
KIND = "decided"
ADDRESS = "1 Mill Lane\nMerebrook\nCH41 1AA"


@dataclass
class World:
    """`nudged` are the messages that a worker was asked to carry at once."""

    clock: Clock
    mail: Exchange
    notify: Notify
    receipts: Receipts
    nudged: list[int] = field(default_factory=list)

    def owe(self, name: str, number: int, *, channel: str = "email", to: str = "", **more: Any) -> Message:
        """One message of the trouble called `name`, owed now. `to` is an address or a telephone number."""
        by_phone = channel in ("sms", "voice")
        with transaction.atomic():
            return messages.owe(
                messages.Owed(
                    key=f"{name}:{channel}:{number}",
                    kind=more.pop("kind", KIND),
                    about=f"{name.upper()}-{number}",
                    to=None,
                    name="R Teacher",
                    email=(to or f"{name}{number}@school.example") if channel == "email" else "",
                    phone=(to or "07700 900123") if by_phone else "",
                    address=ADDRESS if channel == "letter" else "",
                    organisation_id=more.pop("organisation", 1),
                    channel=channel,
                    **more,
                )
            )

    def carry(self) -> None:
        """What workers do in one round: what they were asked to carry, then what the sweeper finds."""
        nudged, self.nudged[:] = list(self.nudged), []
        for key in nudged:
            delivery.deliver(key)
        sweeper.sweep()

    def live(self, span: timedelta, *, every: timedelta, do: Callable[[], object] | None = None) -> None:
        """Let a stretch of time pass, `do` and carry each time that so much of it has gone."""
        until = timezone.now() + span
        while timezone.now() < until:
            self.clock.move(every)
            if do is not None:
                do()
            self.carry()

    def ask_after(self) -> None:
        """The round in which Notify is asked of what no receipt came."""
        receipts.ask_after()


@contextmanager
def _silence() -> Iterator[None]:
    """Thousands of warnings are what is expected here; what counts is counted."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def made() -> Iterator[World]:
    """A world in the database in use."""
    with ExitStack() as stack:
        stack.enter_context(_silence())
        own = stack.enter_context(clock.own())
        mail = stack.enter_context(open_for_mail())
        notify = stack.enter_context(listening(Notify(per_minute=1_000_000)))
        stack.enter_context(mock.patch.object(windows, "HUNG", timedelta(seconds=HUNG)))
        stack.enter_context(override_settings(**_settings(mail, notify)))
        url = stack.enter_context(_web())
        world = World(
            own, mail, notify, Receipts(notify, f"{url}/notify/callback/", CALLBACK_TOKEN, wait=own_wait(own))
        )
        stack.enter_context(mock.patch.object(messages, "_enqueue", world.nudged.extend))
        yield world


def own_wait(own: Clock) -> Callable[[float], None]:
    """Notify waits by the simulated clock, too."""
    return lambda seconds: own.move(timedelta(seconds=seconds))


def _settings(mail: Exchange, notify: Notify) -> dict[str, Any]:
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": mail.port,
        "EMAIL_TIMEOUT": TIMEOUT,
        "NOTIFY_API_KEY": notify.key,
        "NOTIFY_BASE_URL": notify.url,
        "NOTIFY_EMAIL_TEMPLATE": notify.email.id,
        "NOTIFY_SMS_TEMPLATE": notify.text.id,
        "NOTIFY_TIMEOUT": TIMEOUT,
        "NOTIFY_CALLBACK_TOKEN": CALLBACK_TOKEN,
        "ALLOWED_HOSTS": ["127.0.0.1"],
    }


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """It says nothing: whoever starts it counts."""


@contextmanager
def _web() -> Iterator[str]:
    """The product's own pages, for the provider's callbacks."""
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
