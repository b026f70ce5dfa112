"""Which facts each finding rests on, worked out after the answer: for explaining it, never for giving it."""

from collections.abc import Iterator
from dataclasses import dataclass

from thresholds.engine import conditions
from thresholds.engine.assessing import evidence_of
from thresholds.engine.conditions import Condition
from thresholds.engine.evidence import Evidence, Trigger
from thresholds.engine.facts import Facts
from thresholds.engine.framework import Framework

PLAIN: dict[type, str] = {
    conditions.YoungerThan: Trigger.AGE,
    conditions.Referrals: Trigger.REFERRALS,
    conditions.InDanger: Trigger.DANGER,
}


@dataclass(frozen=True, slots=True)
class Grounds:
    """What one rule rests on: the place of the step that spoke, and the codes, tools and other facts it looked at.

    `names` are codes, tools such as `tools.dash`, and the names in Trigger, each once, in the order they were met.
    """

    rule: str
    step: int
    names: tuple[str, ...]


def grounds(facts: Facts, framework: Framework) -> tuple[Grounds, ...]:
    """The grounds of every rule that these facts meet, in framework order. Raises UnknownIndicator."""
    evidence = evidence_of(facts, framework)
    found = []
    for rule in framework.rules:
        for place, step in enumerate(rule.steps):
            if step.when.met(evidence):
                found.append(Grounds(rule.id, place, tuple(dict.fromkeys(_names(step.when, evidence)))))
                break
    return tuple(found)


def _names(condition: Condition, evidence: Evidence) -> Iterator[str]:
    """The facts that meet a condition; a part that is not met lends nothing to "any of these"."""
    if not condition.met(evidence):
        return
    if isinstance(condition, conditions.AllOf | conditions.AtLeast):
        for part in condition.parts:
            yield from _names(part, evidence)
    elif isinstance(condition, conditions.Needs):
        yield from (need.code for need in evidence.needs if _counts(condition, need.code, need.level, evidence))
    elif isinstance(condition, conditions.ToolScore):
        yield condition.tool
    elif type(condition) in PLAIN:
        yield PLAIN[type(condition)]


def _counts(condition: conditions.Needs, code: str, level: int, evidence: Evidence) -> bool:
    lasting = evidence.durations[code] >= condition.duration
    return code in condition.codes and level >= condition.level and lasting


def lasting(framework: Framework) -> frozenset[str]:
    """The codes of which some rule asks for how long."""
    return frozenset(code for rule in framework.rules for step in rule.steps for code in _lasting(step.when))


def _lasting(condition: Condition) -> Iterator[str]:
    if isinstance(condition, conditions.AllOf | conditions.AtLeast):
        for part in condition.parts:
            yield from _lasting(part)
    elif isinstance(condition, conditions.Needs) and condition.duration >= 0:
        yield from condition.codes


def edges(framework: Framework) -> dict[str, tuple[int, ...]]:
    """At which age, number of referrals and score something changes, by the name of the fact; lowest first.

    `durations` holds, as ranks, how long a sign must have gone on for some rule.
    """
    found: dict[str, set[int]] = {}
    for rule in framework.rules:
        for step in rule.steps:
            for name, value in _edges(step.when):
                found.setdefault(name, set()).add(value)
    return {name: tuple(sorted(values)) for name, values in found.items()}


def _edges(condition: Condition) -> Iterator[tuple[str, int]]:
    if isinstance(condition, conditions.AllOf | conditions.AtLeast):
        for part in condition.parts:
            yield from _edges(part)
    elif isinstance(condition, conditions.YoungerThan):
        yield Trigger.AGE, condition.months
    elif isinstance(condition, conditions.Referrals):
        yield Trigger.REFERRALS, condition.at_least
    elif isinstance(condition, conditions.ToolScore):
        yield condition.tool, condition.at_least
    elif isinstance(condition, conditions.Needs) and condition.duration >= 0:
        yield "durations", condition.duration
