"""How `make run` refuses."""

import os
import socket
import subprocess
import sys

from mash.local.home import ROOT, free_port
from mash.local.run import _refusal


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
