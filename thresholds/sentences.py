"""Rules as whole sentences, for whoever reads a framework: a governance lead, a councillor, a parent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from thresholds.editing.names import DUTIES, services, tag_title
from thresholds.engine.words import DARA_GRADES, DASH_GRADES, EXPLOITATION_GRADES

Document = Mapping[str, Any]

GRADED = {
    "dash_grade": ("DASH is graded", DASH_GRADES),
    "dara": ("DARA is graded", DARA_GRADES),
    "exploitation": ("screening for exploitation is graded", EXPLOITATION_GRADES),
}
CONSENT = {"given": "the family agrees", "refused": "the family refuses", "not_sought": "nobody has asked the family"}
LASTING = {
    "weeks": "for weeks or longer",
    "months": "for months or longer",
    "years": "for a year or longer",
}
YEAR = 12
ROOM = re.compile(r"(?<!\{)\{[a-z_]+\}(?!\})")


def step_sentence(document: Document, step: Document) -> str:
    """When a step is met and what it comes to: "When ...: Level 4"."""
    return f"When {clause(step['when'], document)}: {outcome(document, step)}."


def outcome(document: Document, step: Document) -> str:
    """The level a step comes to, and the service and the duty where it names its own."""
    named = dict(services(dict(document)))
    duty = DUTIES.get(step.get("duty", ""), "")
    own = [f"to {named[step['route']]}" if step.get("route") in named else "", duty[:1].lower() + duty[1:]]
    return ", ".join([f"Level {step['level']}", *filter(None, own)])


def spoken(because: str) -> str:
    """A step's own words where no facts are at hand: dots stand for a number of them."""
    return ROOM.sub("…", because).replace("{{", "{").replace("}}", "}")


def clause(when: Any, document: Document, *, inside: bool = False) -> str:
    """What a condition asks for, as a clause; `inside` another one, brackets keep it together."""
    ((kind, value),) = when.items()
    if kind in ("all", "any", "at_least"):
        words, several = _joined(kind, value, document)
        return f"({words})" if inside and several else words
    if kind == "needs":
        return _needs(value, document)
    return CLAUSES[kind](value)


def _joined(kind: str, value: Any, document: Document) -> tuple[str, bool]:
    count = value.get("count", 1) if kind == "at_least" else 1
    parts = value["of"] if kind == "at_least" else value
    words = [clause(part, document, inside=True) for part in parts]
    if kind == "at_least" and count > 1:
        return f"at least {count} of these are so: {'; '.join(words)}", True
    return (", and " if kind == "all" else ", or ").join(words), len(words) > 1


def _needs(value: Document, document: Document) -> str:
    count, level, areas = value.get("count", 1), value.get("level", 1), value.get("domains", 1)
    words = f"there are {count} signs or more" if count > 1 else "there is a sign"
    codes, tags = list(value.get("codes", ())), [tag_title(document, tag) for tag in value.get("tags", ())]
    words += f" about {' or '.join([*codes, *tags])}" if codes or tags else ""
    words += f" at Level {level} or above" if level > 1 else ""
    words += f", in {areas} areas of the child’s life or more" if areas > 1 else ""
    lasting = LASTING.get(value.get("duration") or "", "")
    return f"{words}, {'each ' if count > 1 else ''}{lasting}" if lasting else words


def _younger(months: int) -> str:
    number, unit = (months // YEAR, "year") if months % YEAR == 0 else (months, "month")
    return f"the child, born or unborn, is under {number}" + ("" if unit == "year" else " months")


def _referrals(number: int) -> str:
    return f"there were {number} referrals or more in the 12 months before" if number > 1 else "there was one before"


def _tool(value: Mapping[str, Any]) -> str:
    ((tool, score),) = value.items()
    if tool == "dash":
        return f"the DASH score is {score} or more"
    if tool == "neglect_grade":
        return f"the neglect grade is {score} or worse"
    words, grades = GRADED[tool]
    return f"{words} {score}{' or higher' if score != grades[-1] else ''}"


CLAUSES: dict[str, Callable[[Any], str]] = {
    "younger_than_months": _younger,
    "referrals_at_least": _referrals,
    "tool_at_least": _tool,
    "immediate_danger": lambda _: "somebody says the child is in danger now",
    "consent": lambda word: CONSENT[word],
    "age_unknown": lambda _: "the child’s age is not known",
    "reached": lambda level: f"the answer is Level {level} or above",
}
