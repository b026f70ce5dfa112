"""How `make run` refuses."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from mash.local.home import ROOT, free_port
from mash.local.run import _folders, _refusal


def test_it_says_that_a_port_is_taken_and_ends_with_2() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "mash.local.run"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_it_says_which_port_is_taken_and_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refusal = _refusal(first=True, port=port)
    assert refusal == f"Port {port} is taken by another program. Stop that, or choose another: make run PORT={port + 1}"


def test_it_says_that_it_runs_already() -> None:
    assert "already running" in (_refusal(first=False, port=free_port()) or "")


def test_it_refuses_nothing_else() -> None:
    assert _refusal(first=True, port=free_port()) is None


def test_it_keeps_mail_and_logs_to_whoever_runs_it_and_the_way_to_the_database_open(tmp_path: Path) -> None:
    """An older release left them open to all; the database's own system user has to come through the home."""
    home = tmp_path / "home"
    (home / "mail").mkdir(parents=True)
    (home / "mail").chmod(0o755)
    home.chmod(0o755)
    _folders(home)
    modes = {path.name: path.stat().st_mode & 0o777 for path in (home, *home.iterdir())}
    assert modes == {"home": 0o755, "run": 0o755, "log": 0o700, "mail": 0o700}
