"""Starting, watching and ending the services' processes."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

# Children of this process, so that one that ends is buried and not mistaken for a living one.
_children: dict[int, "subprocess.Popen[bytes]"] = {}


class CouldNotStart(RuntimeError):
    """A service did not come up; the message says why and where its log is."""


def start(command: list[str], *, log: Path, uid: int | None = None, gid: int | None = None) -> int:
    """Start a process in a session of its own, so that Ctrl-C is not sent to it; returns its id."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )
    _children[child.pid] = child
    return child.pid


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and only waits to be buried does not."""
    child = _children.get(pid)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return not _is_zombie(pid)


def end(pid: int, number: signal.Signals, *, within: float) -> None:
    """Ask a process to end, wait `within` seconds, then insist."""
    _signal(pid, number)
    if not wait_until(lambda: not alive(pid), within=within):
        _signal(pid, signal.SIGKILL)
        wait_until(lambda: not alive(pid), within=5)
    _children.pop(pid, None)


def wait_until(met: Callable[[], bool], *, within: float) -> bool:
    """Look again and again, up to `within` seconds, until `met`."""
    deadline = time.monotonic() + within
    while not met():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def pid_in(path: Path) -> int | None:
    """The process id on the first line of a file, if it holds one."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def tail(log: Path, lines: int = 8) -> str:
    """The end of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _is_zombie(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] == "Z"
