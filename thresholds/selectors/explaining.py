"""One assessment explained: what counted and why, what was not known, and what would have changed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from thresholds import engine, sentences
from thresholds.editing.names import DUTIES, SEVERITIES, rule_title
from thresholds.engine import Facts, Sign, assess, facts_from_json
from thresholds.engine.evidence import Trigger
from thresholds.engine.grounds import edges, grounds, lasting
from thresholds.models import Assessment, Framework
from thresholds.selectors.changing import Change, higher, lower
from thresholds.selectors.frameworks import parsed

Document = dict[str, Any]
SIGN, RULE, NOTE = "sign", "rule", "note"
TOOLS = {
    "tools.dash": "The DASH score",
    "tools.dash_grade": "DASH, as judged",
    "tools.dara": "DARA, as the police graded it",
    "tools.neglect_grade": "The graded care profile",
    "tools.exploitation": "The screening for exploitation",
}
LASTED = {"once": "once", "weeks": "for weeks", "months": "for months", "years": "for a year or more"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that counted: its words, its level, where it comes from, and the facts it rests on.

    `sentence` is the rule's own, "" for a sign; `kind` is SIGN, RULE or NOTE.
    """

    kind: str
    title: str
    because: str
    level: int
    band: str
    sentence: str
    source: str
    rests_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer in words, under the version that gave it."""

    framework: Framework
    level: int | None
    band: str
    goes_to: str
    duty: str
    reasons: tuple[Reason, ...]
    unknown: tuple[str, ...]
    higher: tuple[Change, ...]
    lower: tuple[Change, ...]

    @property
    def deciding(self) -> list[Reason]:
        """The reasons that reach the level by themselves."""
        return [one for one in self.reasons if one.kind != NOTE and one.level == self.level]


def explain(assessment: Assessment, framework: Framework) -> Explanation:
    """The assessment worked out again from its own facts, under its own version, which `framework` is."""
    facts, held = facts_from_json(assessment.facts), parsed(framework)
    said = assess(facts, held)
    return Explanation(
        framework=framework,
        level=said.level,
        band=said.band or "",
        goes_to=held.services.get(said.route, ""),
        duty=DUTIES.get(said.duty, ""),
        reasons=tuple(_reasons(framework.document, held, facts, said)),
        unknown=tuple(_unknown(held, facts)),
        higher=higher(held, facts),
        lower=lower(held, facts),
    )


def _reasons(document: Document, held: engine.Framework, facts: Facts, said: engine.Assessment) -> Iterator[Reason]:
    by_rule = {one.rule: one for one in grounds(facts, held)}
    rules = {one["id"]: one for one in document["rules"]}
    notes = {one["id"]: one for one in document["notes"]}
    for one in sorted(said.reasons, key=lambda reason: -reason.level):
        if one.rule in held.by_code:
            yield _sign(held, facts, one)
        elif one.rule in rules:
            rule, found = rules[one.rule], by_rule[one.rule]
            sentence = sentences.step_sentence(document, rule["steps"][found.step])
            rests_on = tuple(ground_words(held, facts, name) for name in found.names)
            title = rule_title(rule)
            yield Reason(RULE, title, one.because, one.level, one.band, sentence, rule["source"], rests_on)
        else:
            note = notes[one.rule]
            sentence = f"When {sentences.clause(note['when'], document)}."
            title = rule_title(note)
            yield Reason(NOTE, title, one.because, one.level, one.band, sentence, note["source"], ())


def _sign(held: engine.Framework, facts: Facts, found: engine.Finding) -> Reason:
    indicator = held.by_code[found.rule]
    said = [_how(sign) for sign in sorted(facts.indicators, key=repr) if sign.code == found.rule]
    return Reason(
        SIGN,
        held.needs[indicator.need],
        found.because,
        found.level,
        found.band,
        "",
        indicator.source,
        tuple(filter(None, said)),
    )


def _how(sign: Sign) -> str:
    """What was said of a tick: how serious, and for how long."""
    said = [SEVERITIES[sign.severity].lower()] if sign.severity else []
    said += [LASTED[sign.duration]] if sign.duration else []
    return f"Ticked as {', '.join(said)}" if said else ""


def ground_words(held: engine.Framework, facts: Facts, name: str) -> str:
    """One fact that a rule rests on, in words."""
    if name in held.by_code:
        return held.by_code[name].words
    if name in TOOLS:
        return f"{TOOLS[name]}: {getattr(facts.tools, name.partition('.')[2])}"
    return {
        Trigger.AGE: _age(facts),
        Trigger.REFERRALS: f"{facts.referrals_last_12_months} referrals in the 12 months before",
        Trigger.DANGER: "Somebody said that the child is in danger now",
    }[name]


def _age(facts: Facts) -> str:
    months = facts.child_age_months
    if facts.unborn or months is None:
        return "The child is not yet born"
    return f"The child’s age: {months} months" if months < 24 else f"The child’s age: {months // 12}"


def _unknown(held: engine.Framework, facts: Facts) -> Iterator[str]:
    """What was not said that this framework asks about."""
    looked_at, asked_how_long = edges(held), lasting(held)
    if facts.child_age_months is None and not facts.unborn and Trigger.AGE in looked_at:
        yield "How old the child is: rules for the youngest could not be looked at."
    for code in sorted({sign.code for sign in facts.indicators}):
        ticks, indicator = [one for one in facts.indicators if one.code == code], held.by_code[code]
        if indicator.grades and not any(one.severity for one in ticks):
            yield f"How serious this is: {indicator.words}"
        if code in asked_how_long and not any(one.duration for one in ticks):
            yield f"For how long: {indicator.words}"
    unused = [words for name, words in TOOLS.items() if name in looked_at and name not in _used(facts)]
    if unused:
        yield f"Tools that nobody used: {'; '.join(words.replace('The ', 'the ', 1) for words in unused)}."


def _used(facts: Facts) -> set[str]:
    return {f"tools.{name}" for name in type(facts.tools).__slots__ if getattr(facts.tools, name) is not None}
