"""Screening tools in words: what was used, what it came to, and who did it. Pure: no database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from thresholds.engine.words import DASH_MAXIMUM

RISKS = {"standard": "Standard risk", "low": "Low risk", "medium": "Medium risk", "high": "High risk"}
NEGLECT = {
    1: "1: all the child’s needs are met, and the child comes first",
    2: "2: the needs that matter most are met",
    3: "3: some needs are not met, or only some of the time",
    4: "4: most needs are not met",
    5: "5: the child’s needs are not met at all",
}


@dataclass(frozen=True, slots=True)
class Score:
    """What one tool came to. `box` is the answer of the draft that holds it."""

    key: str
    box: str
    words: str
    score: str
    by: str


def scores(tools: Mapping[str, Any]) -> Iterator[Score]:
    """The tools of a document that were used; a tool that was not is left out, never shown as a low score."""
    if tools.get("dash") is not None or tools.get("dash_grade") or tools.get("dara"):
        yield Score("domestic_abuse", "used", "Domestic abuse", dash_or_dara(tools), _by(tools, "domestic_abuse"))
    if tools.get("exploitation"):
        score = RISKS[tools["exploitation"]]
        yield Score("exploitation", "exploitation", "Exploitation screening", score, _by(tools, "exploitation"))
    if tools.get("neglect_grade") is not None:
        score = NEGLECT[tools["neglect_grade"]]
        yield Score("neglect", "neglect_grade", "Neglect grade", score, _by(tools, "neglect"))


def dash_or_dara(tools: Mapping[str, Any]) -> str:
    """Which was used, with its score and grade; both tools when an agency's system sent both."""
    dara = f"DARA: {RISKS[tools['dara']].lower()}" if tools.get("dara") else ""
    return "; ".join(filter(None, [_dash(tools), dara])) or "Not used, or not known"


def _dash(tools: Mapping[str, Any]) -> str:
    """The ticks, and the grade by judgement, which may be higher than so many ticks come to."""
    score = f"{tools['dash']} of {DASH_MAXIMUM}" if tools.get("dash") is not None else ""
    grade = f"graded {RISKS[tools['dash_grade']].lower()}" if tools.get("dash_grade") else ""
    said = ", ".join(filter(None, [score, grade]))
    return f"DASH: {said}" if said else ""


def _by(tools: Mapping[str, Any], key: str) -> str:
    return str(tools.get(f"{key}_by") or "")
