"""What a draft would have done, as its page shows it: to people who see no file.

A draft is a question that anybody who governs may ask as often as they like, in any words. So no number under six is
told, none at all included, nor what it is a number of; every other one is told to the nearest ten.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timesince import timesince

from thresholds.editing.names import services
from thresholds.models import FrameworkDraft

LEAST, STEP = 6, 10
"""The least number that is told, as on the page of closed loops, and how closely."""
FEWER = f"fewer than {LEAST}"
WAYS = {"down": "Less serious", "up": "More serious", "renamed": "Another band, just as serious"}


@dataclass(frozen=True, slots=True)
class Row:
    """So many referrals that would go from one answer to another, in words."""

    way: str
    words: str
    before: str
    after: str
    number: str


@dataclass(frozen=True, slots=True)
class Tried:
    """The kept preview of a draft; `current` when it is of the draft as it is now, `few` when too few were tried."""

    current: bool
    few: bool
    at: datetime | None
    oldest: datetime | None
    numbers: dict[str, str]
    changed: str
    rows: list[Row]
    lost: list[tuple[str, str]]

    @property
    def age(self) -> str:
        """How long ago the oldest referral was weighed."""
        said = timesince(self.oldest, depth=1) if self.oldest else ""
        return "less than a minute" if said.startswith("0") else said


def told(number: int) -> str:
    """A number of referrals in words that give no single one away."""
    return FEWER if number < LEAST else f"about {_rounded(number)}"


def of(draft: FrameworkDraft) -> Tried | None:
    """What was kept when the draft was last tried, if it was."""
    said = draft.preview
    if said is None:
        return None
    named = {**services(draft.document), "undetermined": "no service yet"}
    return Tried(
        current=draft.previewed,
        few=said["tried"] < LEAST,
        at=_moment(said["at"]),
        oldest=_moment(said["oldest"]),
        numbers={name: told(number) for name, number in said.items() if isinstance(number, int)},
        changed=told(said["tried"] - said["same"]),
        rows=[_row(move, named) for move in said["moves"] if move["number"] >= LEAST],
        lost=_lost(said["lost"]),
    )


def _rounded(number: int) -> int:
    return (number + STEP // 2) // STEP * STEP


def _lost(said: dict[str, int]) -> list[tuple[str, str]]:
    """The signs that enough referrals used, the most used first; of two that sound alike, by code."""
    used = sorted((-_rounded(number), code, number) for code, number in said.items() if number >= LEAST)
    return [(code, told(number)) for _, code, number in used]


def _row(move: dict[str, Any], named: dict[str, str]) -> Row:
    before, after = (_words(move, end, named) for end in ("from", "to"))
    return Row(move["way"], WAYS[move["way"]], before, after, told(move["number"]))


def _words(move: dict[str, Any], end: str, named: dict[str, str]) -> str:
    """A band with its level where the two differ, and where it goes."""
    level, band, route = move[f"{end}_level"], move[f"{end}_band"], move[f"{end}_route"]
    if not level:
        return "No level yet"
    said = f"{band} (Level {level})" if band != str(level) else f"Level {level}"
    return f"{said}, to {named[route]}"


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
