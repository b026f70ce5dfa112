"""Conditions in plain words."""

from collections.abc import Callable, Mapping
from typing import Any

from thresholds.editing.names import DURATIONS, tag_title
from thresholds.engine.words import DARA_GRADES, DASH_GRADES, EXPLOITATION_GRADES

Document = Mapping[str, Any]

GRADED = {
    "dash_grade": ("DASH graded", DASH_GRADES),
    "dara": ("DARA graded", DARA_GRADES),
    "exploitation": ("exploitation screening graded", EXPLOITATION_GRADES),
}
CONSENT = {"given": "the family agrees", "refused": "the family refuses", "not_sought": "nobody asked the family"}
YEAR = 12


def in_words(when: Any, document: Document, *, inside: bool = False) -> str:
    """What a condition asks for, as part of a sentence; `inside` another one, brackets keep it together.

    The document says what the words stand for that rules look for.
    """
    if not isinstance(when, dict) or len(when) != 1:
        return "something that is not understood"
    ((kind, value),) = when.items()
    if kind in ("all", "any", "at_least"):
        words, several = _joined(kind, value, document)
        return f"({words})" if inside and several else words
    if kind == "needs":
        return _needs(value, document)
    return WORDS[kind](value) if kind in WORDS else f"something called {kind}"


def _joined(kind: str, value: Any, document: Document) -> tuple[str, bool]:
    count = value.get("count", 1) if kind == "at_least" else 1
    parts = value["of"] if kind == "at_least" else value
    words = [in_words(part, document, inside=True) for part in parts]
    if kind == "at_least" and count > 1:
        return f"at least {count} of these: {'; '.join(words)}", True
    return (" and " if kind == "all" else ", or ").join(words), len(words) > 1


def _needs(value: Document, document: Document) -> str:
    count, level, areas = value.get("count", 1), value.get("level", 1), value.get("domains", 1)
    words = f"{count} signs" if count > 1 else "a sign"
    words += _called(value, document)
    words += f" at Level {level} or above" if level > 1 else ""
    words += f", over at least {areas} areas" if areas > 1 else ""
    if value.get("duration"):
        words += f", {'each ' if count > 1 else ''}for {DURATIONS[value['duration']]}"
    return words


def _called(value: Document, document: Document) -> str:
    """Which signs: by code, by what they are about, or any."""
    codes, tags = list(value.get("codes", ())), [tag_title(document, tag) for tag in value.get("tags", ())]
    found = [f"{word} {' or '.join(named)}" for word, named in (("of", codes), ("about", tags)) if named]
    return f" {' or '.join(found)}" if found else ""


def _younger(months: int) -> str:
    age = _many(months // YEAR, "year") if months % YEAR == 0 else _many(months, "month")
    return f"the child, born or unborn, is under {age}"


def _many(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _tool(value: dict[str, Any]) -> str:
    ((tool, score),) = value.items()
    if tool == "dash":
        return f"a DASH score of {score} or more"
    if tool == "neglect_grade":
        return f"a graded care profile of {score} or worse"
    words, grades = GRADED[tool]
    return f"{words} {score}{' or higher' if score != grades[-1] else ''}"


WORDS: dict[str, Callable[[Any], str]] = {
    "younger_than_months": _younger,
    "referrals_at_least": lambda number: (
        f"{_many(number, 'earlier referral')} {'or more ' if number else ''}in the last twelve months"
    ),
    "tool_at_least": _tool,
    "immediate_danger": lambda _: "somebody says the child is in danger now",
    "consent": lambda word: CONSENT[word],
    "age_unknown": lambda _: "the child’s age is not known",
    "reached": lambda level: f"the answer is Level {level} or above",
}
