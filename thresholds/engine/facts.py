"""What is known about a child when a level is asked for. A value out of range cannot be made at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from thresholds.engine.checks import one_of, required, whole, yes_or_no
from thresholds.engine.errors import InvalidFact
from thresholds.engine.words import (
    CONSENTS,
    DARA_GRADES,
    DASH_GRADES,
    DASH_MAXIMUM,
    DURATIONS,
    EXPLOITATION_GRADES,
    SEVERITIES,
)

OLDEST_MONTHS = 300
"""Twenty-five years: the end of duties to a young person with special needs or leaving care."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One indicator somebody ticked, with how serious it is and for how long, when they said so."""

    code: str
    severity: str | None = None
    duration: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.code, str) or not self.code:
            raise InvalidFact("indicators", "an indicator needs a code")
        one_of("indicators.severity", self.severity, SEVERITIES)
        one_of("indicators.duration", self.duration, DURATIONS)


@dataclass(frozen=True, slots=True)
class Tools:
    """Scores of screening tools that were used: DASH ticks 0 to 27, a DARA grade, a neglect grade 1 (best) to 5.

    DASH has a grade as well, by the judgement of whoever filled it in: few ticks may be graded high (SafeLives). DARA
    has a grade alone: it asks how often each thing happens and adds nothing up (College of Policing).
    """

    dash: int | None = None
    dash_grade: str | None = None
    dara: str | None = None
    neglect_grade: int | None = None
    exploitation: str | None = None

    def __post_init__(self) -> None:
        whole("tools.dash", self.dash, 0, DASH_MAXIMUM)
        one_of("tools.dash_grade", self.dash_grade, DASH_GRADES)
        one_of("tools.dara", self.dara, DARA_GRADES)
        whole("tools.neglect_grade", self.neglect_grade, 1, 5)
        one_of("tools.exploitation", self.exploitation, EXPLOITATION_GRADES)


NO_TOOLS = Tools()


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one assessment rests on. With several children: the youngest age, and unborn if any is."""

    indicators: frozenset[Sign] = field(default_factory=frozenset)
    child_age_months: int | None = None
    unborn: bool = False
    referrals_last_12_months: int = 0
    tools: Tools = NO_TOOLS
    consent: str | None = None
    immediate_danger: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "indicators", signs(self.indicators))
        whole("child_age_months", self.child_age_months, 0, OLDEST_MONTHS)
        yes_or_no("unborn", self.unborn)
        required("referrals_last_12_months", self.referrals_last_12_months)
        whole("referrals_last_12_months", self.referrals_last_12_months, 0, 1000)
        if not isinstance(self.tools, Tools):
            raise InvalidFact("tools", "must be a set of tool scores")
        one_of("consent", self.consent, CONSENTS)
        yes_or_no("immediate_danger", self.immediate_danger)


def signs(given: Iterable[Sign]) -> frozenset[Sign]:
    """The signs as a set, so that the order in which they were ticked cannot matter."""
    held = frozenset(given)
    if not all(type(sign) is Sign for sign in held):
        raise InvalidFact("indicators", "must be signs")
    return held
