"""Rows on their way into PostgreSQL by COPY."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import models

NULL = "\\N"
_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class Table:
    """One table: rows are added by column name, columns that are not named get the model's default."""

    def __init__(self, label: str, cursor: Any) -> None:
        self.model: type[models.Model] = apps.get_model(label)
        self.name = self.model._meta.db_table
        self.cursor = cursor
        fields = self.model._meta.concrete_fields
        self.columns = [field.column for field in fields]
        self.defaults = {field.column: _encoded(_default(field)) for field in fields}
        self.next_id = self._first_id()
        self.buffer = io.StringIO()

    def add(self, **values: Any) -> int:
        """One row; answers its primary key, given out here unless it is among the values."""
        key = self.next_id
        if "id" in self.defaults and "id" not in values:
            values["id"] = key
            self.next_id += 1
        row = self.defaults.copy()
        for name, value in values.items():
            row[name] = _encoded(value)
        if len(row) != len(self.columns):
            raise KeyError(f"{self.name} has no {sorted(set(row) - set(self.columns))}")
        self.buffer.write("\t".join(row.values()))
        self.buffer.write("\n")
        return key

    def take(self) -> io.StringIO:
        """What has been added since the last time, to be sent."""
        full, self.buffer = self.buffer, io.StringIO()
        full.seek(0)
        return full

    def send(self, full: io.StringIO) -> None:
        """Hand it to PostgreSQL; meanwhile another thread may add more."""
        columns = ", ".join(f'"{column}"' for column in self.columns)
        self.cursor.copy_expert(f'COPY "{self.name}" ({columns}) FROM STDIN', full)

    def finish(self) -> None:
        """Send the rest and let the sequence go on after the last key."""
        self.send(self.take())
        if "id" in self.defaults:
            self.cursor.execute(
                "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [self.name, max(self.next_id - 1, 1)]
            )

    def _first_id(self) -> int:
        if not any(column == "id" for column in self.columns):
            return 0
        self.cursor.execute(f'SELECT coalesce(max(id), 0) + 1 FROM "{self.name}"')  # noqa: S608 - our own table's name
        return int(self.cursor.fetchone()[0])


class Without:
    """Foreign keys put aside while rows come in, and put back, checked, at the end: all in one transaction."""

    def __init__(self, cursor: Any, tables: Iterable[Table]) -> None:
        self.cursor = cursor
        self.names = [table.name for table in tables]

    def __enter__(self) -> None:
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        self.cursor.execute(
            "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
            [self.names],
        )
        self.found = self.cursor.fetchall()
        for table, name, _ in self.found:
            self.cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        self.cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table, name, definition in self.found:
                self.cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _default(field: "models.Field[Any, Any]") -> Any:
    if field.has_default():
        return field.get_default()
    return None if field.null else ""


def _encoded(value: Any) -> str:
    """As COPY reads it. The plain types, of which there are millions, come first and cost least."""
    encode = _PLAIN.get(type(value))
    if encode is not None:
        return encode(value)
    if value is None:
        return NULL
    if isinstance(value, str):
        return _text(str(value))
    if isinstance(value, Mapping):
        return _text(json.dumps(value))
    if isinstance(value, list):
        return _list(value)
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _text(value: str) -> str:
    return value.translate(_ESCAPES) if _SPECIAL.search(value) else value


def _list(value: list[Any]) -> str:
    """A list of mappings is JSON; any other list is an array of the database."""
    if value and isinstance(value[0], Mapping):
        return _text(json.dumps(value))
    return "{" + ",".join(str(one) for one in value) + "}"


_PLAIN: dict[type, Callable[[Any], str]] = {
    str: _text,
    int: str,
    bool: lambda value: "t" if value else "f",
    datetime: datetime.isoformat,
    date: date.isoformat,
}
