"""Small checked steps into a framework document; a fault is named by its path."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from thresholds.engine.errors import BadFramework

TYPE_NAMES = {str: "text", int: "a whole number", list: "a list", dict: "an object", bool: "true or false"}

Document = Mapping[str, Any]
Word = TypeVar("Word", bound=str)

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
"""No dots and no spaces: rules wait for names that have one (`Trigger`), and a code is part of an address."""


def text(document: Document, name: str, where: str) -> str:
    """Text that is not empty."""
    value = typed(document, name, str, where)
    if not value.strip():
        raise BadFramework(f"{where}.{name}", "is empty")
    return str(value)


def short(document: Document, name: str, where: str, longest: int) -> str:
    """Text that is not empty and fits where it will be kept."""
    value = text(document, name, where)
    if len(value) > longest:
        raise BadFramework(f"{where}.{name}", f"must be at most {longest} characters")
    return value


def code(document: Document, name: str, where: str, longest: int) -> str:
    """Letters, digits, hyphens and underscores."""
    value = short(document, name, where, longest)
    if not CODE.fullmatch(value):
        raise BadFramework(f"{where}.{name}", "must be letters, digits, hyphens and underscores")
    return value


def number(document: Document, name: str, where: str, default: int | None = None) -> int:
    """A whole number."""
    if default is not None and name not in document:
        return default
    return int(typed(document, name, int, where))


def word(document: Document, name: str, known: tuple[Word, ...], where: str, default: Word) -> Word:
    """One of a closed list of words, or the default where nothing is said."""
    value = document.get(name, default)
    for one in known:
        if value == one:
            return one
    raise BadFramework(f"{where}.{name}", f"{value!r} is not one of {', '.join(known)}")


def listed(document: Document, name: str, where: str) -> Iterator[tuple[str, Document]]:
    """The objects of a list, each with its path."""
    for place, item in enumerate(typed(document, name, list, where)):
        if not isinstance(item, dict):
            raise BadFramework(f"{where}.{name}[{place}]", "must be an object")
        yield f"{where}.{name}[{place}]", item


def mapped(document: Document, name: str, where: str) -> dict[str, Any]:
    """An object, empty where nothing is said."""
    return dict(typed(document, name, dict, where)) if name in document else {}


def objects(document: Document, name: str, where: str) -> dict[str, Document]:
    """An object of objects, empty where nothing is said."""
    found = mapped(document, name, where)
    for key, item in found.items():
        if not isinstance(item, dict):
            raise BadFramework(f"{where}.{name}.{key}", "must be an object")
    return found


def words(document: Document, name: str, where: str) -> tuple[str, ...]:
    """A list of words, empty where nothing is said."""
    found = typed(document, name, list, where) if name in document else []
    if not all(isinstance(value, str) for value in found):
        raise BadFramework(f"{where}.{name}", "must be words")
    return tuple(found)


def typed(document: Document, name: str, kind: type, where: str) -> Any:
    """A value that must be there and of its type."""
    value = document.get(name)
    if type(value) is not kind:
        raise BadFramework(f"{where}.{name}", f"must be {TYPE_NAMES[kind]}")
    return value
