"""What is killed: each part in a session of its own, with everything it started, and started again at once."""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mash.local import processes, redis
from mash.local.home import ROOT, Home
from mash.local.locks import locked

SECONDS_TO_END = 20.0


class Part(Protocol):
    """One process with its children, or one server."""

    @property
    def name(self) -> str: ...

    def start(self) -> None:
        """Start it, unless it runs."""

    def kill(self) -> None:
        """Kill -9, the whole group; it has ended when this returns."""

    def runs(self) -> bool:
        """Whether it has not ended."""

    def end(self) -> None:
        """End it for good, and everything it started."""


@dataclass
class Program:
    """One of the product's own processes."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    running: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        if self.runs():
            return
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def runs(self) -> bool:
        return self.running is not None and self.running.poll() is None

    def kill(self) -> None:
        if self.running is not None:
            kill_group(self.running.pid)
            self.running.wait()

    def ask_to_end(self) -> None:
        """Let it finish what it is doing."""
        if self.running is not None and self.runs():
            self.running.terminate()

    def end(self) -> None:
        self.ask_to_end()
        if self.running is not None:
            try:
                self.running.wait(timeout=SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                pass
        self.kill()


@dataclass
class Broker:
    """A Redis of its own, which keeps what it was told across its death."""

    home: Home
    name: str = "broker"

    def start(self) -> None:
        with locked(self.home.lock("start")):
            redis.ensure(self.home)

    def runs(self) -> bool:
        pid = redis.pid(self.home)
        return pid is not None and processes.alive(pid)

    def kill(self) -> None:
        pid = redis.pid(self.home)
        if pid is not None:
            kill_group(pid)
            processes.end(pid, signal.SIGKILL, within=5)

    def end(self) -> None:
        redis.stop(self.home)


def kill_group(pid: int) -> None:
    """Kill -9 a process that leads its group, and the group."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return
