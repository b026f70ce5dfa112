"""Reading JSON that somebody else wrote: whatever is wrong is noted under its path, and nothing makes it stumble."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mash.lib.text import clean

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
SHORT = 200
NAMED_AT_MOST = 20
NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Notes:
    """What reading one document has found out: mistakes by path, and each object that was read."""

    errors: dict[str, list[str]] = field(default_factory=dict)
    parts: list["Part"] = field(default_factory=list)

    def not_read(self) -> list[str]:
        """The paths of the fields that nobody asked for: misspelt, perhaps. The first twenty."""
        return [path for part in self.parts for path in part.not_read()][:NAMED_AT_MOST]


class Part:
    """One object of a document. A field that is absent, null or blank is not given; a wrong type is a mistake.

    What should have been an object and is not has that one mistake, and none of the fields it lacks.
    """

    __slots__ = ("_asked", "_sound", "fields", "notes", "path")

    def __init__(self, given: Any, notes: Notes, path: str = "", *, otherwise: str = "document") -> None:
        self.fields: Mapping[str, Any] = given if isinstance(given, dict) else {}
        self.notes = notes
        self.path = path
        self._sound = isinstance(given, dict)
        self._asked: set[str] = set()
        notes.parts.append(self)
        if not self._sound:
            notes.errors.setdefault(path or otherwise, []).append("This must be an object, in curly brackets.")

    def at(self, name: str) -> str:
        """The whole path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, sentence: str) -> None:
        """Note a mistake in a field; with no name, in the object itself."""
        if self._sound:
            self.notes.errors.setdefault(self.at(name) if name else self.path, []).append(sentence)

    def not_read(self) -> list[str]:
        """The fields of this object that nobody asked for."""
        return [self.at(clean(name)[:NAME_LENGTH]) for name in self.fields if name not in self._asked]

    def raw(self, name: str) -> Any:
        """The field as it came."""
        self._asked.add(name)
        return self.fields.get(name)

    def text(self, name: str, *, most: int = SHORT, needed: str = "") -> str:
        """The text made clean; `needed` is what to say when there is none."""
        given = self.raw(name)
        if given is not None and not isinstance(given, str):
            self.wrong(name, "This must be text, in quotation marks.")
            return ""
        text = clean(given or "")
        if not _visible(text):
            if needed:
                self.wrong(name, needed)
            return ""
        if len(text) > most:
            self.wrong(name, f"This is too long: it has {len(text):,} characters and may have {most:,}.")
            return ""
        return text

    def form(self, name: str, read: Callable[[str], str], *, most: int = SHORT) -> str:
        """A text that `read` puts into its one form, or refuses with a ValueError whose words can be shown."""
        text = self.text(name, most=most)
        if not text:
            return ""
        try:
            return read(text)
        except ValueError as mistake:
            self.wrong(name, str(mistake))
            return ""

    def word(self, name: str, words: Sequence[str], *, needed: str = "") -> str:
        """One of a few words."""
        word = self.text(name, needed=needed)
        if word and word not in words:
            self.wrong(name, f"This must be one of: {', '.join(words)}.")
            return ""
        return word

    def whole(self, name: str, low: int, high: int) -> int | None:
        """A whole number within limits; true is not 1, and "7" is not 7."""
        given = self.raw(name)
        if given is None:
            return None
        if type(given) is not int or not low <= given <= high:
            self.wrong(name, f"This must be a whole number from {low} to {high}.")
            return None
        return given

    def flag(self, name: str) -> bool:
        """True or false; not given is false."""
        given = self.raw(name)
        if given is not None and not isinstance(given, bool):
            self.wrong(name, "This must be true or false.")
        return given is True

    def day(self, name: str) -> date | None:
        """A date that exists, as year-month-day."""
        text = self.text(name)
        if text and not _DAY.fullmatch(text):
            self.wrong(name, "Write the date as year, month and day, like 2019-05-04.")
        elif text:
            try:
                return date.fromisoformat(text)
            except ValueError:
                self.wrong(name, "There is no such date. Check the day and the month.")
        return None

    def part(self, name: str) -> "Part":
        """An object inside this one; empty when it is not given."""
        given = self.raw(name)
        return Part({} if given is None else given, self.notes, self.at(name))

    def parts(self, name: str, *, most: int, needed: str = "") -> list["Part"]:
        """The objects of a list."""
        items = self.items(name, most=most, needed=needed)
        return [Part(item, self.notes, f"{self.at(name)}.{n}") for n, item in enumerate(items)]

    def items(self, name: str, *, most: int, needed: str = "") -> list[Any]:
        """A list as it came."""
        given = self.raw(name)
        if given is not None and not isinstance(given, list):
            self.wrong(name, "This must be a list, in square brackets.")
            return []
        if not given and needed:
            self.wrong(name, needed)
        if given and len(given) > most:
            self.wrong(name, f"There are {len(given):,} of these and there may be {most:,}.")
            return []
        return given or []


def _visible(text: str) -> bool:
    """Whether there is anything to see: a zero-width space is not a name."""
    return any(not character.isspace() and unicodedata.category(character) != "Cf" for character in text)
