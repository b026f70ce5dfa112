"""Facts in; level, band, route, duty and every reason out."""

from operator import attrgetter
from typing import Final

from thresholds.engine.errors import UnknownIndicator
from thresholds.engine.evidence import Evidence, scores
from thresholds.engine.facts import Facts
from thresholds.engine.framework import Assessment, Band, Finding, Framework, Reading, Step
from thresholds.engine.words import DURATION_RANK, DUTY_RANK, ROUTE_RANK, Duty, Route

ORDER: Final = attrgetter("order")


def assess(facts: Facts, framework: Framework) -> Assessment:
    """The highest band any indicator or rule reaches, with every one that fired, in framework order.

    The route and the duty are the most protective that any of them asks for. Nothing lowers an answer: not a strength,
    not a low score, not agreement. Raises UnknownIndicator for a code the framework does not hold.
    """
    evidence, readings = _evidence(facts, framework)
    steps = _steps(evidence, framework)
    found = [reading.finding for reading in readings]
    found += [_said(step, facts) for step in steps]
    if not found:
        return Assessment(framework.key, framework.version, None, None, "undetermined", "undetermined", ())
    bands = [reading.band for reading in readings]
    bands += [step.band for step in steps]
    return _answer(framework, max(bands, key=ORDER), found, evidence)


def evidence_of(facts: Facts, framework: Framework) -> Evidence:
    """The facts as conditions look at them. Raises UnknownIndicator."""
    return _evidence(facts, framework)[0]


def _evidence(facts: Facts, framework: Framework) -> tuple[Evidence, list[Reading]]:
    """Each code once, at its most serious and its longest, in framework order."""
    highest: dict[str, Reading] = {}
    durations: dict[str, int] = {}
    top = 0
    for sign in facts.indicators:
        code = sign.code
        reading = framework.readings.get((code, sign.severity))
        if reading is None:
            raise UnknownIndicator(code)
        if code not in highest or _worse(reading, highest[code]):
            highest[code] = reading
        if reading.level > top:
            top = reading.level
        durations[code] = max(durations.get(code, -1), DURATION_RANK[sign.duration])
    readings = sorted(highest.values(), key=ORDER)
    return Evidence(facts, tuple(readings), durations, scores(facts.tools), top), readings


def _steps(evidence: Evidence, framework: Framework) -> list[Step]:
    """The most serious step that is met of each rule; rules that these facts cannot trigger are not looked at."""
    possible: set[int] = set()
    for trigger in evidence.triggers():
        possible.update(framework.triggered.get(trigger, ()))
    met = []
    for place in sorted(possible):
        for step in framework.rules[place].steps:
            if step.when.met(evidence):
                met.append(step)
                break
    return met


def _answer(framework: Framework, band: Band, found: list[Finding], evidence: Evidence) -> Assessment:
    route = max([finding.route for finding in found], key=ROUTE_RANK.__getitem__)
    duty = max([finding.duty for finding in found], key=DUTY_RANK.__getitem__)
    found += _notes(framework, band, route, duty, evidence)
    return Assessment(framework.key, framework.version, band.level, band.code, route, duty, tuple(found))


def _notes(framework: Framework, band: Band, route: Route, duty: Duty, evidence: Evidence) -> list[Finding]:
    """Sentences about the answer, at the answer's own level, so that they cannot change it."""
    evidence.reached = band.level
    return [
        Finding(note.id, band.level, band.code, route, duty, note.because)
        for note in framework.notes
        if note.when.met(evidence)
    ]


def _said(step: Step, facts: Facts) -> Finding:
    """The step's finding, with the numbers of these facts where its sentence has room for them."""
    finding = step.finding
    if not step.speaks_of_facts:
        return finding
    tools = facts.tools
    because = finding.because.format(
        dash=tools.dash,
        dash_grade=tools.dash_grade,
        dara=tools.dara,
        neglect_grade=tools.neglect_grade,
        exploitation=tools.exploitation,
        referrals=facts.referrals_last_12_months,
    )
    return Finding(finding.rule, finding.level, finding.band, finding.route, finding.duty, because)


def _worse(one: Reading, other: Reading) -> bool:
    """One order over every reading of a code: ties are settled by the words, so no set order shows through."""
    return _weight(one) > _weight(other)


def _weight(reading: Reading) -> tuple[int, int, int, str]:
    finding = reading.finding
    return reading.band.order, ROUTE_RANK[finding.route], DUTY_RANK[finding.duty], finding.because
