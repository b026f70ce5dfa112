"""What holds for any facts under either preset."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thresholds import strategies
from tests.thresholds.frameworks import BOTH, fired, height
from thresholds.engine import Facts, Framework, assess, facts_from_json, facts_to_json
from thresholds.engine.evidence import Evidence
from thresholds.engine.words import DASH_GRADES

either = pytest.mark.parametrize("framework", BOTH, ids=lambda framework: framework.key)
often = settings(deadline=None, max_examples=300)


@either
@often
@given(data=st.data(), before=strategies.facts)
def test_it_never_goes_lower_when_a_risk_is_added(framework: Framework, data: st.DataObject, before: Facts):
    after = data.draw(strategies.worse(before))
    for lower, higher in zip(height(before, framework), height(after, framework), strict=True):
        assert higher >= lower


@either
@often
@given(facts=strategies.facts, consent=st.sampled_from(["given", "refused", "not_sought", None]))
def test_it_gives_the_same_level_whatever_the_family_agrees_to(framework: Framework, facts: Facts, consent: str | None):
    assert height(replace(facts, consent=consent), framework) == height(facts, framework)


@either
@often
@given(facts=strategies.facts, score=st.none() | st.integers(0, 27), grade=st.sampled_from(DASH_GRADES))
def test_it_never_goes_lower_when_dash_is_graded_and_takes_the_higher_of_score_and_grade(
    framework: Framework, facts: Facts, score: int | None, grade: str
):
    def asked(**dash: Any) -> tuple[int, ...]:
        nothing: dict[str, Any] = {"dash": None, "dash_grade": None}
        return height(replace(facts, tools=replace(facts.tools, **nothing | dash)), framework)

    ticks, judged, both = asked(dash=score), asked(dash_grade=grade), asked(dash=score, dash_grade=grade)
    assert all(after >= before for before, after in zip(ticks, both, strict=True))
    assert both == tuple(map(max, ticks, judged))


@either
@often
@given(facts=strategies.facts, seed=st.integers())
def test_it_does_not_care_for_order(framework: Framework, facts: Facts, seed: int):
    document = facts_to_json(facts)
    random.Random(seed).shuffle(document["indicators"])
    document["indicators"] += document["indicators"][:1]
    assert assess(facts_from_json(document), framework) == assess(facts, framework)


@either
@often
@given(facts=strategies.facts)
def test_it_gives_exactly_one_band_or_says_that_it_cannot(framework: Framework, facts: Facts):
    said = assess(facts, framework)
    bands = [band for band in framework.bands if band.code == said.band]
    if said.reasons:
        assert len(bands) == 1
        assert said.level == bands[0].level == max(reason.level for reason in said.reasons)
        assert said.route in ("universal", "gateway", "cadt")
        assert said.duty in ("universal", "early_help", "s17", "s47")
    else:
        assert (said.level, said.band, said.route, said.duty) == (None, None, "undetermined", "undetermined")
        assert not facts.indicators
        assert not facts.immediate_danger


@either
@often
@given(facts=strategies.facts)
def test_it_names_every_indicator_and_every_rule_that_fired_in_framework_order(framework: Framework, facts: Facts):
    said = assess(facts, framework)
    ticked = {sign.code for sign in facts.indicators}
    met = [rule.id for rule in framework.rules if any(step.when.met(evidence(facts, framework)) for step in rule.steps)]
    notes = [name for name in fired(said) if name in {note.id for note in framework.notes}]
    assert fired(said) == [one.code for one in framework.indicators if one.code in ticked] + met + notes
    assert all(reason.because and "{" not in reason.because for reason in said.reasons)


@often
@given(facts=strategies.facts)
def test_it_reads_facts_back_as_they_were_written(facts: Facts):
    assert facts_from_json(facts_to_json(facts)) == facts


def evidence(facts: Facts, framework: Framework) -> Evidence:
    """Worked out another way than the engine does it: the most serious reading of each code, found by sorting."""
    words = {None: -1, "once": 0, "weeks": 1, "months": 2, "years": 3}
    held = [framework.readings[sign.code, sign.severity] for sign in facts.indicators]
    worst = {one.code: one for one in sorted(held, key=lambda one: one.band.order)}
    longest = {code: max(words[sign.duration] for sign in facts.indicators if sign.code == code) for code in worst}
    grades = {
        "dash_grade": ("standard", "medium", "high"),
        "dara": ("standard", "medium", "high"),
        "exploitation": ("low", "medium", "high"),
    }
    scores = {
        f"tools.{tool}": grades[tool].index(score) if tool in grades else score
        for tool, score in facts_to_json(facts)["tools"].items()
        if score is not None
    }
    top = max((one.level for one in worst.values()), default=0)
    return Evidence(facts, tuple(worst.values()), longest, scores, top)
