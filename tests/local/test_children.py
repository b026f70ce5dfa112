"""The processes that `make run` tends; the supervisor is a process here, for it buries every child it has."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash.local.home import ROOT
from mash.local.processes import alive, pid_in, wait_until

SUPERVISOR = """
import os, sys
from pathlib import Path
from mash.local.alarm import Alarm
from mash.local.children import Child, Family, adopt_orphans
folder = Path(sys.argv[1])
parent = [sys.executable, "-c", '''
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
open(sys.argv[1], "w").write(str(child.pid))
child.wait()
''', str(folder / "run" / "grandchild.pid")]
def say(text):
    print(text, flush=True)
adopt_orphans()
alarm = Alarm()
family = Family([Child("web", parent, dict(os.environ), folder, say)])
while not alarm.told_to_stop(within=1.0):
    family.tend()
family.end()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("run", "log"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def supervisor(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", SUPERVISOR, str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        os.kill(running.pid, signal.SIGCHLD)
        yield running
        running.kill()
    for left in (folder / "run").iterdir():
        pid = pid_in(left)
        if pid is not None and alive(pid):
            os.kill(pid, signal.SIGKILL)


def test_it_starts_again_what_was_killed_and_leaves_nothing_of_it(
    supervisor: "subprocess.Popen[str]", folder: Path
) -> None:
    first, below = _pids(folder)
    assert (folder / "log" / "web.log").stat().st_mode & 0o777 == 0o600
    os.kill(first, signal.SIGKILL)
    assert supervisor.stdout is not None
    assert "web ended (signal 9); starting it again in 0.2 s" in supervisor.stdout.readline()
    assert wait_until(lambda: not alive(below), within=5), "what it had started went with it"
    assert wait_until(lambda: pid_in(folder / "run" / "web.pid") not in (None, first), within=5)


def test_it_ends_all_of_them_when_told(supervisor: "subprocess.Popen[str]", folder: Path) -> None:
    pids = _pids(folder)
    supervisor.send_signal(signal.SIGTERM)
    supervisor.wait(timeout=30)
    assert not any(map(alive, pids))
    assert not (folder / "run" / "web.pid").exists()


if sys.platform == "linux":

    def test_it_does_not_leave_them_behind_when_it_is_killed_itself(
        supervisor: "subprocess.Popen[str]", folder: Path
    ) -> None:
        first, _ = _pids(folder)
        supervisor.kill()
        assert wait_until(lambda: not alive(first), within=5)


def _pids(folder: Path) -> tuple[int, int]:
    """The child and what it started, once both are there."""
    files = [folder / "run" / f"{name}.pid" for name in ("web", "grandchild")]
    assert wait_until(lambda: all(pid_in(path) for path in files), within=20)
    found = [pid_in(path) or 0 for path in files]
    return found[0], found[1]
