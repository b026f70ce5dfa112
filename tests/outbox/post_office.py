"""A mail server on a real socket that refuses, delays or drops, address by address, as it is told."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mash.local.home import free_port

YES = "250 OK"


@dataclass
class PostOffice:
    """`to` is what it answers to a recipient, `mail` what it answers to the message itself."""

    port: int = field(default_factory=free_port)
    to: dict[str, str] = field(default_factory=dict)
    mail: str = YES
    seconds: float = 0
    seconds_to_say_so: float = 0
    arrived: list[Any] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lines: list[Any] = field(default_factory=list)
    seconds_to_noop: float = 0

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.lines.append(server)
        session.host_name = hostname
        return responses

    async def handle_NOOP(self, server: SMTP, session: Session, envelope: Envelope, arg: str) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds_to_noop)
        return YES

    def cut_off(self) -> None:
        """Ends every line that is open, without a word."""
        for server in self.lines:
            server.loop.call_soon_threadsafe(server.transport.abort)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked.append(address)
        answer = self.to.get(address, YES)
        if answer == YES:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(self.seconds)
        if self.mail == YES:
            self.arrived.append(message_from_bytes(bytes(envelope.content or b""), policy=policy.default))
        await asyncio.sleep(self.seconds_to_say_so)
        return self.mail


@contextmanager
def opened(office: PostOffice) -> Iterator[PostOffice]:
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
