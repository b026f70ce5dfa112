"""The kinds of condition a rule may be made of.

Every kind but the last three can only become true, never false, as risk is added: there is no "not" and no upper bound
except youth. That is what makes a rule unable to lower a level, whatever an authority writes in its framework.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from thresholds.engine.evidence import Evidence, Trigger

ALWAYS: Final[frozenset[str]] = frozenset()
"""Notes are looked at whatever the facts are."""


class Condition(Protocol):
    """Something that the evidence meets or does not; it cannot be met unless one of its triggers is there."""

    def met(self, evidence: Evidence) -> bool: ...

    def triggers(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part is met."""

    parts: tuple[Condition, ...]

    def met(self, evidence: Evidence) -> bool:
        for part in self.parts:  # noqa: SIM110 - a plain loop costs half of all() here, and this is the hot path
            if not part.met(evidence):
                return False
        return True

    def triggers(self) -> frozenset[str]:
        return min((part.triggers() for part in self.parts), key=_rarity)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least so many of the parts are met."""

    count: int
    parts: tuple[Condition, ...]

    def met(self, evidence: Evidence) -> bool:
        wanted = self.count
        for part in self.parts:
            if part.met(evidence):
                wanted -= 1
                if not wanted:
                    return True
        return False

    def triggers(self) -> frozenset[str]:
        return frozenset().union(*(part.triggers() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Needs:
    """So many of these indicators at a level or above, over so many domains, each for so long."""

    codes: frozenset[str]
    level: int
    count: int
    domains: int
    duration: int

    def met(self, evidence: Evidence) -> bool:
        if evidence.top < self.level or len(evidence.needs) < self.count:
            return False
        found = [
            need.domain
            for need in evidence.needs
            if need.level >= self.level and need.code in self.codes and evidence.durations[need.code] >= self.duration
        ]
        return len(found) >= self.count and len(set(found)) >= self.domains

    def triggers(self) -> frozenset[str]:
        return self.codes


@dataclass(frozen=True, slots=True)
class YoungerThan:
    """A child under so many months; an unborn child is younger than any."""

    months: int

    def met(self, evidence: Evidence) -> bool:
        age = evidence.facts.child_age_months
        return evidence.facts.unborn or (age is not None and age < self.months)

    def triggers(self) -> frozenset[str]:
        return frozenset({Trigger.AGE})


@dataclass(frozen=True, slots=True)
class Referrals:
    """So many referrals in the last twelve months, this one not counted."""

    at_least: int

    def met(self, evidence: Evidence) -> bool:
        return evidence.facts.referrals_last_12_months >= self.at_least

    def triggers(self) -> frozenset[str]:
        return frozenset({Trigger.REFERRALS})


@dataclass(frozen=True, slots=True)
class ToolScore:
    """A tool's score, or the rank of its grade, is so much or more; a tool not used says nothing."""

    tool: str
    at_least: int

    def met(self, evidence: Evidence) -> bool:
        return evidence.scores.get(self.tool, -1) >= self.at_least

    def triggers(self) -> frozenset[str]:
        return frozenset({self.tool})


@dataclass(frozen=True, slots=True)
class InDanger:
    """Somebody says the child is in danger now."""

    def met(self, evidence: Evidence) -> bool:
        return evidence.facts.immediate_danger

    def triggers(self) -> frozenset[str]:
        return frozenset({Trigger.DANGER})


@dataclass(frozen=True, slots=True)
class ConsentIs:
    """For notes only."""

    word: str

    def met(self, evidence: Evidence) -> bool:
        return evidence.facts.consent == self.word

    def triggers(self) -> frozenset[str]:
        return ALWAYS


@dataclass(frozen=True, slots=True)
class AgeUnknown:
    """For notes only."""

    def met(self, evidence: Evidence) -> bool:
        return evidence.facts.child_age_months is None and not evidence.facts.unborn

    def triggers(self) -> frozenset[str]:
        return ALWAYS


@dataclass(frozen=True, slots=True)
class Reached:
    """For notes only: the answer is this level or above."""

    level: int

    def met(self, evidence: Evidence) -> bool:
        return evidence.reached >= self.level

    def triggers(self) -> frozenset[str]:
        return ALWAYS


def _rarity(triggers: frozenset[str]) -> tuple[bool, int]:
    """An age is nearly always known, so it is the last thing to wait for."""
    return Trigger.AGE in triggers, len(triggers)
