"""From the bytes of a file to rows of text, whatever program saved it; and back, so that no cell is a formula."""

import codecs
import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mash.lib.text import clean
from referrals import keys
from referrals.errors import Refused
from referrals.notices.columns import BY_LETTERS, NEEDED

MOST_BYTES = 5 * 1024 * 1024
MOST_ROWS = 500
MOST_NAMED = 5
# What a spreadsheet takes for a formula when a cell begins with it (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its line in the file as a spreadsheet counts them (the head is 1), and its cells by column."""

    number: int
    cells: dict[str, str]
    too_long: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    lines: tuple[Line, ...]
    not_read: tuple[str, ...]


def decode(data: bytes) -> str:
    """The text of a file. Raises Refused when it is too large, empty, or no text."""
    if len(data) > MOST_BYTES:
        raise Refused("The file must be smaller than 5 MB", field="file")
    if data.startswith(NOT_TEXT):
        raise Refused("This is not a CSV file. In your spreadsheet choose “Save as”, then CSV", field="file")
    text = _text(data).replace("\0", "")
    if not text.strip():
        raise Refused("The file is empty", field="file")
    return text


def _text(data: bytes) -> str:
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # Older spreadsheets save in the encoding of Windows.
        return data.decode("cp1252", errors="replace")


def read(text: str) -> Table:
    """The rows of a file that `decode` gave. Raises Refused when the head is not ours, or there are too many rows."""
    rows = _rows(text)
    head = [BY_LETTERS.get(keys.letters(name), "") for name in rows[0]] if rows else []
    _check_head(head)
    filled = [(n, row) for n, row in enumerate(rows[1:], start=2) if any(cell.strip() for cell in row)]
    if not filled:
        raise Refused("There is no notice in the file, only the head", field="file")
    if len(filled) > MOST_ROWS:
        raise Refused(f"A file may have {MOST_ROWS} rows. This one has {len(filled):,}. Send it in parts", field="file")
    unknown = [clean(name)[:40] for name, known in zip(rows[0], head, strict=True) if not known and name.strip()]
    return Table(tuple(_line(n, head, row) for n, row in filled), tuple(unknown[:MOST_NAMED]))


def _rows(text: str) -> list[list[str]]:
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return list(csv.reader(io.StringIO(text.lstrip("\n\r"), newline=""), delimiter=separator))
    except csv.Error:
        raise Refused("The file cannot be read. Save it again as CSV", field="file") from None


def _check_head(head: Sequence[str]) -> None:
    missing = [name for name in NEEDED if name not in head]
    if missing:
        raise Refused(f"The first line must name the columns. Missing: {', '.join(missing)}", field="file")
    twice = sorted({name for name in head if name and head.count(name) > 1})
    if twice:
        raise Refused(f"A column is there twice: {', '.join(twice)}", field="file")


def _line(number: int, head: Sequence[str], row: Sequence[str]) -> Line:
    cells = {name: _unguarded(cell) for name, cell in zip(head, row, strict=False) if name}
    return Line(number, cells, too_long=any(cell.strip() for cell in row[len(head) :]))


def _unguarded(cell: str) -> str:
    """A cell without the apostrophe that `guarded` put there."""
    return clean(cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA) else cell)


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write(rows: Iterable[Sequence[str]]) -> str:
    """A file of these rows, for a spreadsheet: with a mark for its encoding, and no formula in it."""
    out = io.StringIO()
    csv.writer(out).writerows([guarded(cell) for cell in row] for row in rows)
    return f"\ufeff{out.getvalue()}"
