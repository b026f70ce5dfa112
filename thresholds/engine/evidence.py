"""The facts as conditions look at them: each code once, at its most serious."""

from dataclasses import dataclass
from typing import Final, Protocol

from thresholds.engine.facts import NO_TOOLS, Facts, Tools
from thresholds.engine.words import DARA_GRADES, DASH_GRADES, EXPLOITATION_GRADES


class Need(Protocol):
    """The part of a reading that a condition may look at."""

    @property
    def code(self) -> str: ...

    @property
    def domain(self) -> str: ...

    @property
    def level(self) -> int: ...


class Trigger:
    """What is there to be looked at besides codes and tools; a name with a dot or a space is never a code."""

    AGE: Final = "child age"
    REFERRALS: Final = "earlier referrals"
    DANGER: Final = "immediate danger"


@dataclass(slots=True)
class Evidence:
    """`top` is the highest level of a single indicator; `durations` holds each code's longest, as a rank.

    `scores` holds the tools that were used; `reached` is the level of the answer, set before notes are read.
    """

    facts: Facts
    needs: tuple[Need, ...]
    durations: dict[str, int]
    scores: dict[str, int]
    top: int
    reached: int = 0

    def triggers(self) -> list[str]:
        """The names under which rules are kept that these facts could meet."""
        found = [*self.durations, *self.scores]
        facts = self.facts
        if facts.unborn or facts.child_age_months is not None:
            found.append(Trigger.AGE)
        if facts.referrals_last_12_months:
            found.append(Trigger.REFERRALS)
        if facts.immediate_danger:
            found.append(Trigger.DANGER)
        return found


def scores(tools: Tools) -> dict[str, int]:
    """The tools that were used, as numbers; a grade in words counts from 0 for the least serious."""
    found: dict[str, int] = {}
    if tools is NO_TOOLS:
        return found
    if tools.dash is not None:
        found["tools.dash"] = tools.dash
    if tools.dash_grade is not None:
        found["tools.dash_grade"] = _rank(tools.dash_grade, DASH_GRADES)
    if tools.neglect_grade is not None:
        found["tools.neglect_grade"] = tools.neglect_grade
    if tools.dara is not None:
        found["tools.dara"] = _rank(tools.dara, DARA_GRADES)
    if tools.exploitation is not None:
        found["tools.exploitation"] = _rank(tools.exploitation, EXPLOITATION_GRADES)
    return found


def _rank(grade: str, grades: tuple[str, ...]) -> int:
    return grades.index(grade)
