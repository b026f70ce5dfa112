"""What the engine refuses, in words for whoever wrote it, and beside which answer the words belong."""

import re
from dataclasses import dataclass
from typing import Any

from thresholds.editing.names import rule_title
from thresholds.engine import BadFramework

LISTS = {
    "bands": ("Band", "code"),
    "indicators": ("Indicator", "code"),
    "rules": ("Rule", "id"),
    "notes": ("Note", "id"),
}
SUBJECTS = {"because": "the sentence", "words": "the words", "title": "the title", "source": "the source"}
PLACE = re.compile(r"^(?:framework\.)?(?P<part>bands|indicators|rules|notes)(?:\[(?P<place>\d+)\]|\.(?P<key>[^.]+))")
STEP = re.compile(r"\.steps\[(?P<step>\d+)\]")
NAME = re.compile(r"\.(?P<name>[a-z_]+)(?:\[\d+\])?$")
# The engine names an area or a kind of need that has no title by the code of the indicator alone.
BARE = re.compile(r"^(?P<key>[^.\[]+)\.(?P<name>domain|need)$")


@dataclass(frozen=True, slots=True)
class Fault:
    """`part` is the list the fault is in, `key` the item's code or id ("" for the whole list), `name` the answer in it.

    `step` counts from 0; `where` is the engine's own path; `message` is a sentence without its place, `words` with it.
    """

    part: str
    key: str
    name: str
    step: int | None
    where: str
    message: str
    words: str


def fault_in(document: dict[str, Any], refused: BadFramework) -> Fault:
    """Where in this document the engine saw the fault, and what it is."""
    where = refused.where
    bare = BARE.match(where)
    if bare and not where.startswith("framework"):
        return _fault("indicators", bare["key"], bare["name"], None, refused)
    found = PLACE.match(where)
    step = STEP.search(where)
    if not found:
        part = where.removeprefix("framework.").split(".")[0]
        return _fault(part, "", _last(where), None, refused)
    key = found["key"] or _key(document, found["part"], int(found["place"]))
    called = _called(document, found["part"], key)
    return _fault(found["part"], key, _last(where), int(step["step"]) if step else None, refused, called)


def _called(document: dict[str, Any], part: str, key: str) -> str:
    """A rule or a note by its title, anything else by its code."""
    titled = part in ("rules", "notes")
    return next((rule_title(one) for one in document.get(part, ()) if titled and one.get("id") == key), key)


def _fault(part: str, key: str, name: str, step: int | None, refused: BadFramework, called: str = "") -> Fault:
    message = refused.message
    message = message.replace("level ", "Level ") if "no band has" in message else message
    named = f"{LISTS[part][0]} {called or key}" if part in LISTS and key else ""
    place = f"{named}, step {step + 1}" if named and step is not None else named
    said = _plain(name, message)
    return Fault(
        part, key, name, step, refused.where, said, f"{place}: {said[:1].lower() + said[1:]}" if place else said
    )


def _plain(name: str, message: str) -> str:
    """The engine's message with its subject, when it has none of its own."""
    if message.endswith("has no title"):
        return f"Its {'area' if name == 'domain' else 'kind of need'} is not there"
    if message.startswith(("must ", "is ", "may ", "has ")):
        message = f"{SUBJECTS.get(name, name.replace('_', ' ')) or 'this'} {message}"
    return message[:1].upper() + message[1:]


def _last(where: str) -> str:
    found = NAME.search(where)
    return found["name"] if found else ""


def _key(document: dict[str, Any], part: str, place: int) -> str:
    items = document.get(part, [])
    return str(items[place].get(LISTS[part][1], "")) if place < len(items) else ""
