"""The facts as conditions look at them: each code once, at its most serious."""

from dataclasses import dataclass
from typing import Protocol

from thresholds.engine.facts import NO_TOOLS, Facts, Tools
from thresholds.engine.words import DARA_GRADES, EXPLOITATION_GRADES


class Need(Protocol):
    """The part of a reading that a condition may look at."""

    @property
    def code(self) -> str: ...

    @property
    def domain(self) -> str: ...

    @property
    def level(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Evidence:
    """`top` is the highest level of a single indicator; `durations` holds each code's longest, as a rank.

    `scores` holds the tools that were used; `reached` is the level of the answer, known only to notes.
    """

    facts: Facts
    needs: tuple[Need, ...]
    codes: frozenset[str]
    durations: dict[str, int]
    scores: dict[str, int]
    top: int
    reached: int = 0


def scores(tools: Tools) -> dict[str, int]:
    """The tools that were used, as numbers; a grade in words counts from 0 for the least serious."""
    if tools is NO_TOOLS:
        return {}
    found = {
        "dash": tools.dash,
        "neglect_grade": tools.neglect_grade,
        "dara": None if tools.dara is None else _rank(tools.dara, DARA_GRADES),
        "exploitation": None if tools.exploitation is None else _rank(tools.exploitation, EXPLOITATION_GRADES),
    }
    return {tool: score for tool, score in found.items() if score is not None}


def _rank(grade: str, grades: tuple[str, ...]) -> int:
    return grades.index(grade)
