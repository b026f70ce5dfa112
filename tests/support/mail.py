"""A mail server for tests, on a real socket, that can be told to misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from mash.local.home import free_port


@dataclass
class Sink:
    """What arrived; `answer` is what the server says to the next messages, for instance "451 try again later"."""

    port: int = field(default_factory=free_port)
    answer: str = "250 OK"
    messages: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            content = envelope.content
            assert isinstance(content, bytes)
            message: Any = message_from_bytes(content, policy=policy.default)
            self.messages.append(message)
        return self.answer


@contextmanager
def sink() -> Iterator[Sink]:
    """Listen on a free port of the loopback address until the end of the block."""
    heard = Sink()
    controller = Controller(heard, hostname="127.0.0.1", port=heard.port)
    controller.start()
    try:
        yield heard
    finally:
        controller.stop()
