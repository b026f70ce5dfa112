"""Databases for tests: a template, migrated once for each state of the code, and a clone of it for each process.

Several people may run pytest in one checkout at once. Templates are made under one lock; a clone carries its process
id in its name, and clones whose process is gone are dropped by whoever comes next.
"""

import hashlib
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import psycopg2
from django.core.management import call_command, get_commands
from django.db import connections
from psycopg2.extensions import connection as Connection  # noqa: N812
from psycopg2.extensions import cursor as Cursor  # noqa: N812

from mash import local
from mash.local.home import ROOT
from mash.local.locks import locked
from mash.local.processes import alive

APP_ROLE = "mash_app"
TEMPLATE = "mash_template_"
CLONE = "mash_test_"
TEMPLATES_KEPT = 3
# What decides how a new database looks: migrations, grants (worked out from the models), reference data, libraries.
SHAPED_BY = ("requirements.txt", "mash/settings/base.py", "mash/audit/grants.py", "thresholds/services/frameworks.py")
SHAPED_BY_IN_APPS = (
    "**/models.py",
    "**/models/**/*.py",
    "**/migrations/*.py",
    "**/commands/migrate.py",
    "**/commands/load_frameworks.py",
    "**/commands/load_limits.py",
    "limits.json",
    "presets/**/*",
)
OURS = ("mash", "accounts", "thresholds", "referrals", "conferences")


@dataclass(frozen=True)
class Clone:
    """This process's own database, and what is needed to make it again."""

    login: dict[str, Any]
    name: str
    template: str
    empty: list[str] = field(default_factory=list)
    reference: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    def use(self) -> None:
        """From here on every connection, in any thread, is to the clone and acts as the application's role."""
        connections.close_all()
        default = connections["default"].settings_dict
        default["NAME"] = self.name
        default["OPTIONS"] = {**default["OPTIONS"], "options": f"-c role={APP_ROLE}"}

    def renew(self) -> None:
        """Whatever was committed in the clone is gone, and the reference data is as it was."""
        connections.close_all()
        if not self._swept():
            with _server(self.login) as server:
                _drop(server, self.name)
                _copy(server, self.template, self.name)

    def _swept(self) -> bool:
        """Empty what was empty at first; not possible when somebody holds a lock or changed the reference data."""
        with closing(psycopg2.connect(self.owner_url())) as own, own.cursor() as cursor:
            try:
                cursor.execute("SET LOCAL lock_timeout = '2s'; SET LOCAL session_replication_role = replica")
                cursor.execute("".join(f'DELETE FROM "{table}";' for table in self.empty))
                own.commit()
            except psycopg2.Error:
                return False
            return _fingerprints(cursor, self.reference) == self.reference

    def drop(self) -> None:
        """Leave nothing behind."""
        connections.close_all()
        with _server(self.login) as server:
            _drop(server, self.name)

    def url(self) -> str:
        """For a process that a test starts: it acts as the application's role too."""
        return f"{_address(self.login)}/{self.name}?options=-c%20role%3D{APP_ROLE}"

    def owner_url(self) -> str:
        """For a process that a test starts and that needs the owner: migrations, synthetic data."""
        return f"{_address(self.login)}/{self.name}"


def clone() -> Clone:
    """A database like a freshly migrated one."""
    default = connections["default"].settings_dict
    login = {key: default[key] for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")}
    made = Clone(login, f"{CLONE}{int(time.time()):x}_{os.getpid()}", TEMPLATE + state_of_the_code())
    with _server(login) as server, locked(local.TEST.lock("databases")):
        _drop_left_over(server)
        if made.template not in _names(server):
            _build(server, made.template)
        _copy(server, made.template, made.name)
    with closing(psycopg2.connect(made.owner_url())) as own, own.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        found = _fingerprints(cursor, [row[0] for row in cursor.fetchall()])
    empty = [table for table, (count, _) in found.items() if not count]
    return replace(made, empty=empty, reference={table: found[table] for table in found if table not in empty})


def _fingerprints(cursor: Cursor, tables: Iterable[str]) -> dict[str, tuple[Any, ...]]:
    """How many rows each table holds, and a sum over what is in them."""
    found = {}
    for table in tables:
        cursor.execute(f'SELECT count(*), sum(hashtextextended(each::text, 0)) FROM "{table}" AS each')
        found[table] = cursor.fetchone() or ()
    return found


def state_of_the_code() -> str:
    """A short hash of every file that shapes a new database."""
    digest = hashlib.sha256(APP_ROLE.encode())
    named = [ROOT / name for name in SHAPED_BY]
    found = [path for app in OURS for pattern in SHAPED_BY_IN_APPS for path in (ROOT / app).glob(pattern)]
    for path in sorted({path for path in (*named, *found) if path.is_file() and path.suffix != ".pyc"}):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def _build(server: Connection, template: str) -> None:
    """Under another name until it is whole."""
    building = f"mash_building_{os.getpid()}"
    _drop(server, building)
    _execute(server, f"CREATE DATABASE {building}")
    _ensure_role(server)
    connections.close_all()
    connections["default"].settings_dict["NAME"] = building
    call_command("migrate", verbosity=0, interactive=False)
    if "load_frameworks" in get_commands():
        call_command("load_frameworks", verbosity=0)
    if "load_limits" in get_commands():
        call_command("load_limits", verbosity=0)
    connections.close_all()
    _execute(server, f"ALTER DATABASE {building} RENAME TO {template}")
    for old in _names(server, TEMPLATE)[:-TEMPLATES_KEPT]:
        _drop(server, old)


def _ensure_role(server: Connection) -> None:
    """The embedded server has the role; on another one the owner of the tests may make it."""
    _execute(
        server,
        f"DO $$ BEGIN IF to_regrole('{APP_ROLE}') IS NULL THEN"
        f" CREATE ROLE {APP_ROLE} LOGIN; GRANT {APP_ROLE} TO CURRENT_USER; END IF; END $$",
    )


def _drop_left_over(server: Connection) -> None:
    """Clones are named after the time and the process; only this machine's can be looked at, so wait out the rest."""
    for name in _names(server, CLONE):
        begun, pid = name.removeprefix(CLONE).split("_")
        if not alive(int(pid)) or time.time() - int(begun, 16) > 6 * 3600:
            _drop(server, name)


def _copy(server: Connection, template: str, name: str) -> None:
    _execute(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    # The one right that `mash.audit.grants` takes from the database itself, which a copy does not inherit.
    _execute(server, f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC")


def _drop(server: Connection, name: str) -> None:
    _execute(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def _names(server: Connection, prefix: str = "") -> list[str]:
    """Databases, the oldest first."""
    with server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s) ORDER BY oid", [prefix])
        return [row[0] for row in cursor.fetchall()]


def _execute(server: Connection, statement: str) -> None:
    with server.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def _server(login: dict[str, Any]) -> Iterator[Connection]:
    with closing(psycopg2.connect(f"{_address(login)}/{login['NAME']}")) as server:
        server.autocommit = True
        yield server


def _address(login: dict[str, Any]) -> str:
    return f"postgres://{login['USER']}:{login['PASSWORD']}@{login['HOST']}:{login['PORT'] or 5432}"
