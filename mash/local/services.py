"""Starting the embedded services once for everybody, and stopping them when nobody uses them any more."""

import atexit
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mash.local import postgres, redis
from mash.local.home import MAIN, Home
from mash.local.locks import locked, locked_if_free, share


@dataclass(frozen=True, slots=True)
class Use:
    """This process's share in a home's services; forked children inherit it and must not give it back."""

    home: Home
    descriptor: int
    pid: int


@dataclass(frozen=True, slots=True)
class Service:
    """How to look at one service and how to start it, and the variables that name a server to use instead."""

    name: str
    replaced_by: tuple[str, ...]
    pid: Callable[[Home], int | None]
    is_up: Callable[[Home], bool]
    ensure: Callable[[Home], None]


_uses: dict[Home, Use] = {}


def ensure_services(*, home: Home = MAIN) -> None:
    """Start the embedded PostgreSQL and Redis that no environment variable replaces, unless they run already.

    Safe to call from any number of processes at once, and cheap when they are up. They stay up until the last
    process that called this has ended. Raises CouldNotStart.
    """
    wanted = _wanted(home)
    if not wanted:
        return
    _join(home)
    if not all(service.is_up(home) for service in wanted):
        with locked(home.lock("start")):
            for service in wanted:
                service.ensure(home)


def down(home: Home = MAIN) -> list[str]:
    """The names of the embedded services that are wanted and do not run."""
    return [service.name for service in _wanted(home) if not service.is_up(home)]


def note_pids(folder: Path, home: Home = MAIN) -> None:
    """Write each wanted service's process id where those of the other processes are."""
    for service in _wanted(home):
        (folder / f"{service.name}.pid").write_text(str(service.pid(home)))


def leave(home: Home = MAIN) -> None:
    """Give back this process's share; whoever was the last one stops the services."""
    use = _uses.pop(home, None)
    if use is None or use.pid != os.getpid():
        return
    os.close(use.descriptor)
    stop_if_unused(home)


def stop_if_unused(home: Home = MAIN) -> bool:
    """Stop the services unless some process still uses them; says which it was."""
    with locked_if_free(home.lock("users")) as nobody_else:
        if nobody_else:
            redis.stop(home)
            postgres.stop(home)
        return nobody_else


def _wanted(home: Home) -> list[Service]:
    """The services which no environment variable replaces with a real server."""
    return [service for service in _services(home) if not any(map(os.environ.get, service.replaced_by))]


def _services(home: Home) -> tuple[Service, Service]:
    """PostgreSQL and Redis, as this home has them; tests may be given servers of their own."""
    database = ("DATABASE_URL",) if home.durable else ("TEST_DATABASE_URL", "DATABASE_OWNER_URL")
    broker = ("REDIS_URL",) if home.durable else ("TEST_REDIS_URL", "REDIS_URL")
    return (
        Service(name="postgres", replaced_by=database, pid=postgres.pid, is_up=postgres.is_up, ensure=postgres.ensure),
        Service(name="redis", replaced_by=broker, pid=redis.pid, is_up=redis.is_up, ensure=redis.ensure),
    )


def _join(home: Home) -> None:
    use = _uses.get(home)
    if use is None or use.pid != os.getpid():
        _uses[home] = Use(home=home, descriptor=share(home.lock("users")), pid=os.getpid())
        atexit.register(leave, home)
