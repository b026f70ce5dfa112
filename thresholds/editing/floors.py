"""What no authority may publish: an answer that leaves a child with nobody. In words for whoever wrote the draft."""

from collections.abc import Iterator
from typing import Any

from thresholds import engine
from thresholds.engine import Band, Facts, Finding, assess, framework_from_json
from thresholds.engine.words import DUTY_RANK

Document = dict[str, Any]
DANGER = Facts(immediate_danger=True)
DANGER_STAYS = (
    "A child who is in danger now is Level 4 under every framework: the rule that says so can be put in other words, "
    "but not taken out or made to wait for something else"
)


def faults(framework: engine.Framework) -> tuple[str, ...]:
    """Everything that keeps this framework from being published; nothing when it may be."""
    bands = [_fault(f"Band {band.code}", band, framework) for band in framework.bands]
    own = [_fault(name, finding, framework) for name, finding in _findings(framework)]
    danger = [] if dangers_count(framework) else [DANGER_STAYS]
    # What a band gets wrong, all in it does: said once, of the band.
    return tuple(dict.fromkeys(filter(None, [*danger, *(bands if any(bands) else own)])))


def dangers_count(framework: engine.Framework) -> bool:
    """Whether danger now, with nothing else known, is Level 4."""
    return assess(DANGER, framework).level == 4


def stays(before: Document, after: Document) -> str:
    """Why what would be taken out stays; nothing when it may go."""
    had, has = (dangers_count(framework_from_json(one, version=1)) for one in (before, after))
    return DANGER_STAYS if had and not has else ""


def _findings(framework: engine.Framework) -> Iterator[tuple[str, Finding]]:
    for (code, _), reading in framework.readings.items():
        yield f"Indicator {code}", reading.finding
    for rule in framework.rules:
        for number, step in enumerate(rule.steps, start=1):
            yield f"Step {number} of the rule that says “{step.finding.because}”", step.finding


def _fault(name: str, one: Band | Finding, framework: engine.Framework) -> str:
    """Why people whose work it is would not see an answer like this one; nothing when they would."""
    gateway, cadt = framework.services["gateway"], framework.services["cadt"]
    lawful = DUTY_RANK[one.duty] >= DUTY_RANK["s17"]
    if one.level == 4 and not (lawful and one.route == "cadt"):
        return f"{name} is Level 4: it must go to {cadt}, with the section 47 or the section 17 duty"
    if lawful and one.route != "cadt":
        return f"{name} has a social worker’s duty: it must go to {cadt}"
    if one.level == 3 and (one.route == "universal" or one.duty == "universal"):
        return f"{name} is Level 3: it must go to {gateway} or {cadt}, with more than a duty open to everyone"
    if one.level == 2 and one.route == one.duty == "universal":
        return f"{name} is Level 2: it must go to {gateway} or {cadt}, or have the duty of early help"
    return ""
