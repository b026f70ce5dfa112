"""Databases of their own to measure in: made by the owner, filled by `synth`, used with the application's rights."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg2
from django.conf import settings
from django.core.management import call_command
from django.db import connections

PREFIX = "mash_bench_"
TRIES_TO_DROP = 20


@contextmanager
def filled(sizes: tuple[int, ...], *, say: Any) -> Iterator[dict[int, str]]:
    """One database for each size, by name; dropped at the end."""
    names = {size: f"{PREFIX}{size}" for size in sizes}
    with made(*names.values()) as databases:
        for size, name in zip(names, databases, strict=True):
            say(f"Writing {size:,} referrals ...")
            use(name)
            call_command("synth", referrals=size, seed=7, people=None)
            _settle()
        yield names


@contextmanager
def made(*names: str) -> Iterator[list[str]]:
    """New databases with tables and frameworks, the last one in use; dropped at the end."""
    kept = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    try:
        first, *others = names
        _make(first)
        use(first)
        call_command("migrate", verbosity=0)
        call_command("load_frameworks", verbosity=0)
        call_command("load_limits", verbosity=0)
        for name in others:
            _copy(first, name)
            use(name)
        yield list(names)
    finally:
        for alias, name in kept.items():
            _point(alias, name)
        for name in names:
            _drop(name)


@contextmanager
def copied(name: str, copies: list[str]) -> Iterator[None]:
    """Copies of a database that nobody is connected to; dropped at the end."""
    try:
        for copy in copies:
            _copy(name, copy)
        yield
    finally:
        for copy in copies:
            _drop(copy)


def use(name: str) -> None:
    """From here on, both roles talk to this database."""
    for alias in ("default", "owner"):
        if connections[alias].settings_dict["NAME"] != name:
            _point(alias, name)


def _settle() -> None:
    """PostgreSQL tidies up after so much writing, now or in the middle of what is measured."""
    with connections["owner"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _point(alias: str, name: str) -> None:
    connections[alias].close()
    connections[alias].settings_dict["NAME"] = name


def _make(name: str) -> None:
    _drop(name)
    _as_owner(f'CREATE DATABASE "{name}"')


def _copy(name: str, copy: str) -> None:
    """Nobody may be connected to what is copied."""
    for alias in ("default", "owner"):
        connections[alias].close()
    _drop(copy)
    _as_owner(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def _drop(name: str) -> None:
    # Not WITH (FORCE): that asks for the right to end PostgreSQL's own cleaning, which ends by itself otherwise.
    # So does what a process that was just stopped left behind: it is waited for.
    for _ in range(TRIES_TO_DROP):
        with suppress(psycopg2.errors.ObjectInUse):
            return _as_owner(f'DROP DATABASE IF EXISTS "{name}"')
        time.sleep(1)
    return _as_owner(f'DROP DATABASE IF EXISTS "{name}"')


def _as_owner(statement: str) -> None:
    owner = settings.DATABASES["owner"]
    server = psycopg2.connect(
        host=owner["HOST"], port=owner["PORT"], user=owner["USER"], password=owner["PASSWORD"], dbname="postgres"
    )
    server.autocommit = True
    try:
        server.cursor().execute(statement)
    finally:
        server.close()
