"""The written list of rules is what ships, in sentences."""

import re
from pathlib import Path

import pytest

from tests.thresholds.frameworks import WIGAN, WIRRAL
from thresholds import presets
from thresholds.editing.names import rule_title
from thresholds.management.commands.thresholds_page import alone, page
from thresholds.sentences import clause, outcome, spoken, step_sentence

WRITTEN = Path(__file__).parents[2] / "docs" / "thresholds.md"


def test_it_is_up_to_date():
    assert WRITTEN.read_text(encoding="utf-8") == page(), "docs/thresholds.md is old: run `manage.py thresholds_page`"


def test_it_lists_every_rule_with_each_step_and_its_source():
    document = presets.read("wirral")
    sections = re.split(r"^### \d+\. ", page(), flags=re.MULTILINE)[1:]
    assert len(sections) == len(document["rules"])
    for section, rule in zip(sections, document["rules"], strict=True):
        assert section.startswith(rule_title(rule))
        assert section.partition("\n## ")[0].count("\n- When ") == len(rule["steps"])
        assert f"Source or reason: {rule['source']}." in section


def test_it_says_how_many_indicators_stand_at_each_level():
    for framework in (WIRRAL, WIGAN):
        counted = alone(framework)
        assert sum(counted.values()) == len(framework.indicators)
        words = ", ".join(f"Level {level}: {counted[level]}" for level in (1, 2, 3, 4))
        assert f"`{framework.key}`: {len(framework.indicators)} indicators ({words}, each alone)" in page()


def test_it_has_no_key_and_no_bracket_of_the_document_in_its_rules():
    rules = page().partition("## Rules that combine")[2].partition("## What rules look for")[0]
    assert not re.search(r"[{}_]", rules)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({"needs": {"level": 3, "tags": ["neglect"], "duration": "months"}},
         "there is a sign about neglect at Level 3 or above, for months or longer"),
        ({"needs": {"count": 3, "domains": 2}}, "there are 3 signs or more, in 2 areas of the child’s life or more"),
        ({"needs": {"count": 2, "duration": "years"}}, "there are 2 signs or more, each for a year or longer"),
        ({"needs": {"codes": ["D05"], "duration": "once"}}, "there is a sign about D05"),
        ({"younger_than_months": 18}, "the child, born or unborn, is under 18 months"),
        ({"younger_than_months": 12}, "the child, born or unborn, is under 1"),
        ({"referrals_at_least": 1}, "there was one before"),
        ({"tool_at_least": {"dara": "high"}}, "DARA is graded high"),
        ({"tool_at_least": {"exploitation": "low"}}, "screening for exploitation is graded low or higher"),
        ({"all": [{"immediate_danger": True}, {"any": [{"consent": "given"}, {"reached": 2}]}]},
         "somebody says the child is in danger now, and (the family agrees, or the answer is Level 2 or above)"),
        ({"age_unknown": True}, "the child’s age is not known"),
        ({"at_least": {"count": 2, "of": [{"immediate_danger": True}, {"consent": "refused"}]}},
         "at least 2 of these are so: somebody says the child is in danger now; the family refuses"),
    ],
    ids=str,
)  # fmt: skip
def test_it_says_each_kind_of_condition_as_a_clause(when, words):
    assert clause(when, presets.read("wirral")) == words


def test_it_names_the_service_and_the_duty_where_a_step_has_its_own():
    document = {**presets.read("wirral"), "services": {"cadt": "The Front Team"}}
    step = {"level": 3, "route": "cadt", "duty": "s17", "when": {"immediate_danger": True}}
    assert (
        outcome(document, step) == "Level 3, to The Front Team, child in need (section 17), with the family’s agreement"
    )
    assert (
        step_sentence(document, {"level": 2, "when": {"reached": 1}}) == "When the answer is Level 1 or above: Level 2."
    )


def test_it_shows_dots_for_a_number_that_only_facts_have():
    assert spoken("There were {referrals}, and {{this}}.") == "There were …, and {this}."


def test_it_calls_a_rule_without_a_title_by_its_key():
    assert rule_title({"id": "needs-add-up"}) == "Needs add up"
