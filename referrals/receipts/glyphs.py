"""Which characters the receipt's fonts can print, and what stands for those they cannot.

The standard for accessible PDFs refuses a document with a character that no font has: it would be an empty box.
"""

import re
import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NOT_PRINTED = "[not printed]"
_JOINERS = "\u200c\u200d"
_LOOSE_JOINER = re.compile(rf"(?<=\])[{_JOINERS}]|[{_JOINERS}](?=\[)")
_LONGEST_WORD = 30
_LONG_WORD = re.compile(rf"\S{{{_LONGEST_WORD}}}(?=\S)")
BREAK_HERE = "\u200b"


@cache
def covered(folder: Path) -> frozenset[str]:
    """Every character that one of the fonts in `folder` has."""
    return frozenset(chr(code) for font in sorted(folder.glob("*.ttf")) for code in _codes(font.read_bytes()))


def _codes(font: bytes) -> Iterator[int]:
    """The characters of one font, from its `cmap` table (OpenType specification; formats 4 and 12)."""
    tables = {
        font[at : at + 4]: struct.unpack_from(">I", font, at + 8)[0]
        for at in range(12, 12 + 16 * struct.unpack_from(">H", font, 4)[0], 16)
    }
    cmap = tables[b"cmap"]
    for n in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        at = cmap + struct.unpack_from(">I", font, cmap + 4 + 8 * n + 4)[0]
        kind = struct.unpack_from(">H", font, at)[0]
        if kind == 4:
            yield from _format_4(font, at)
        elif kind == 12:
            for group in range(struct.unpack_from(">I", font, at + 12)[0]):
                first, last, _glyph = struct.unpack_from(">III", font, at + 16 + 12 * group)
                yield from range(first, last + 1)


def _format_4(font: bytes, at: int) -> Iterator[int]:
    segments = struct.unpack_from(">H", font, at + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", font, at + 14)
    starts = struct.unpack_from(f">{segments}H", font, at + 16 + 2 * segments)
    for first, last in zip(starts, ends, strict=True):
        yield from range(first, min(last, 0xFFFE) + 1)


def printable(text: str, have: frozenset[str]) -> str:
    """`text` in characters that can be printed, with places to break a word that is longer than a line.

    A picture becomes its name, "[grinning face]"; letters of a script that no font has become "[not printed]".
    """
    parts = "".join(_printed(one, have) for one in text)
    parts = _LOOSE_JOINER.sub("", re.sub(rf"({re.escape(NOT_PRINTED)})+", NOT_PRINTED, parts))
    return _LONG_WORD.sub(lambda match: match[0] + BREAK_HERE, parts)


def _printed(character: str, have: frozenset[str]) -> str:
    kind = unicodedata.category(character)
    if character == "\n" or (character in have and (kind != "Cf" or character in _JOINERS)):
        return character
    if character.isspace():
        return " "
    if kind in ("Cf", "Cc", "Mn", "Me", "Sk"):
        return ""
    name = unicodedata.name(character, "") if kind in ("So", "Sm", "Po", "Pd", "Sc") else ""
    return f"[{name.lower()}]" if name else NOT_PRINTED


def goes_leftwards(text: str) -> bool:
    """Whether a line is read from right to left: its first letter says."""
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in ("L", "R", "AL"):
            return way != "L"
    return False
