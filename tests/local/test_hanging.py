"""A test that hangs fails the run and says where, however many processes run the others."""

import subprocess
import sys
from pathlib import Path

import pytest

from mash.local.home import ROOT

HANGS = """
import threading
import pytest

@pytest.fixture
def stuck():
    yield
    threading.Event().wait()

def test_it_leaves_something_that_never_ends(stuck):
    pass

@pytest.mark.parametrize("number", range(6))
def test_it_is_one_of_the_others(number):
    pass
"""


@pytest.mark.slow
def test_what_hangs_is_named_and_the_run_fails(tmp_path: Path) -> None:
    (tmp_path / "test_hangs.py").write_text(HANGS)
    ours = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), "-n", "2", "--dist", "loadgroup"]
    command = [sys.executable, "-m", "pytest", *ours, "-o", "faulthandler_timeout=2", str(tmp_path)]
    run = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "in stuck" in run.stderr
    assert "crashed while running 'test_hangs.py::test_it_leaves_something_that_never_ends'" in run.stdout


def test_each_test_has_a_limit(pytestconfig: pytest.Config) -> None:
    assert 0 < float(pytestconfig.getini("faulthandler_timeout")) <= 1800
    assert pytestconfig.getini("faulthandler_exit_on_timeout") is True
