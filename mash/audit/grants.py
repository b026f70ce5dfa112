"""What the application's database role may do to each table, worked out from the models.

The owner migrates; the application's role owns nothing. A `WriteOnce` table grants SELECT, INSERT and UPDATE of its
`updatable` columns; the history tables that triggers fill grant SELECT and INSERT; Django's own list of migrations
grants SELECT. Every other table is ordinary.
"""

from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from mash.audit.models import WriteOnce

ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
# The library lets any session name triggers to leave out (`pgtrigger.ignore`). Ours are rules: nobody may.
NO_SWITCH = """
CREATE OR REPLACE FUNCTION public._pgtrigger_should_ignore(trigger_name NAME) RETURNS BOOLEAN AS $$
BEGIN
    RETURN FALSE;
END;
$$ LANGUAGE plpgsql
"""


def apply(connection: BaseDatabaseWrapper, *, role: str) -> None:
    """Give `role` exactly the rights below on every table of `public`, and nothing else."""
    with connection.cursor() as cursor:
        for statement in statements(connection, role=role):
            cursor.execute(statement)


def statements(connection: BaseDatabaseWrapper, *, role: str) -> Iterator[str]:
    """The SQL of `apply`, in order."""
    quote = connection.ops.quote_name
    to = quote(role)
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {to}"
    yield from _revoke_columns(connection, to)
    yield f"GRANT USAGE ON SCHEMA public TO {to}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {to}"
    yield f"REVOKE TEMPORARY ON DATABASE {quote(connection.settings_dict['NAME'])} FROM PUBLIC"
    yield NO_SWITCH
    existing = set(connection.introspection.table_names())
    if "django_migrations" in existing:
        yield f"GRANT SELECT ON {quote('django_migrations')} TO {to}"
    yield from (f"GRANT {ORDINARY} ON {quote(table)} TO {to}" for table in sorted(_cache_tables() & existing))
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.db_table in existing:
            yield f"GRANT {rights(model)} ON {quote(model._meta.db_table)} TO {to}"


def _cache_tables() -> set[str]:
    """Tables of caches that live in the database: no model names them."""
    kept = "django.core.cache.backends.db.DatabaseCache"
    return {cache["LOCATION"] for cache in settings.CACHES.values() if cache["BACKEND"] == kept}


def rights(model: type[models.Model]) -> str:
    """The privileges of the application's role on one model's table."""
    if issubclass(model, WriteOnce):
        if model.numbered_by_database:
            return f"SELECT, INSERT ({', '.join(_all_but_key(model))})"
        columns = sorted(_column(model, name) for name in model.updatable)
        return "SELECT, INSERT" + (f", UPDATE ({', '.join(columns)})" if columns else "")
    if hasattr(model, "pgh_tracked_model"):
        return "SELECT, INSERT"
    return ORDINARY


def _all_but_key(model: type[models.Model]) -> list[str]:
    return [f'"{field.column}"' for field in model._meta.concrete_fields if not field.primary_key]


def _column(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return f'"{field.column}"'


def _revoke_columns(connection: BaseDatabaseWrapper, to: str) -> Iterator[str]:
    """Column grants outlive REVOKE ON TABLE only when given by another role; take back our own by name."""
    with connection.cursor() as cursor:
        tables = _tables_with_column_grants(cursor, to.strip('"'))
    for table in tables:
        yield f"REVOKE ALL ON {connection.ops.quote_name(table)} FROM {to}"


def _tables_with_column_grants(cursor: CursorWrapper, role: str) -> list[str]:
    cursor.execute(
        "SELECT DISTINCT table_name FROM information_schema.column_privileges"
        " WHERE grantee = %s AND table_schema = 'public'",
        [role],
    )
    return [row[0] for row in cursor.fetchall()]
