"""A receipt that the referrer can keep: a tagged PDF (PDF/UA-1) of what they sent, in their own words.

The file itself says its title and its language, and names nobody.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import typst
from django.conf import settings

from referrals.receipts.glyphs import NOT_PRINTED, covered, goes_leftwards, printable

HERE = Path(__file__).parent
LOST = (
    f"Where it says “{NOT_PRINTED}”, you used characters that cannot be put on this paper. They are kept as you wrote "
    "them, and everybody who reads your referral sees them."
)


class Answered(Protocol):
    """A question and the lines of its answer."""

    @property
    def key(self) -> str: ...
    @property
    def lines(self) -> list[str]: ...


class Carded(Protocol):
    """A titled group of answers."""

    @property
    def title(self) -> str: ...
    @property
    def rows(self) -> Sequence[Answered]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What goes on it. `title` and `footer` are ours; everything in `cards` is whoever sent it's."""

    title: str
    footer: str
    opening: list[str]
    sections: list[tuple[str, list[str]]]
    sent: str
    cards: Sequence[Carded]


def pdf(receipt: Receipt) -> bytes:
    """The document. What cannot be printed is said to be missing; nothing is left out in silence."""
    fonts = Path(settings.BASE_DIR) / "static" / "build" / "fonts"
    data = _data(receipt, covered(fonts))
    made = typst.compile(
        str(HERE / "receipt.typ"),
        root=str(HERE),
        font_paths=[str(fonts)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards="ua-1",
    )
    assert isinstance(made, bytes)
    return made


def _data(receipt: Receipt, have: frozenset[str]) -> dict[str, Any]:
    cards = [
        {
            "title": _lines([card.title if printable(card.title, have).strip() else "Not given"], have),
            "rows": [{"key": row.key, "lines": _lines(row.lines or ["Not given"], have)} for row in card.rows],
        }
        for card in receipt.cards
    ]
    return {
        "title": receipt.title,
        "footer": receipt.footer,
        "opening": [printable(words, have) for words in receipt.opening],
        "sections": [
            {"heading": heading, "items": [printable(item, have) for item in items]}
            for heading, items in receipt.sections
        ],
        "sent": receipt.sent,
        "cards": cards,
        "lost": LOST if NOT_PRINTED in json.dumps(cards) else "",
    }


def _lines(lines: Iterable[str], have: frozenset[str]) -> list[dict[str, Any]]:
    """One entry for each line that was typed, with the way in which it is read."""
    every = (one for line in lines for one in line.split("\n"))
    return [{"text": printable(one, have), "rtl": goes_leftwards(one)} for one in every]
