"""What is killed is gone with everything it started, and comes back with what it had been told."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from mash.local import redis_url
from mash.local.home import Home
from mash.local.processes import alive, wait_until
from mash.performance.chaos.parts import Broker, Program

PARENT = """
import subprocess, sys, time, pathlib
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
time.sleep(60)
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    note = tmp_path / "child"
    made = Program("p", [sys.executable, "-c", PARENT, str(note)], dict(os.environ), tmp_path / "log")
    yield made
    made.kill()


def grandchild(program: Program) -> int:
    note = Path(program.command[-1])
    assert wait_until(lambda: note.exists() and note.read_text() != "", within=20)
    return int(note.read_text())


def test_it_kills_what_the_program_started_too(program: Program) -> None:
    program.start()
    child = grandchild(program)
    program.kill()
    assert not program.runs()
    assert wait_until(lambda: not alive(child), within=5)


def test_it_ends_what_the_program_started_too(program: Program) -> None:
    program.start()
    child = grandchild(program)
    begun = time.monotonic()
    program.end()
    assert time.monotonic() - begun < 10
    assert wait_until(lambda: not alive(child), within=5)


def test_it_starts_a_program_again_but_never_twice(program: Program) -> None:
    program.start()
    first = program.running
    program.start()
    assert program.running is first
    program.kill()
    program.start()
    assert program.runs()
    assert program.running is not first


def test_the_broker_remembers_across_its_death(tmp_path: Path) -> None:
    broker = Broker(Home(folder=tmp_path / "home", durable=True))
    try:
        broker.start()
        with redis.Redis.from_url(redis_url(home=broker.home)) as talk:
            talk.rpush("celery", "a task")
        broker.kill()
        assert not broker.runs()
        broker.start()
        assert broker.runs()
        with redis.Redis.from_url(redis_url(home=broker.home)) as talk:
            assert talk.lrange("celery", 0, -1) == [b"a task"]
    finally:
        broker.end()
    assert not broker.runs()
