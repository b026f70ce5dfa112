"""A mail catcher: whatever is sent lands as an `.eml` file in a folder and goes nowhere else.

`python -m mash.local.mail FOLDER PORT`
"""

import os
import secrets
import signal
import sys
import threading
import time
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Catcher:
    """Writes each message under a name that sorts by time; a file is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Called by aiosmtpd for each message; the answer goes to the sender."""
        name = f"{time.time_ns()}-{secrets.token_hex(4)}"
        part = self.folder / f".{name}.part"
        part.write_bytes(_content(envelope))
        part.replace(self.folder / f"{name}.eml")
        return "250 Kept"


def _content(envelope: Envelope) -> bytes:
    """The message with the addresses it was really sent to, which its own headers need not hold."""
    content = envelope.original_content or b""
    addresses = ", ".join(envelope.rcpt_tos)
    return f"X-Envelope-To: {addresses}\r\n".encode() + content


def main() -> int:
    """Listen on the loopback address until told to end."""
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.umask(0o077)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    controller = Controller(Catcher(folder), hostname="127.0.0.1", port=port)
    controller.start()
    parent = os.getppid()
    while not over.wait(timeout=2) and os.getppid() == parent:
        pass
    controller.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
