"""Running the commands of the set-up, so that stopping the set-up stops them too."""

import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from mash.local.home import ROOT


class Failed(RuntimeError):
    """A command of the set-up ended badly; the message is for the person who started it."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(command: Sequence[str], *, environment: Mapping[str, str] | None = None, quiet: bool = True) -> None:
    """Run to the end from the project's root; its output is shown only if it fails. Raises Failed."""
    output = subprocess.PIPE if quiet else None
    child = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        start_new_session=True,
    )
    try:
        told, _ = child.communicate()
    except BaseException:
        _end_group(child)
        raise
    if child.returncode:
        raise Failed(f"`{shlex.join(command)}` ended with {child.returncode}.\n{(told or '')[-6000:]}")


def _end_group(child: "subprocess.Popen[str]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, number)
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            return
