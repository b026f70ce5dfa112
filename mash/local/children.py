"""The processes that `make run` keeps alive: started, watched, started again, and ended to the last one."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STEADY_SECONDS = 10.0
LONGEST_WAIT = 10.0
# A process that somebody killed did nothing wrong, so it comes back soon.
LONGEST_WAIT_AFTER_A_SIGNAL = 1.0
SECONDS_TO_FINISH = 20.0


@dataclass
class Child:
    """One kind of process, in a session of its own together with whatever it starts."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    say: Callable[[str], None]
    pid: int | None = None
    begun: float = 0.0
    deaths: int = 0
    due: float = field(default=0.0)

    def start(self) -> None:
        """Start it; its output goes to a log of its own."""
        with open(self.log, "ab", opener=_private) as log:
            started = subprocess.Popen(
                self.command,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_the_parent,  # noqa: PLW1509 - one thread only
            )
        # The supervisor buries its children itself, whoever their first parent was.
        started.returncode = 0
        self.pid, self.begun = started.pid, time.monotonic()
        self._pid_file.write_text(str(started.pid))

    def died(self, status: int) -> None:
        """Take whatever it started with it, and plan when to start it again."""
        self.kill_group()
        code = os.waitstatus_to_exitcode(status)
        steady = time.monotonic() - self.begun > STEADY_SECONDS
        self.deaths = 1 if steady else self.deaths + 1
        longest = LONGEST_WAIT_AFTER_A_SIGNAL if code < 0 else LONGEST_WAIT
        wait = min(0.1 * 2**self.deaths, longest)
        self.due = time.monotonic() + wait
        self.pid = None
        how = f"signal {-code}" if code < 0 else f"code {code}"
        self.say(f"{self.name} ended ({how}); starting it again in {wait:.1f} s. Its log: {self.log}")

    def ask_to_end(self) -> None:
        """Let it finish what it is doing."""
        if self.pid is not None:
            _quietly(os.kill, self.pid, signal.SIGTERM)

    def kill_group(self) -> None:
        """Nothing of it may stay."""
        if self.pid is not None:
            _quietly(os.killpg, self.pid, signal.SIGKILL)
        self._pid_file.unlink(missing_ok=True)

    @property
    def log(self) -> Path:
        return self.folder / "log" / f"{self.name}.log"

    @property
    def _pid_file(self) -> Path:
        return self.folder / "run" / f"{self.name}.pid"


@dataclass
class Family:
    """All of the children."""

    children: list[Child]

    def tend(self) -> None:
        """Bury the dead and start again whoever is due."""
        for pid, status in _dead():
            for child in self.children:
                if child.pid == pid:
                    child.died(status)
        for child in self.children:
            if child.pid is None and time.monotonic() >= child.due:
                child.start()

    def end(self) -> None:
        """Ask all of them to end, wait, and then insist."""
        for child in self.children:
            child.ask_to_end()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        while any(child.pid for child in self.children) and time.monotonic() < deadline:
            self._bury()
            time.sleep(0.05)
        for child in self.children:
            child.kill_group()
        self._bury()

    def _bury(self) -> None:
        for pid, _ in _dead():
            for child in self.children:
                if child.pid == pid:
                    child.kill_group()
                    child.pid = None


def adopt_orphans() -> None:
    """On Linux, processes whose parent was killed become ours, so that we bury them."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


_SET_CHILD_SUBREAPER = 36
_SET_PARENT_DEATH_SIGNAL = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_the_parent() -> None:
    """If the supervisor is killed outright, its children are told to end."""
    if _libc is not None:
        _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM, 0, 0, 0)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _dead() -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if pid == 0:
            return found
        found.append((pid, status))


def _quietly(act: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        act(pid, number)
    except ProcessLookupError:
        return
