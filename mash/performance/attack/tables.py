"""Files for pages that take one: tables that are nearly right, and whatever else lies on somebody's desk."""

from typing import Any

from hypothesis import strategies as st

from mash.performance.attack.odd import ANY_TEXT, ODD

Rows = list[list[str]]
NOT_TABLES = (
    *(b"", b"\x00", b"\xff\xfe\x00a", b"PK\x03\x04rubbish", b"%PDF-1.7", b"\xef\xbb\xbf", b'"', b'a,"b\nc', b"\r\r\r"),
    *(b"," * 5_000, b"x" * 300_000, b"\n" * 20_000, "é,ü".encode("utf-16"), "naïve".encode("latin-1")),
)
NAMES = st.one_of(st.sampled_from(["people.csv", "notices.csv", "a.xlsx", "../../x", "", "\u202e.csv"]), ANY_TEXT)
CELLS = st.one_of(st.sampled_from(ODD), ANY_TEXT)
# The first rows of a right table, by the address that takes it; learned from the example that its page offers.
EXAMPLES: dict[str, Rows] = {}


def files(path: str) -> st.SearchStrategy[tuple[str, bytes]]:
    """What the file is called, and what is in it."""
    return st.tuples(NAMES, st.one_of(st.sampled_from(NOT_TABLES), st.binary(max_size=200), bent(EXAMPLES.get(path))))


@st.composite
def bent(draw: Any, example: Rows | None) -> bytes:
    """The example with odd cells, a doubled or missing row or column; many rows now and then."""
    rows = [list(row) for row in example or [["name", "email"], ["Ada", "ada@school.example"]]]
    rows += [list(row) for row in rows[1:]] * draw(st.sampled_from([0, 0, 1, 30]))
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from(rows))
        place = draw(st.integers(0, max(len(row) - 1, 0)))
        row[place : place + draw(st.integers(0, 1))] = draw(
            st.lists(st.one_of(st.sampled_from(ODD), ANY_TEXT), max_size=2)
        )
    mark = draw(st.sampled_from([",", ",", ",", ";", "\t"]))
    text = "\r\n".join(mark.join(_cell(cell) for cell in row) for row in rows)
    return text.encode(draw(st.sampled_from(["utf-8", "utf-8", "utf-8-sig", "utf-16"])), "surrogatepass")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in ',;\t"\r\n') else text
