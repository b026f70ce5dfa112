"""The parts of a document that the engine reads: which framework, which signs, which scores. Shared by all our APIs."""

from typing import Any

from mash.lib.reading import Part
from mash.lib.text import clean
from thresholds import engine
from thresholds.engine import Sign, Tools
from thresholds.engine.words import (
    DARA_GRADES,
    DASH_GRADES,
    DASH_MAXIMUM,
    DURATIONS,
    EXPLOITATION_GRADES,
    SEVERITIES,
)

MOST_SIGNS = 200
BEST_NEGLECT_GRADE, WORST_NEGLECT_GRADE = 1, 5
LONGEST_CODE = 20


def signs(part: Part, name: str, framework: engine.Framework) -> tuple[Sign, ...]:
    """The indicators in a list: codes, or objects with severity and duration. One said twice counts once."""
    items = part.items(name, most=MOST_SIGNS)
    read = [_sign(part, f"{name}.{n}", item, framework) for n, item in enumerate(items)]
    return tuple(dict.fromkeys(sign for sign in read if sign is not None))


def _sign(part: Part, name: str, item: Any, framework: engine.Framework) -> Sign | None:
    if isinstance(item, str):
        return Sign(item) if _known(part, name, item, framework) else None
    fields = Part(item, part.notes, part.at(name))
    code = fields.text("code", needed="Give the code of the indicator.")
    severity, duration = fields.word("severity", SEVERITIES), fields.word("duration", DURATIONS)
    if not code or not _known(fields, "code", code, framework):
        return None
    return Sign(code, severity=severity or None, duration=duration or None)


def _known(part: Part, name: str, code: str, framework: engine.Framework) -> bool:
    """Whether there is such a sign; the framework is called by its title, which people know, and not by its key."""
    if code in framework.by_code:
        return True
    part.wrong(name, f"There is no indicator “{clean(code)[:LONGEST_CODE]}” in the framework “{framework.title}”.")
    return False


def tools(part: Part) -> Tools:
    """The scores of screening tools that were used."""
    return Tools(
        dash=part.whole("dash", 0, DASH_MAXIMUM),
        dash_grade=part.word("dash_grade", DASH_GRADES) or None,
        dara=part.word("dara", DARA_GRADES) or None,
        neglect_grade=part.whole("neglect_grade", BEST_NEGLECT_GRADE, WORST_NEGLECT_GRADE),
        exploitation=part.word("exploitation", EXPLOITATION_GRADES) or None,
    )
