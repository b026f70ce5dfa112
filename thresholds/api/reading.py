"""From the JSON of a question to the engine's facts and the framework it asks about."""

from typing import Any

from mash.lib.reading import Notes, Part
from thresholds import documents, engine
from thresholds.engine import Facts
from thresholds.engine.facts import OLDEST_MONTHS
from thresholds.engine.words import CONSENTS
from thresholds.selectors.frameworks import UnknownFramework, framework_here, framework_in_force, parsed

MOST_REFERRALS = 1000


class InvalidQuestion(Exception):
    """What was sent cannot be assessed; `errors` has sentences by path, such as `context.tools.dash`."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(f"wrong: {', '.join(sorted(errors))}")
        self.errors = errors


def read(document: Any) -> tuple[Facts, engine.Framework, list[str]]:
    """The facts, the framework, and the paths of fields that mean nothing to us. Raises InvalidQuestion."""
    notes = Notes()
    part = Part(document, notes)
    framework = _framework(part)
    facts = _facts(part, part.part("context"), framework)
    if notes.errors or framework is None:
        raise InvalidQuestion(notes.errors)
    return facts, framework, notes.not_read()


def _framework(part: Part) -> engine.Framework | None:
    """The one that is named, or the authority's own."""
    key = part.text("framework")
    try:
        return parsed(framework_in_force(key) if key else framework_here())
    except UnknownFramework:
        part.wrong("framework", "There is no such framework in force.")
        return None


def _facts(part: Part, context: Part, framework: engine.Framework | None) -> Facts:
    signs = documents.signs(part, "indicators", framework) if framework else ()
    return Facts(
        indicators=frozenset(signs),
        child_age_months=context.whole("child_age_months", 0, OLDEST_MONTHS),
        unborn=context.flag("unborn"),
        referrals_last_12_months=context.whole("referrals_last_12_months", 0, MOST_REFERRALS) or 0,
        tools=documents.tools(context.part("tools")),
        consent=context.word("consent", CONSENTS) or None,
        immediate_danger=context.flag("immediate_danger"),
    )
