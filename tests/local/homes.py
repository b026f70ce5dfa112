"""Homes for embedded services that a test may start, kill and throw away."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis
from psycopg2.extensions import connection as Connection  # noqa: N812

from mash.local import Home, database_url, redis_url
from mash.local.services import leave


@contextmanager
def home(*, durable: bool = False, open_to_all: bool = True) -> Iterator[Home]:
    """A new home, stopped and removed at the end."""
    top = Path(tempfile.mkdtemp())
    top.chmod(0o755 if open_to_all else 0o700)
    made = Home(folder=top / ".local", durable=durable)
    try:
        yield made
    finally:
        leave(made)
        elsewhere = made.postgres.resolve()
        shutil.rmtree(top)
        shutil.rmtree(elsewhere, ignore_errors=True)


def connect(made: Home, role: str) -> Connection:
    """Sign in to the home's database."""
    return psycopg2.connect(database_url(role, home=made))


def broker(made: Home) -> redis.Redis:
    """The home's Redis."""
    return redis.Redis.from_url(redis_url(home=made))
