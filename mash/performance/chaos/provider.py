"""The mail provider: counts what it took, by Message-ID, and is as slow as real ones are."""

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from typing import Any

from aiosmtpd.controller import Controller
from django.utils import timezone

from mash.local.home import free_port

# Seconds, at most: before it has taken a message, and from then until it says so. Whoever dies in the second stretch
# leaves behind what will be sent twice.
BEFORE = 0.08
AFTER = 0.16


class Provider:
    """Takes everything; `arrivals` are the moments at which each message was taken."""

    def __init__(self, *, seed: int) -> None:
        self.port = free_port()
        self.arrivals: dict[str, list[datetime]] = defaultdict(list)
        self._rng = random.Random(seed)  # noqa: S311 - chance, not secrecy

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by aiosmtpd for each message; ended by it when whoever sends has gone."""
        await asyncio.sleep(self._rng.uniform(0, BEFORE))
        headers = message_from_bytes(bytes(envelope.content or b""))
        self.arrivals[str(headers["Message-ID"])].append(timezone.now())
        await asyncio.sleep(self._rng.uniform(0, AFTER))
        return "250 Taken"


@contextmanager
def listening(*, seed: int) -> Iterator[Provider]:
    """A provider on a free port of the loopback address."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd's, which tells every word of every talk
    provider = Provider(seed=seed)
    controller = Controller(provider, hostname="127.0.0.1", port=provider.port, ready_timeout=30)
    controller.start()
    try:
        yield provider
    finally:
        controller.stop()
