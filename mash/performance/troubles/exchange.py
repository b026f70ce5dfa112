"""A mail server on the loopback address that can be down, refuse an address, put it off, or hang.

It may ask to be spoken to in secret and by name, as every mail service outside a test does.
"""

import asyncio
import logging
import ssl
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.parser import BytesHeaderParser
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.utils import timezone

from mash.local.home import free_port

TAKEN = "250 Taken"
# What it says of an address, or how many seconds it says nothing.
Opinion = Callable[[str], str | float]


def welcome(address: str) -> str:
    """Every address is as good as another."""
    return TAKEN


class Exchange:
    """`opinion` of each address; `arrivals` are the moments at which each message was taken, by Message-ID."""

    def __init__(self, guard: ssl.SSLContext | None = None) -> None:
        self.port = free_port()
        self.guard = guard
        self.opinion: Opinion = welcome
        self.arrivals: dict[str, list[datetime]] = defaultdict(list)
        self._running: Controller | None = None

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        said = self.opinion(address)
        if not isinstance(said, str):
            await asyncio.sleep(said)
            return "451 Too late"
        if said == TAKEN:
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        headers = BytesHeaderParser().parsebytes(bytes(envelope.content or b""))
        self.arrivals[str(headers["Message-ID"])].append(timezone.now())
        return TAKEN

    def up(self) -> None:
        """Listen again, on the same port."""
        if self._running is None:
            guarded: dict[str, Any] = {
                "tls_context": self.guard,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": lambda *_: AuthResult(success=True),
            }
            self._running = Controller(
                self, hostname="127.0.0.1", port=self.port, ready_timeout=30, **(guarded if self.guard else {})
            )
            self._running.start()

    def down(self) -> None:
        """Nobody answers any more: a connection is refused."""
        if self._running is not None:
            self._running.stop()
            self._running = None


@contextmanager
def open_for_mail(guard: ssl.SSLContext | None = None) -> Iterator[Exchange]:
    """A server that is up; down at the end. With `guard` it takes mail only after STARTTLS and a sign-in."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's, which tells every word of every talk
    exchange = Exchange(guard)
    exchange.up()
    try:
        yield exchange
    finally:
        exchange.down()
