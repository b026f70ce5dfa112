"""What differs between two documents, in words: added, removed, changed with old and new."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from thresholds.editing import describing
from thresholds.editing.names import rule_title, services
from thresholds.engine.words import SERVICES

Document = dict[str, Any]
Lines = dict[str, str]
ADDED, REMOVED, CHANGED = "Added", "Removed", "Changed"
SERVICE_TITLES = {"universal": "For Level 1", "gateway": "For early help", "cadt": "For social care"}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer of an item, before and after; "" where it is not there."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Change:
    """One item that was added, removed or changed. The lines of a changed one are those that differ."""

    what: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The changes to one part of the framework."""

    title: str
    changes: tuple[Change, ...]


def compare(old: Document, new: Document) -> tuple[Section, ...]:
    """Every part in which the two differ; none when they say the same, whatever the order of what is not ordered."""
    sections = (
        Section("About", _changes({"Framework": _about(old)}, {"Framework": _about(new)})),
        Section("Bands", _changes(_bands(old), _bands(new))),
        Section("Names of services", _changes(_services(old), _services(new))),
        Section("Areas and kinds of need", _changes(_areas(old), _areas(new))),
        Section("Indicators", _changes(_indicators(old), _indicators(new))),
        Section("Rules", _changes(_rules(old), _rules(new))),
        Section("Notes", _changes(_notes(old), _notes(new))),
    )
    return tuple(section for section in sections if section.changes)


def _changes(old: dict[str, Lines], new: dict[str, Lines]) -> tuple[Change, ...]:
    found = [Change(REMOVED, name, _lines(old[name], {})) for name in old if name not in new]
    found += [Change(ADDED, name, _lines({}, new[name])) for name in new if name not in old]
    found += [
        Change(CHANGED, name, _lines(old[name], new[name])) for name in new if name in old and old[name] != new[name]
    ]
    return tuple(found)


def _lines(old: Lines, new: Lines) -> tuple[Line, ...]:
    labels = dict.fromkeys([*old, *new])
    pairs = [(label, old.get(label, ""), new.get(label, "")) for label in labels]
    return tuple(Line(*pair) for pair in pairs if pair[1] != pair[2])


def _about(document: Document) -> Lines:
    return {"Title": document["title"], "Source": document["source"]}


def _services(document: Document) -> dict[str, Lines]:
    named = services(document)
    return {SERVICE_TITLES[route]: {"Called": named[route]} for route in SERVICES}


def _areas(document: Document) -> dict[str, Lines]:
    return {
        f"{words} {one['key']}": {"Title": one["title"]}
        for part, words in (("domains", "Area"), ("needs", "Kind of need"))
        for one in document.get(part, ())
    }


def _bands(document: Document) -> dict[str, Lines]:
    return {f"Band {item['code']}": describing.band(document, item) for item in document["bands"]}


def _indicators(document: Document) -> dict[str, Lines]:
    return _by(document["indicators"], lambda one: one["code"], lambda one: describing.indicator(document, one))


def _rules(document: Document) -> dict[str, Lines]:
    return _by(document["rules"], rule_title, lambda one: describing.rule(document, one))


def _notes(document: Document) -> dict[str, Lines]:
    return _by(document.get("notes", ()), rule_title, lambda one: describing.note(document, one))


def _by(items: Iterable[Any], name: Callable[[Any], str], said: Callable[[Any], Lines]) -> dict[str, Lines]:
    return {name(one): said(one) for one in items}
