"""A list of people in a file, as spreadsheets write it: read row by row, and each row judged by itself."""

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.errors import Refused
from accounts.policy import Role
from mash.lib.text import clean

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
COLUMNS = ("name", "email", "role")
EXAMPLE = (("Sam Example", "sam@organisation.example", "Practitioner"),)
NOT_CSV = "This is not a CSV file. In your spreadsheet, choose “Save as” and “CSV”"
# What a spreadsheet would run when the list is opened again.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = {"name": 200, "email": 254}
# Asked in this order: what begins with a mark says so, UTF-8 says so by its form, and the rest is an old spreadsheet.
ENCODINGS = ("utf-8-sig", "cp1252")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file. `problem` says why it cannot be used; `becomes` what it will do."""

    line: int
    name: str
    email: str
    roles: list[str] = field(default_factory=list)
    problem: str = ""
    becomes: str = ""

    def stored(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def read(data: bytes) -> list[Row]:
    """The rows of a file, each with its problem if it has one. Raises Refused when it is no such file at all."""
    if len(data) > MOST_BYTES:
        raise Refused("The file must be smaller than 2 MB", field="file")
    lines = _lines(_text(data))
    header = _header(next(lines, []))
    rows = [_row(number, header, cells) for number, cells in enumerate(lines, start=2) if any(map(str.strip, cells))]
    if not rows:
        raise Refused("The file has no people in it", field="file")
    if len(rows) > MOST_ROWS:
        raise Refused(f"The file has {len(rows):,} people. Send at most {MOST_ROWS} at a time", field="file")
    return rows


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if b"\0" in data:
        raise Refused(NOT_CSV, field="file")
    try:
        return _decoded(data, ENCODINGS[0])
    except Refused:
        return _decoded(data, ENCODINGS[1])


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("The letters in this file cannot be read. Save it as “CSV UTF-8”", field="file") from error


def _lines(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as error:
        raise Refused(
            "This is not a CSV file. In your spreadsheet, choose “Save as” and “CSV”", field="file"
        ) from error


def _header(cells: list[str]) -> dict[str, int]:
    names = {clean(cell).lower().removesuffix("s"): at for at, cell in reversed(list(enumerate(cells)))}
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Refused(f"The first line must name the columns: {', '.join(COLUMNS)}", field="file")
    return {name: names[name] for name in COLUMNS}


def _row(line: int, header: dict[str, int], cells: list[str]) -> Row:
    raw = {name: cells[at] if at < len(cells) else "" for name, at in header.items()}
    typed = {name: " ".join(clean(text).split()) for name, text in raw.items()}
    roles = _roles(typed["role"])
    problem = _problem(raw, typed, roles)
    return Row(line, typed["name"], typed["email"].lower(), [] if problem else sorted(roles), problem)


def _problem(raw: dict[str, str], typed: dict[str, str], roles: set[str]) -> str:
    """The first thing that is wrong, in words that say what to mend."""
    if (typed["name"], typed["email"], typed["role"]) in EXAMPLE:
        return "This is the example that shows what a row looks like: take it out"
    for name in COLUMNS:
        if not typed[name]:
            return f"The {name} is missing"
        if raw[name].lstrip(" ").startswith(FORMULA):
            return f"The {name} begins with a sign that a spreadsheet would run: take it out"
    too_long = [name for name, most in LONGEST.items() if len(typed[name]) > most]
    if too_long:
        return f"The {too_long[0]} is too long"
    try:
        validate_email(typed["email"])
    except ValidationError:
        return "The email address is not in the correct format, like name@example.com"
    return "" if roles and "" not in roles else f"The role “{typed['role']}” is not one of ours"


def _roles(text: str) -> set[str]:
    """Roles by label or code, with semicolons or commas between several; "" for one that nobody knows."""
    known = {role.label.lower(): role.value for role in Role} | {role.value: role.value for role in Role}
    return {known.get(part.strip().lower(), "") for part in text.replace(",", ";").split(";") if part.strip()}
