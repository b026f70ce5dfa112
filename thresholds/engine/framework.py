"""A published framework as the engine reads it, and what the engine says. Everything here is frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from thresholds.engine.conditions import Condition
from thresholds.engine.errors import UnknownIndicator
from thresholds.engine.words import Duty, Route, Severity


@dataclass(frozen=True, slots=True)
class Band:
    """One of an authority's own steps, such as "3a"; `order` is its place from least to most serious."""

    code: str
    level: int
    route: Route
    duty: Duty
    order: int
    title: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How serious an indicator can be: the level that a severity gives, and what that looks like."""

    severity: Severity
    level: int
    words: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign of need in plain words.

    `level` is what it gives when nobody says how serious it is. `published` is the level its source prints; None where
    the source prints a range, and then `level` is the highest of it.
    """

    code: str
    domain: str
    need: str
    words: str
    level: int
    published: int | None
    grades: tuple[Grade, ...]
    tags: frozenset[str]
    source: str
    order: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that counts: which indicator or rule, how far it reaches, and why in a sentence."""

    rule: str
    level: int
    band: str
    route: Route
    duty: Duty
    because: str


@dataclass(frozen=True, slots=True)
class Reading:
    """An indicator at one severity, worked out once when the framework is read."""

    code: str
    domain: str
    order: int
    level: int
    band: Band
    finding: Finding


@dataclass(frozen=True, slots=True)
class Step:
    """The condition of one step of a rule, and what the step reaches."""

    when: Condition
    band: Band
    finding: Finding
    speaks_of_facts: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """Steps from the most to the least serious; the first whose condition is met speaks for the rule."""

    id: str
    source: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence worth saying about the answer, which it never changes."""

    id: str
    source: str
    when: Condition
    because: str


@dataclass(frozen=True, slots=True)
class Framework:
    """One version of an authority's framework; made by `framework_from_json`, which checks it."""

    key: str
    version: int
    title: str
    source: str
    services: Mapping[Route, str]
    bands: tuple[Band, ...]
    domains: Mapping[str, str]
    needs: Mapping[str, str]
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    notes: tuple[Note, ...]
    readings: Mapping[tuple[str, str | None], Reading] = field(repr=False)
    triggered: Mapping[str, tuple[int, ...]] = field(repr=False)
    by_code: Mapping[str, Indicator] = field(repr=False)

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code; raises UnknownIndicator."""
        try:
            return self.by_code[code]
        except KeyError:
            raise UnknownIndicator(code) from None


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the engine says. No level and no band when the facts give none yet."""

    framework_key: str
    framework_version: int
    level: int | None
    band: str | None
    route: Route
    duty: Duty
    reasons: tuple[Finding, ...]
