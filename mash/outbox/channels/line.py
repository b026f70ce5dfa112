"""The line to the mail server: opened and signed in once, then used for many messages.

A line belongs to one carrier (a thread of a process), who makes sure before each further message that it is still
there: a line that ended in between costs a new one and nothing else, and what fails after that is about the message.
"""

import os
import select
import smtplib
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from mash.outbox.channels.failures import Permanent, Temporary, Uncertain, Unreachable

# Well under what mail servers allow: RFC 5321 4.5.3.2 asks five minutes of them, and some take a hundred messages.
MOST_MESSAGES, IDLE_SECONDS = 90, 30.0
# How long a line may take to say that it is still there. One that was used just now is not asked, only listened to:
# a server that ends it says so, or is heard to hang up.
STILL_THERE_SECONDS, JUST_NOW_SECONDS = 2.0, 1.0
_SAID_YES = 250


@dataclass
class Line:
    """A connection, for whom it was made, and how much it was used."""

    backend: EmailBackend
    made_for: tuple[object, ...]
    messages: int = 1
    used: float = field(default_factory=monotonic)

    def __post_init__(self) -> None:
        # A carrier that ends says goodbye.
        weakref.finalize(self, _leave, self.backend, os.getpid())


class _Kept(threading.local):
    line: Line | None = None


_kept = _Kept()


@contextmanager
def opened() -> Iterator[BaseEmailBackend]:
    """A connection that is signed in. Raises Unreachable; what fails before that says nothing about any one message.

    It is kept for the next message, unless nobody can say what became of this one.
    """
    backend = _again() or _new()
    whole = False
    try:
        yield backend
        whole = True
    except (Permanent, Temporary) as failure:
        whole = not isinstance(failure, Uncertain | Unreachable)
        raise
    finally:
        if not (whole and _keep(backend)):
            _end(backend)


def hang_up() -> None:
    """End the line that this carrier keeps, if there is one."""
    line, _kept.line = _kept.line, None
    if line:
        _end(line.backend)


def told(failure: Exception) -> str:
    """A failure for the record of attempts."""
    return f"{type(failure).__name__}: {failure}"[:500]


def _again() -> EmailBackend | None:
    """The kept line, if it is ours, not worn out, and still there."""
    line = _kept.line
    if line is None:
        return None
    idle = monotonic() - line.used
    fresh = line.messages < MOST_MESSAGES and idle < IDLE_SECONDS
    there = _silent if idle < JUST_NOW_SECONDS else _still_there
    if line.made_for == _for_whom() and fresh and there(line.backend):
        return line.backend
    hang_up()
    return None


def _new() -> BaseEmailBackend:
    backend = get_connection()
    try:
        backend.open()
    except (OSError, smtplib.SMTPException) as failure:
        _end(backend)
        raise Unreachable(told(failure)) from failure
    return backend


def _keep(backend: BaseEmailBackend) -> bool:
    """Whether it could be kept: only a real line to a server can."""
    line = _kept.line
    if line is not None and line.backend is backend:
        line.messages, line.used = line.messages + 1, monotonic()
    elif isinstance(backend, EmailBackend):
        _kept.line = Line(backend, _for_whom())
    return _kept.line is not None and _kept.line.backend is backend


def _for_whom() -> tuple[object, ...]:
    """A process that was forked, and settings that were changed, want a line of their own."""
    names = ("EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "EMAIL_HOST_USER", "EMAIL_USE_TLS", "EMAIL_TIMEOUT")
    return (os.getpid(), *(getattr(settings, name) for name in names))


def _silent(backend: EmailBackend) -> bool:
    """Nothing was asked, so whatever there is to hear is the end."""
    server = backend.connection
    if server is None or server.sock is None:
        return False
    ear = select.poll()
    ear.register(server.sock, select.POLLIN)
    return not ear.poll(0)


def _still_there(backend: EmailBackend) -> bool:
    server = backend.connection
    if server is None or server.sock is None:
        return False
    try:
        server.sock.settimeout(STILL_THERE_SECONDS)
        there: bool = server.noop()[0] == _SAID_YES
        if there:
            server.sock.settimeout(backend.timeout)
    except (OSError, smtplib.SMTPException):
        return False
    return there


def _leave(backend: EmailBackend, pid: int) -> None:
    """What a child inherits is its parent's: it lets go of it without a word."""
    if os.getpid() == pid:
        _end(backend)
    elif backend.connection is not None:
        backend.connection.close()


def _end(backend: BaseEmailBackend) -> None:
    """A server that fails to say goodbye has still said what it said before."""
    if _kept.line is not None and _kept.line.backend is backend:
        _kept.line = None
    try:
        backend.close()
    except (OSError, smtplib.SMTPException):
        return
