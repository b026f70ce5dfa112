"""An answer explained: each reason with its source and its facts, what was not said, and what would change it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.thresholds import strategies
from tests.thresholds.frameworks import BOTH, WIRRAL, asked, fired
from tests.thresholds.generated import documents
from thresholds import presets
from thresholds.engine import Facts, Sign, Tools, assess, framework_from_json
from thresholds.engine.evidence import Trigger
from thresholds.engine.grounds import edges, grounds, lasting
from thresholds.models import Assessment, Framework
from thresholds.selectors import changing
from thresholds.selectors.explaining import Explanation, explain
from thresholds.selectors.frameworks import framework_in_force
from thresholds.services import assessments, frameworks

often = settings(deadline=None, max_examples=60)


def facts(*codes: str | Sign, **others: object) -> Facts:
    return Facts(indicators=frozenset(one if isinstance(one, Sign) else Sign(one) for one in codes), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "rule", "step", "names"),
    [
        (facts("P06", "D05", child_age_months=4), "baby", 0, (Trigger.AGE, "P06")),
        (facts("F14", "P06", child_age_months=4), "baby", 0, (Trigger.AGE, "P06")),
        (facts("F14", unborn=True), "baby", 2, (Trigger.AGE, "F14")),
        (facts("D31", "D33", "F07", "D05"), "needs-add-up", 1, ("F07", "D31", "D33")),
        (facts("F06", referrals_last_12_months=3), "repeat-referrals", 0, (Trigger.REFERRALS, "F06")),
        (facts(tools=Tools(dash=15)), "dash", 0, ("tools.dash",)),
        (facts(tools=Tools(dash=3, dara="medium"), child_age_months=2), "baby", 1, (Trigger.AGE, "tools.dara")),
        (facts(immediate_danger=True), "immediate-danger", 0, (Trigger.DANGER,)),
        (facts(Sign("P15", duration="months"), "F14"), "neglect-lasting", 1, ("P15",)),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_it_names_the_facts_that_a_rule_rests_on(known: Facts, rule: str, step: int, names: tuple[str, ...]):
    found = {one.rule: one for one in grounds(known, WIRRAL)}
    assert (found[rule].step, found[rule].names) == (step, names)


@often
@given(data=st.data(), document=documents())
def test_it_has_grounds_for_each_rule_that_fired_and_for_no_other(data: st.DataObject, document: dict):
    framework = framework_from_json(document, version=1)
    known = data.draw(strategies.facts_of(list(framework.by_code)))
    found = grounds(known, framework)
    assert [one.rule for one in found] == [name for name in fired(assess(known, framework)) if name.startswith("rule-")]
    ticked = {sign.code for sign in known.indicators}
    assert all(name in ticked or " " in name or "." in name for one in found for name in one.names)
    for one in found:
        said = next(reason for reason in assess(known, framework).reasons if reason.rule == one.rule)
        assert said.level == document["rules"][int(one.rule[-1])]["steps"][one.step]["level"]


def test_it_finds_where_something_changes():
    found = edges(WIRRAL)
    assert found[Trigger.AGE] == (12, 60, 156)
    assert found[Trigger.REFERRALS] == (3,)
    assert found["tools.dash"] == (1, 10, 14)
    assert found["durations"] == (2, 3)
    assert lasting(WIRRAL) == {one.code for one in WIRRAL.indicators if "neglect" in one.tags}


@pytest.mark.parametrize("framework", BOTH, ids=lambda framework: framework.key)
@often
@given(known=strategies.facts)
def test_what_would_raise_it_raises_it_and_what_would_lower_it_lowers_it(framework, known: Facts):
    now = changing.height(framework, assess(known, framework))
    order = {None: -1, "": -1, **{band.code: band.order for band in framework.bands}}
    for one in changing.higher(framework, known):
        assert order[one.band] >= now[0]
    for one in changing.lower(framework, known):
        assert order[one.band] <= now[0]


@pytest.mark.parametrize(
    ("known", "words", "band"),
    [
        (facts("D34"), "this were severe: The child regularly goes missing from home or school", "4"),
        (facts(Sign("D40", "mild")), "this were moderate: The child is taught at home", "3"),
        (facts("P15"), "this had gone on for a year or more: Food and warmth", "4"),
        (facts("F14"), "the child were under 1", "3"),
        (facts("F14", child_age_months=200), "this had gone on for months: There are early signs of neglect", "3"),
        (facts("D05"), "there had been 3 referrals in the 12 months before", "3"),
        (facts("D05"), "the DASH score were 10 or more", "3"),
        (facts("D31"), "DARA were graded high", "4"),
        (facts("D31"), "the neglect grade were 4 or worse", "4"),
        (facts("D05"), "screening for exploitation found medium risk", "3"),
        (facts("D05"), "somebody said that the child is in danger now", "4"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "facts",
)
def test_it_says_the_least_that_would_raise_it(known: Facts, words: str, band: str):
    assert any(one.words.startswith(words) and one.band == band for one in changing.higher(WIRRAL, known)), [
        one.words for one in changing.higher(WIRRAL, known)
    ]


def test_it_says_nothing_would_raise_what_is_highest_and_never_that_a_child_could_be_younger():
    assert changing.higher(WIRRAL, facts("D19", child_age_months=100)) == ()
    known = facts("F14", child_age_months=100)
    assert not any("the child were" in one.words for one in changing.higher(WIRRAL, known))


def test_it_says_what_would_be_left_without_a_sign():
    (one,) = changing.lower(WIRRAL, facts("D19", "D05"))
    assert (one.words, one.band, one.goes_to) == (WIRRAL.indicator("D19").words, "2", "Gateway")
    (alone,) = changing.lower(WIRRAL, facts("D05"))
    assert (alone.level, alone.band) == (None, "")
    assert changing.lower(WIRRAL, facts("D19", "D20")) == ()


@pytest.fixture
def wirral(db: None) -> Framework:
    frameworks.publish_presets()
    return framework_in_force("wirral")


def explained(known: Facts, framework: Framework) -> Explanation:
    made = assessments.record(facts=known, framework=framework, kind="hub")
    return explain(Assessment.objects.get(pk=made.pk), framework)


def test_it_gives_each_reason_its_sentence_its_source_and_its_facts(wirral: Framework):
    known = facts(Sign("P15", duration="months"), "D05", referrals_last_12_months=4, consent="refused")
    said = explained(known, wirral)
    by_title = {one.title: one for one in said.reasons}
    rule = by_title["Referred again and again"]
    assert (rule.kind, rule.level) == ("rule", 4)
    assert rule.sentence.startswith("When there were 3 referrals or more")
    assert rule.rests_on == ("4 referrals in the 12 months before", WIRRAL.indicator("P15").words)
    assert rule.source == "Practice rule: repeated contacts are read together, not one at a time"
    sign = by_title["Neglect"]
    assert (sign.kind, sign.rests_on, sign.source) == ("sign", ("Ticked as for months",), "Kent level 3")
    assert by_title["The family does not agree"].kind == "note"
    assert [one.title for one in said.deciding] == ["Referred again and again"]
    assert (said.level, said.band, said.goes_to) == (4, "4", "CADT")
    assert said.duty == "Child protection (section 47)"


def test_it_says_what_the_framework_was_not_told(wirral: Framework):
    said = explained(facts("D34", "F14"), wirral).unknown
    assert said[0].startswith("How old the child is")
    assert f"How serious this is: {WIRRAL.indicator('D34').words}" in said
    assert f"For how long: {WIRRAL.indicator('F14').words}" in said
    assert not any("For how long" in one and "missing" in one for one in said)
    assert said[-1].startswith("Tools that nobody used: the DASH score; DASH, as judged")
    whole = Tools(1, "standard", "standard", 1, "low")
    known = facts(Sign("D34", "mild"), Sign("F14", duration="once"), child_age_months=100, tools=whole)
    assert explained(known, wirral).unknown == ()


def test_it_explains_an_old_answer_under_the_version_it_was_given_under(wirral: Framework):
    known = facts("D05", "D06", "F02")
    made = assessments.record(facts=known, framework=wirral, kind="hub")
    new, _ = frameworks.publish(document={**presets.read("wirral"), "rules": [], "services": {"gateway": "New name"}})
    old = explain(Assessment.objects.get(pk=made.pk), wirral)
    assert (old.level, old.goes_to) == (3, "Gateway")
    assert "Needs that add up" in [one.title for one in old.reasons]
    assert (explained(known, new).level, explained(known, new).goes_to) == (2, "New name")


def test_it_explains_that_there_is_no_level(wirral: Framework):
    said = explained(facts(), wirral)
    assert (said.level, said.band, said.reasons, said.lower) == (None, "", (), ())
    assert said.higher


def test_it_gives_the_same_answer_as_the_one_that_is_stored(wirral: Framework):
    said = asked(WIRRAL, "P06", "D05", child_age_months=5)
    again = explained(facts("P06", "D05", child_age_months=5), wirral)
    assert [one.because for one in again.reasons if one.level == 4] == [
        one.because for one in said.reasons if one.level == 4
    ]
