"""The person whom an allegation is about, read back by whoever wrote it down."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from mash.govuk.moments import day_words
from referrals.choices import KnownOrNot

Answer = tuple[str, int, str, str, Any]


def worker(document: Mapping[str, Any]) -> Iterator[tuple[str, list[Answer]]]:
    """One card, where there is such a person."""
    held = document.get("worker")
    if not held:
        return
    known = held.get("known_on")
    answers: list[tuple[str, str, Any]] = [
        ("name", "Name", held.get("name")),
        ("job", "What they do with children", held.get("job")),
        ("employer", "Where they do it", held.get("employer")),
        ("known_on", "When your organisation learnt of this", day_words(date.fromisoformat(known)) if known else ""),
        ("still_working", "Still working with children", _words(held.get("still_working"))),
        ("own_children", "Children of their own", _words(held.get("own_children"))),
        ("own_children_about", "Who those children are", held.get("own_children_about")),
    ]
    yield "The person who works with children", [("worker", 0, *answer) for answer in answers]


def _words(value: str | None) -> str:
    return str(KnownOrNot(value).label) if value else ""
