"""The embedded services on a machine of their own: started once, kept while used, gone afterwards."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2.errors
import pytest

from mash.local import Home, database_url, ensure_services, postgres, redis_url
from mash.local import redis as embedded_redis
from mash.local.home import ROOT
from mash.local.processes import alive, wait_until
from mash.local.services import down, leave
from tests.local import homes

USER = """
import sys, time
from pathlib import Path
from mash.local import Home, ensure_services, postgres, redis
home = Home(folder=Path(sys.argv[1]), durable=False)
ensure_services(home=home)
print(postgres.pid(home), redis.pid(home), flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def nothing_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "TEST_DATABASE_URL", "TEST_REDIS_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def started() -> Iterator[Home]:
    with homes.home() as made:
        ensure_services(home=made)
        yield made


def test_it_gives_an_owner_and_a_role_that_owns_nothing(started: Home) -> None:
    with closing(homes.connect(started, "owner")) as owner, owner.cursor() as cursor:
        cursor.execute("CREATE TABLE child (name text)")
        cursor.execute("SELECT rolcreatedb, rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (True, False)
    with (
        closing(homes.connect(started, "app")) as app,
        app.cursor() as cursor,
        pytest.raises(psycopg2.errors.InsufficientPrivilege),
    ):
        cursor.execute("CREATE TABLE anything (name text)")


def test_it_lets_nobody_in_without_the_password(started: Home) -> None:
    port = started.notes().postgres_port
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(f"postgres://mash_owner:guess@127.0.0.1:{port}/mash")


def test_it_listens_on_the_loopback_address_alone(started: Home) -> None:
    with closing(homes.connect(started, "owner")) as owner, owner.cursor() as cursor:
        cursor.execute("SHOW listen_addresses")
        assert cursor.fetchone() == ("127.0.0.1",)


def test_it_costs_next_to_nothing_when_they_are_up(started: Home) -> None:
    took = []
    for _ in range(10):
        begun = time.perf_counter()
        ensure_services(home=started)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.1, "whatever else the machine does only adds to it"


def test_it_starts_one_of_each_however_many_ask_at_once() -> None:
    with homes.home() as made:
        users = [_user(made) for _ in range(4)]
        told = {user.stdout.readline() for user in users if user.stdout}
        assert len(told) == 1
        pids = [int(pid) for pid in told.pop().split()]
        for user in users[:-1]:
            user.communicate("")
        assert all(map(alive, pids)), "somebody still uses them"
        users[-1].communicate("")
        assert not any(map(alive, pids)), "the last one out stops them"


def test_it_stops_them_for_whoever_comes_after_a_process_that_was_killed() -> None:
    with homes.home() as made:
        user = _user(made)
        assert user.stdout is not None
        pids = [int(pid) for pid in user.stdout.readline().split()]
        user.kill()
        user.communicate()
        assert all(map(alive, pids))
        ensure_services(home=made)
        leave(made)
        assert not any(map(alive, pids))


def test_it_keeps_what_was_written_when_they_are_killed() -> None:
    with homes.home(durable=True) as made:
        ensure_services(home=made)
        with closing(homes.connect(made, "owner")) as owner, owner.cursor() as cursor:
            cursor.execute("CREATE TABLE owed (what text); INSERT INTO owed VALUES ('a letter')")
            owner.commit()
        with homes.broker(made) as broker:
            broker.set("owed", "a letter")
        for pid in (postgres.pid(made), embedded_redis.pid(made)):
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda: down(made) == ["postgres", "redis"], within=5)
        ensure_services(home=made)
        with closing(homes.connect(made, "owner")) as owner, owner.cursor() as cursor:
            cursor.execute("SELECT what FROM owed")
            assert cursor.fetchone() == ("a letter",)
        with homes.broker(made) as broker:
            assert broker.get("owed") == b"a letter"


def test_it_moves_when_somebody_else_has_taken_a_port() -> None:
    with homes.home() as made:
        before = made.notes()
        with socket.create_server(("127.0.0.1", before.postgres_port)):
            ensure_services(home=made)
            assert made.notes().postgres_port != before.postgres_port
            homes.connect(made, "app").close()


def test_it_makes_a_test_home_again_when_its_data_is_spoiled() -> None:
    with homes.home() as made:
        ensure_services(home=made)
        leave(made)
        (made.postgres / "data" / "global" / "pg_control").write_bytes(b"nonsense")
        ensure_services(home=made)
        homes.connect(made, "app").close()


def test_it_starts_nothing_that_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/mash")
    monkeypatch.setenv("REDIS_URL", "redis://broker.example/0")
    with homes.home(durable=True) as made:
        ensure_services(home=made)
        assert not made.folder.exists()


def test_it_starts_nothing_when_asked_for_an_address() -> None:
    with homes.home() as made:
        assert database_url("app", home=made).startswith("postgres://mash_app:")
        assert redis_url(home=made).startswith("redis://:")
        assert not made.postgres.exists()
        assert not made.redis.exists()


if os.geteuid() == 0:

    def test_it_goes_where_it_can_when_root_works_in_a_closed_folder(capfd: pytest.CaptureFixture[str]) -> None:
        with homes.home(open_to_all=False) as made:
            ensure_services(home=made)
            homes.connect(made, "app").close()
            assert made.postgres.is_symlink()
            assert made.folder.parent.stat().st_mode & 0o777 == 0o700, "nobody opened the folder"
            assert str(made.postgres.resolve()) in capfd.readouterr().err


def _user(made: Home) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(made.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
