"""What would have changed an answer: each thing tried alone, by asking the engine again."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from thresholds import engine
from thresholds.editing.names import SEVERITIES
from thresholds.engine import Facts, Sign, assess
from thresholds.engine.evidence import Trigger
from thresholds.engine.grounds import edges, lasting
from thresholds.engine.words import (
    DARA_GRADES,
    DASH_GRADES,
    DURATIONS,
    DUTY_RANK,
    EXPLOITATION_GRADES,
    ROUTE_RANK,
)
from thresholds.engine.words import SEVERITIES as SERIOUS

Tried = tuple[str, Facts]
Height = tuple[int, int, int]
GRADED = {"dash_grade": DASH_GRADES, "dara": DARA_GRADES, "exploitation": EXPLOITATION_GRADES}
CALLED = {
    "dash": "the DASH score were {}",
    "dash_grade": "DASH were graded {}",
    "dara": "DARA were graded {}",
    "neglect_grade": "the neglect grade were {}",
    "exploitation": "screening for exploitation found {} risk",
}
LASTING = {"once": "once", "weeks": "weeks", "months": "months", "years": "a year or more"}
A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Change:
    """If this were so, the answer would be this band, and go to this service."""

    words: str
    level: int | None
    band: str
    goes_to: str


def higher(held: engine.Framework, facts: Facts) -> tuple[Change, ...]:
    """What would have raised the answer: of each kind the least that does, and the least that raises it further."""
    now = height(held, assess(facts, held))
    found: list[Change] = []
    for tried in _kinds(held, facts):
        highest = now
        for words, changed in tried:
            said = assess(changed, held)
            if height(held, said) > highest:
                found.append(_change(held, words, said))
                highest = height(held, said)
    return tuple(found)


def lower(held: engine.Framework, facts: Facts) -> tuple[Change, ...]:
    """What the answer would be without each ticked sign, where that differs."""
    now = assess(facts, held)
    found = []
    for code in (one.code for one in held.indicators):
        left = frozenset(sign for sign in facts.indicators if sign.code != code)
        if len(left) == len(facts.indicators):
            continue
        said = assess(replace(facts, indicators=left), held)
        if height(held, said) < height(held, now):
            found.append(_change(held, held.by_code[code].words, said))
    return tuple(found)


def height(held: engine.Framework, said: engine.Assessment) -> Height:
    """How far an answer goes: its band's place, its route and its duty."""
    order = next((band.order for band in held.bands if band.code == said.band), -1)
    return order, ROUTE_RANK[said.route], DUTY_RANK[said.duty]


def _change(held: engine.Framework, words: str, said: engine.Assessment) -> Change:
    return Change(words, said.level, said.band or "", held.services.get(said.route, ""))


def _kinds(held: engine.Framework, facts: Facts) -> Iterator[Iterator[Tried]]:
    """Each kind of thing that could be more, its values from the least."""
    looked_at, asked_how_long = edges(held), lasting(held)
    for sign in sorted(facts.indicators, key=repr):
        yield _severities(held, facts, sign)
        if sign.code in asked_how_long:
            yield _durations(held, facts, sign, looked_at["durations"])
    yield _ages(facts, looked_at.get(Trigger.AGE, ()))
    yield _referrals(facts, looked_at.get(Trigger.REFERRALS, ()))
    for tool in CALLED:
        yield _scores(facts, tool, looked_at.get(f"tools.{tool}", ()))
    if not facts.immediate_danger:
        yield iter([("somebody said that the child is in danger now", replace(facts, immediate_danger=True))])


def _severities(held: engine.Framework, facts: Facts, sign: Sign) -> Iterator[Tried]:
    indicator = held.by_code[sign.code]
    if not indicator.grades:
        return
    now = SERIOUS.index(sign.severity) if sign.severity else -1
    for word in SERIOUS[now + 1 :]:
        yield (
            f"this were {SEVERITIES[word].lower()}: {indicator.words}",
            _with(facts, sign, replace(sign, severity=word)),
        )


def _durations(held: engine.Framework, facts: Facts, sign: Sign, ranks: tuple[int, ...]) -> Iterator[Tried]:
    now = DURATIONS.index(sign.duration) if sign.duration else -1
    for rank in ranks:
        if rank > now:
            lasting, words = DURATIONS[rank], held.by_code[sign.code].words
            yield (
                f"this had gone on for {LASTING[lasting]}: {words}",
                _with(facts, sign, replace(sign, duration=lasting)),
            )


def _with(facts: Facts, sign: Sign, raised: Sign) -> Facts:
    return replace(facts, indicators=facts.indicators - {sign} | {raised})


def _ages(facts: Facts, months: tuple[int, ...]) -> Iterator[Tried]:
    """Only where nobody knows the age: a child does not become younger."""
    if facts.unborn or facts.child_age_months is not None:
        return
    for limit in reversed(months):
        years = f"{limit // A_YEAR}" if limit % A_YEAR == 0 else f"{limit} months"
        yield f"the child were under {years}", replace(facts, child_age_months=limit - 1)


def _referrals(facts: Facts, numbers: tuple[int, ...]) -> Iterator[Tried]:
    for number in numbers:
        if number > facts.referrals_last_12_months:
            yield (
                f"there had been {number} referrals in the 12 months before",
                replace(facts, referrals_last_12_months=number),
            )


def _scores(facts: Facts, tool: str, edges_of: tuple[int, ...]) -> Iterator[Tried]:
    grades, now = GRADED.get(tool), getattr(facts.tools, tool)
    held = -1 if now is None else grades.index(now) if grades else now
    for edge in edges_of:
        if edge > held:
            value = grades[edge] if grades else edge
            words = f"{value} or more" if tool == "dash" else f"{value} or worse" if tool == "neglect_grade" else value
            raised: dict[str, Any] = {tool: value}
            yield CALLED[tool].format(words), replace(facts, tools=replace(facts.tools, **raised))
