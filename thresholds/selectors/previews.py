"""What a draft would have done, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.timesince import timesince

from thresholds.editing.names import services
from thresholds.models import FrameworkDraft

WAYS = {"down": "Less serious", "up": "More serious", "renamed": "Another band, just as serious"}


@dataclass(frozen=True, slots=True)
class Row:
    """So many referrals that would go from one answer to another, in words."""

    way: str
    words: str
    before: str
    after: str
    number: int


@dataclass(frozen=True, slots=True)
class Tried:
    """The kept preview of a draft; `current` when it is of the draft as it is now."""

    current: bool
    at: datetime | None
    oldest: datetime | None
    numbers: dict[str, Any]
    rows: list[Row]
    lost: list[tuple[str, int]]

    @property
    def age(self) -> str:
        """How long ago the oldest referral was weighed."""
        said = timesince(self.oldest, depth=1) if self.oldest else ""
        return "less than a minute" if said.startswith("0") else said

    @property
    def changed(self) -> int:
        """How many would come to another band, level or route."""
        return int(self.numbers["tried"]) - int(self.numbers["same"])


def of(draft: FrameworkDraft) -> Tried | None:
    """What was kept when the draft was last tried, if it was."""
    said = draft.preview
    if said is None:
        return None
    named = {**services(draft.document), "undetermined": "no service yet"}
    return Tried(
        current=draft.previewed,
        at=_moment(said["at"]),
        oldest=_moment(said["oldest"]),
        numbers=said,
        rows=[_row(move, named) for move in said["moves"]],
        lost=sorted(said["lost"].items(), key=lambda pair: (-pair[1], pair[0])),
    )


def _row(move: dict[str, Any], named: dict[str, str]) -> Row:
    before, after = (_words(move, end, named) for end in ("from", "to"))
    return Row(move["way"], WAYS[move["way"]], before, after, move["number"])


def _words(move: dict[str, Any], end: str, named: dict[str, str]) -> str:
    """A band with its level where the two differ, and where it goes."""
    level, band, route = move[f"{end}_level"], move[f"{end}_band"], move[f"{end}_route"]
    if not level:
        return "No level yet"
    said = f"{band} (Level {level})" if band != str(level) else f"Level {level}"
    return f"{said}, to {named[route]}"


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
