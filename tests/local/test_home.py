"""What is chosen once and kept: ports, passwords and the key."""

import stat
from pathlib import Path

import pytest

from mash.local import Home, database_url, redis_url, secret_key
from mash.local.home import free_port, is_free


@pytest.fixture
def made(tmp_path: Path) -> Home:
    return Home(folder=tmp_path / ".local", durable=True)


@pytest.fixture
def closed(tmp_path: Path) -> Home:
    """A folder that cannot be made, whoever asks."""
    (tmp_path / "file").touch()
    return Home(folder=tmp_path / "file" / ".local", durable=True)


def test_it_keeps_one_key_that_others_cannot_read(made: Home) -> None:
    assert secret_key(home=made) == secret_key(home=made)
    assert len(secret_key(home=made)) >= 50
    mode = (made.folder / "services.json").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_it_gives_each_home_its_own_ports_and_passwords(made: Home, tmp_path: Path) -> None:
    other = Home(folder=tmp_path / "other", durable=True)
    assert database_url(home=made) != database_url(home=other)
    assert redis_url(home=made) != redis_url(home=other)
    assert made.notes().postgres_port != made.notes().redis_port


def test_it_gives_the_two_roles_different_passwords(made: Home) -> None:
    notes = made.notes()
    assert len({notes.postgres_password, notes.owner_password, notes.app_password, notes.redis_password}) == 4


def test_it_does_without_a_folder_where_none_can_be_made(closed: Home) -> None:
    assert database_url(home=closed) == "postgres://127.0.0.1:5432/mash"
    assert redis_url(home=closed) == "redis://127.0.0.1:6379/0"
    assert secret_key(home=closed) != secret_key(home=closed)


def test_it_finds_a_free_port() -> None:
    assert is_free(free_port())
