"""Where the embedded services keep their data, their ports and their passwords."""

import json
import os
import random
import secrets
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal

from mash.local.locks import locked

ROOT = Path(__file__).resolve().parent.parent.parent
# Below the range from which systems take ports for outgoing connections, so that ours are still free tomorrow.
PORTS = range(20000, 30000)
UNREADABLE = "postgres://127.0.0.1:5432/mash"


@dataclass(frozen=True, slots=True)
class Notes:
    """What is chosen once for a home and then kept."""

    postgres_port: int
    postgres_password: str
    owner_password: str
    app_password: str
    redis_port: int
    redis_password: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class Home:
    """One folder of embedded services; `durable` ones survive a power cut, the others are quick and for tests."""

    folder: Path
    durable: bool

    @property
    def postgres(self) -> Path:
        return self.folder / "postgres"

    @property
    def redis(self) -> Path:
        return self.folder / "redis"

    def lock(self, name: str) -> Path:
        return self.folder / f"{name}.lock"

    def notes(self) -> Notes:
        """The ports and passwords of this home, chosen now if this is the first time. Raises OSError if it cannot."""
        try:
            return self._read()
        except FileNotFoundError:
            self.folder.mkdir(parents=True, exist_ok=True)
            with locked(self.lock("notes")):
                if not self._file.exists():
                    self._write(_new_notes())
                return self._read()

    def move(self, service: Literal["postgres", "redis"]) -> Notes:
        """Choose another port for a service whose port somebody else has taken."""
        port = free_port()
        notes = self.notes()
        moved = replace(notes, postgres_port=port) if service == "postgres" else replace(notes, redis_port=port)
        self._write(moved)
        return moved

    @property
    def _file(self) -> Path:
        return self.folder / "services.json"

    def _read(self) -> Notes:
        return Notes(**json.loads(self._file.read_text()))

    def _write(self, notes: Notes) -> None:
        part = self._file.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(notes), indent=1))
        part.replace(self._file)


MAIN = Home(folder=ROOT / ".local", durable=True)
TEST = Home(folder=ROOT / ".local" / "test", durable=False)


def database_url(role: Literal["app", "owner"] = "app", *, home: Home = MAIN) -> str:
    """Where the embedded database is, for one of its two roles; starts nothing."""
    try:
        notes = home.notes()
    except OSError:
        return UNREADABLE
    password = notes.app_password if role == "app" else notes.owner_password
    return f"postgres://mash_{role}:{password}@127.0.0.1:{notes.postgres_port}/mash"


def redis_url(*, home: Home = MAIN) -> str:
    """Where the embedded Redis is; starts nothing."""
    try:
        notes = home.notes()
    except OSError:
        return "redis://127.0.0.1:6379/0"
    return f"redis://:{notes.redis_password}@127.0.0.1:{notes.redis_port}/0"


def secret_key(*, home: Home = MAIN) -> str:
    """A random key kept with the home; where nothing can be kept, one that lasts as long as this process."""
    try:
        return home.notes().secret_key
    except OSError:
        return secrets.token_urlsafe(50)


def free_port() -> int:
    """A port on the loopback address that nobody listens on now."""
    for port in random.SystemRandom().sample(PORTS, 200):
        if is_free(port):
            return port
    raise OSError("no free port found on 127.0.0.1")


def is_free(port: int) -> bool:
    """Whether a server could listen on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _new_notes() -> Notes:
    postgres, redis = free_port(), free_port()
    while redis == postgres:
        redis = free_port()
    passwords = [secrets.token_urlsafe(24) for _ in range(4)]
    return Notes(
        postgres_port=postgres,
        postgres_password=passwords[0],
        owner_password=passwords[1],
        app_password=passwords[2],
        redis_port=redis,
        redis_password=passwords[3],
        secret_key=secrets.token_urlsafe(50),
    )
