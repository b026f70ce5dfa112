"""Asking the engine and keeping what it said."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from thresholds import engine
from thresholds.engine import Facts, facts_from_json, facts_to_json
from thresholds.models import Assessment, Framework
from thresholds.selectors.frameworks import parsed


@dataclass(frozen=True, slots=True)
class Asked:
    """One assessment to make; `kind` is Assessment.Kind. Those made for one referral share `about`.

    `replaces` is the same child's earlier one, which no longer counts.
    """

    facts: Facts
    framework: Framework
    kind: str
    about: UUID | None = None
    replaces: Assessment | None = None


def record(*, facts: Facts, framework: Framework, kind: str) -> Assessment:
    """Assess and keep the answer with its facts, its version and every reason; raises UnknownIndicator."""
    made = _made(Asked(facts, framework, kind))
    made.save(force_insert=True)
    return made


def record_many(*, items: Iterable[Asked]) -> list[Assessment]:
    """The same for many, in one INSERT and in the order given; all or none."""
    return Assessment.objects.bulk_create([_made(item) for item in items])


def explain(assessment: Assessment) -> engine.Assessment:
    """The answer worked out again from the stored facts under the stored version; it says what the stored one says."""
    return engine.assess(facts_from_json(assessment.facts), parsed(assessment.framework))


def reasons(said: engine.Assessment) -> list[dict[str, str | int]]:
    """Each reason as it is stored and as the API says it."""
    return [{"rule": one.rule, "level": one.level, "because": one.because} for one in said.reasons]


def _made(asked: Asked) -> Assessment:
    said = engine.assess(asked.facts, parsed(asked.framework))
    return Assessment(
        framework=asked.framework,
        kind=asked.kind,
        about=asked.about,
        replaces=asked.replaces,
        facts=facts_to_json(asked.facts),
        level=said.level,
        band=said.band or "",
        route=said.route,
        duty=said.duty,
        reasons=reasons(said),
    )
