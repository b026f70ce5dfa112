"""A framework from its document, checked: what it returns cannot lower an answer or leave a code without a band."""

from collections.abc import Iterable
from itertools import pairwise
from string import Formatter

from thresholds.engine.documents import Document, code, listed, mapped, number, objects, short, text, word, words
from thresholds.engine.errors import BadFramework
from thresholds.engine.framework import Band, Finding, Framework, Grade, Indicator, Note, Rule, Step
from thresholds.engine.parse_conditions import Conditions
from thresholds.engine.readings import Ladder, readings
from thresholds.engine.words import DUTIES, DUTY_RANK, ROUTE_RANK, ROUTES, SERVICES, SEVERITIES, Route

FORMAT = 1
LEVELS = 4
LONGEST_BAND, LONGEST_CODE, LONGEST_KEY, LONGEST_TITLE = 8, 20, 40, 200
"""What the rows have room for that keep a band, a ticked sign, a version: no referral may be lost for a long name."""
FACTS_IN_WORDS = ("dash", "dash_grade", "dara", "neglect_grade", "exploitation", "referrals")
"""What a step's sentence may hold in brackets: the tools, and the referrals of the last twelve months."""


def framework_from_json(document: Document, *, version: int) -> Framework:
    """The framework a document describes; raises BadFramework, which names the place of the fault."""
    if not isinstance(document, dict):
        raise BadFramework("framework", "must be an object")
    if document.get("format") != FORMAT:
        raise BadFramework("format", f"must be {FORMAT}")
    ladder = Ladder(_bands(document))
    indicators = _indicators(document)
    rules = _rules(document, ladder, indicators)
    return Framework(
        key=code(document, "key", "framework", LONGEST_KEY),
        version=version,
        title=short(document, "title", "framework", LONGEST_TITLE),
        source=text(document, "source", "framework"),
        services=_services(document),
        bands=ladder.bands,
        domains=_titles(document, "domains"),
        needs=_titles(document, "needs"),
        indicators=indicators,
        rules=rules,
        notes=_notes(document, indicators),
        readings=readings(document, ladder, indicators),
        triggered=_triggered(rules),
        by_code={indicator.code: indicator for indicator in indicators},
    )


def _bands(document: Document) -> tuple[Band, ...]:
    bands = tuple(
        Band(
            code=short(item, "code", where, LONGEST_BAND),
            level=number(item, "level", where),
            route=word(item, "route", ROUTES[1:], where, "universal"),
            duty=word(item, "duty", DUTIES[1:], where, "universal"),
            order=order,
            title=text(item, "title", where),
        )
        for order, (where, item) in enumerate(listed(document, "bands", "framework"))
    )
    _once([band.code for band in bands], "framework.bands")
    if not bands or bands[0].level < 1 or bands[-1].level > LEVELS:
        raise BadFramework("framework.bands", f"levels go from 1 to {LEVELS}")
    for lower, higher in pairwise(bands):
        if not _no_lower(higher, lower):
            raise BadFramework("framework.bands", f"{higher.code} must not ask for less than {lower.code}")
    return bands


def _services(document: Document) -> dict[Route, str]:
    """What each route's service is called here; the usual names where nothing is said."""
    given = mapped(document, "services", "framework")
    unknown = set(given) - set(SERVICES)
    if unknown:
        raise BadFramework("framework.services", f"there is no route {', '.join(sorted(unknown))}")
    return {
        route: text(given, route, "framework.services") if route in given else name for route, name in SERVICES.items()
    }


def _titles(document: Document, name: str) -> dict[str, str]:
    return {text(item, "key", where): text(item, "title", where) for where, item in listed(document, name, "framework")}


def _indicators(document: Document) -> tuple[Indicator, ...]:
    found = tuple(
        _indicator(item, where, order)
        for order, (where, item) in enumerate(listed(document, "indicators", "framework"))
    )
    _once([indicator.code for indicator in found], "framework.indicators")
    domains, needs = _titles(document, "domains"), _titles(document, "needs")
    for indicator in found:
        _known(indicator.domain, domains, f"{indicator.code}.domain")
        _known(indicator.need, needs, f"{indicator.code}.need")
    return found


def _indicator(item: Document, where: str, order: int) -> Indicator:
    grades = _grades(item, where)
    published = None if item.get("level") is None else number(item, "level", where)
    if published is None and not grades:
        raise BadFramework(f"{where}.level", "is needed where no severities are given")
    return Indicator(
        code=code(item, "code", where, LONGEST_CODE),
        domain=text(item, "domain", where),
        need=text(item, "need", where),
        words=text(item, "words", where),
        level=grades[-1].level if published is None else published,
        published=published,
        grades=grades,
        tags=frozenset(words(item, "tags", where)),
        source=text(item, "source", where),
        order=order,
    )


def _grades(item: Document, where: str) -> tuple[Grade, ...]:
    """All three severities or none, and a more serious one never at a lower level."""
    given = objects(item, "severities", where)
    if given and set(given) != set(SEVERITIES):
        raise BadFramework(f"{where}.severities", f"must be {', '.join(SEVERITIES)}")
    grades = tuple(
        Grade(severity, number(given[severity], "level", where), text(given[severity], "words", where))
        for severity in SEVERITIES
        if given
    )
    levels = [grade.level for grade in grades]
    if levels != sorted(levels):
        raise BadFramework(f"{where}.severities", "a more serious one must not have a lower level")
    return grades


def _rules(document: Document, ladder: Ladder, indicators: tuple[Indicator, ...]) -> tuple[Rule, ...]:
    conditions = Conditions(indicators)
    rules = tuple(
        Rule(text(item, "id", where), text(item, "source", where), _steps(item, where, ladder, conditions))
        for where, item in listed(document, "rules", "framework")
    )
    notes = [text(item, "id", where) for where, item in listed(document, "notes", "framework")]
    _once([rule.id for rule in rules] + notes + [one.code for one in indicators], "framework.rules")
    return rules


def _triggered(rules: tuple[Rule, ...]) -> dict[str, tuple[int, ...]]:
    """For each thing that may be there, the places of the rules that cannot be met without it or its like."""
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for trigger in frozenset().union(*(step.when.triggers() for step in rule.steps)):
            found.setdefault(trigger, []).append(place)
    return {trigger: tuple(places) for trigger, places in found.items()}


def _steps(item: Document, where: str, ladder: Ladder, conditions: Conditions) -> tuple[Step, ...]:
    rule = text(item, "id", where)
    steps = tuple(_step(step, place, rule, ladder, conditions) for place, step in listed(item, "steps", where))
    for higher, lower in pairwise(steps):
        if not _no_lower(higher.finding, lower.finding):
            raise BadFramework(f"{where}.steps", "must go from the most to the least serious")
    return steps


def _step(step: Document, where: str, rule: str, ladder: Ladder, conditions: Conditions) -> Step:
    level = number(step, "level", where)
    duty = word(step, "duty", DUTIES, where, "undetermined")
    route = word(step, "route", ROUTES, where, "undetermined")
    band = ladder.band(level, duty, where)
    because = _sentence(step, where)
    finding = ladder.finding(rule, band, because, duty=duty, route=route)
    return Step(conditions.read(step.get("when"), f"{where}.when"), band, finding, "{" in because)


def _sentence(step: Document, where: str) -> str:
    """The step's words, which may have room for a number of the facts and for nothing else."""
    because = text(step, "because", where)
    try:
        rooms = [part[1:] for part in Formatter().parse(because) if part[1] is not None]
    except ValueError:
        raise BadFramework(f"{where}.because", "has a bracket { or } that is not closed") from None
    if any(name not in FACTS_IN_WORDS or spec or conversion for name, spec, conversion in rooms):
        known = ", ".join(f"{{{name}}}" for name in FACTS_IN_WORDS)
        raise BadFramework(f"{where}.because", f"may have only these words in brackets: {known}")
    return because


def _notes(document: Document, indicators: tuple[Indicator, ...]) -> tuple[Note, ...]:
    conditions = Conditions(indicators, for_notes=True)
    return tuple(
        Note(
            text(item, "id", where),
            text(item, "source", where),
            conditions.read(item.get("when"), f"{where}.when"),
            text(item, "because", where),
        )
        for where, item in listed(document, "notes", "framework")
    )


def _no_lower(higher: Band | Finding, lower: Band | Finding) -> bool:
    return (
        higher.level >= lower.level
        and ROUTE_RANK[higher.route] >= ROUTE_RANK[lower.route]
        and DUTY_RANK[higher.duty] >= DUTY_RANK[lower.duty]
    )


def _once(names: Iterable[str], where: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise BadFramework(where, f"{name} is there twice")
        seen.add(name)


def _known(name: str, titles: dict[str, str], where: str) -> None:
    if name not in titles:
        raise BadFramework(where, f"{name!r} has no title")
