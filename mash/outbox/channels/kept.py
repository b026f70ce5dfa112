"""On one machine without providers: texts, calls and letters are kept as files beside the mail that was caught."""

import json
import secrets
import time
from pathlib import Path

from django.conf import settings

from mash.outbox import words
from mash.outbox.channels import letters, numbers
from mash.outbox.channels.failures import Temporary
from mash.outbox.models import Message

PREFIX = "kept:"


def deliver(message: Message) -> str:
    """Write it down; the name of its file. Temporary when the folder cannot be written."""
    name = f"{time.time_ns()}-{secrets.token_hex(4)}.{message.channel}"
    try:
        _write(Path(settings.OUTBOX_KEPT_IN), name, message)
    except OSError as failure:
        raise Temporary(type(failure).__name__) from failure
    return PREFIX + name


def _write(folder: Path, name: str, message: Message) -> None:
    """A file is there whole or not at all; a letter is a PDF, the others are JSON."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if message.channel == Message.Channel.LETTER:
        content, name = letters.pdf(message), f"{name}.pdf"
    else:
        content, name = _heard(message), f"{name}.json"
    part = folder / f".{name}.part"
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(folder / name)


def _heard(message: Message) -> bytes:
    say = words.short(message) if message.channel == Message.Channel.SMS else words.spoken(message)
    to = numbers.international(message.recipient_phone)
    return json.dumps({"to": to, "words": say}, indent=1, ensure_ascii=False).encode()
