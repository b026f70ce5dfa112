"""One after the other, where no row stands for what is done."""

from django.db import DEFAULT_DB_ALIAS, connections

HERE = "framework here"
"""Held by whatever changes which version counts here: adopting, retiring, publishing what is in use."""


def one_at_a_time(what: str, database: str = DEFAULT_DB_ALIAS) -> None:
    """Whoever does the same meanwhile waits until this transaction ends."""
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])
