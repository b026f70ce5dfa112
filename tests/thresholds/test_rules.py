"""Each combining rule, at its edge: the facts that just fire it, and those that just do not."""

import pytest

from tests.thresholds.frameworks import WIGAN, WIRRAL, asked, fired
from thresholds.engine import Sign

YEARS, MONTHS, WEEKS = ({"duration": word} for word in ("years", "months", "weeks"))

# What was ticked, the other facts; then the level in Wirral, the band in Wigan and the route in Wirral.
CASES = [
    ("nothing at all", [], {}, None, None, "undetermined"),
    ("danger now, and nothing else known", [], {"immediate_danger": True}, 4, "4", "cadt"),
    ("sexually active at 12", ["D13"], {"child_age_months": 155}, 4, "4", "cadt"),
    ("sexually active at 13", ["D13"], {"child_age_months": 156}, 2, "2", "gateway"),
    ("a baby of 11 months and erratic care", ["P06"], {"child_age_months": 11}, 4, "4", "cadt"),
    ("a child of 12 months and erratic care", ["P06"], {"child_age_months": 12}, 3, "3b", "gateway"),
    ("an unborn baby and domestic abuse", ["F06"], {"unborn": True}, 4, "4", "cadt"),
    ("a baby and early neglect", ["F14"], {"child_age_months": 3}, 3, "3a", "gateway"),
    ("a baby whose home is temporary", ["F07"], {"child_age_months": 3}, 3, "3a", "gateway"),
    ("three difficulties of the adults, child of 4", ["F06", "P16", "P17"], {"child_age_months": 59}, 4, "4", "cadt"),
    ("three difficulties of the adults, child of 5", ["F06", "P16", "P17"], {"child_age_months": 60}, 3, "3b", "cadt"),
    ("two difficulties of the adults, child of 4", ["F06", "P17"], {"child_age_months": 59}, 3, "3b", "cadt"),
    ("two difficulties of the adults, child of 5", ["P16", "P17"], {"child_age_months": 60}, 3, "3a", "gateway"),
    ("three needs over two domains", ["D05", "D06", "F02"], {}, 3, "3a", "gateway"),
    ("three needs in one domain", ["D05", "D06", "D07"], {}, 2, "2", "gateway"),
    ("five needs in one domain", ["D05", "D06", "D07", "D08", "D09"], {}, 3, "3a", "gateway"),
    ("two needs and a strength", ["D05", "F02", "P01"], {}, 2, "2", "gateway"),
    ("three Level 3 needs", ["D31", "D33", "F07"], {}, 3, "3b", "cadt"),
    ("four Level 3 needs", ["D31", "D33", "D37", "F07"], {}, 4, "4", "cadt"),
    ("four Level 3 needs in one domain", ["D16", "D31", "D33", "D37"], {}, 3, "3a", "gateway"),
    ("Level 3 neglect for years", [Sign("P15", **YEARS)], {}, 4, "4", "cadt"),
    ("Level 3 neglect for months", [Sign("P15", **MONTHS)], {}, 3, "3b", "cadt"),
    ("Level 3 neglect for weeks", [Sign("P15", **WEEKS)], {}, 3, "3b", "gateway"),
    ("early neglect for months", [Sign("F14", **MONTHS)], {}, 3, "3a", "gateway"),
    ("early neglect for weeks", [Sign("F14", **WEEKS)], {}, 2, "2", "gateway"),
    ("missing school for years is not neglect", [Sign("D31", **YEARS)], {}, 3, "3a", "gateway"),
    ("three referrals and nothing else", [], {"referrals_last_12_months": 3}, 2, "2", "gateway"),
    ("two referrals and nothing else", [], {"referrals_last_12_months": 2}, None, None, "undetermined"),
    ("three referrals and a Level 2 need", ["D05"], {"referrals_last_12_months": 3}, 3, "3a", "gateway"),
    ("three referrals and a Level 3 need", ["F07"], {"referrals_last_12_months": 3}, 3, "3b", "cadt"),
    ("three referrals and harm at Level 3", ["F06"], {"referrals_last_12_months": 3}, 4, "4", "cadt"),
    ("DASH 14", [], {"tools": {"dash": 14}}, 4, "4", "cadt"),
    ("DASH 13", [], {"tools": {"dash": 13}}, 3, "3a", "gateway"),
    ("DASH 9", [], {"tools": {"dash": 9}}, 2, "2", "gateway"),
    ("DASH 0", [], {"tools": {"dash": 0}}, None, None, "undetermined"),
    ("DASH 0 beside a Level 4 sign", ["F08"], {"tools": {"dash": 0}}, 4, "4", "cadt"),
    ("DASH graded high", [], {"tools": {"dash_grade": "high"}}, 4, "4", "cadt"),
    ("DASH graded medium", [], {"tools": {"dash_grade": "medium"}}, 3, "3a", "gateway"),
    ("DASH graded standard", [], {"tools": {"dash_grade": "standard"}}, 2, "2", "gateway"),
    ("DASH 3, graded high by judgement", [], {"tools": {"dash": 3, "dash_grade": "high"}}, 4, "4", "cadt"),
    ("DASH 14, graded standard", [], {"tools": {"dash": 14, "dash_grade": "standard"}}, 4, "4", "cadt"),
    ("a baby and DASH graded standard", [], {"unborn": True, "tools": {"dash_grade": "standard"}}, 3, "3a", "gateway"),
    ("a baby and DASH graded medium", [], {"unborn": True, "tools": {"dash_grade": "medium"}}, 4, "4", "cadt"),
    ("DARA high", [], {"tools": {"dara": "high"}}, 4, "4", "cadt"),
    ("DARA medium", [], {"tools": {"dara": "medium"}}, 3, "3a", "gateway"),
    ("DARA standard", [], {"tools": {"dara": "standard"}}, 2, "2", "gateway"),
    ("DARA standard beside DASH 14", [], {"tools": {"dara": "standard", "dash": 14}}, 4, "4", "cadt"),
    ("neglect grade 5", [], {"tools": {"neglect_grade": 5}}, 4, "4", "cadt"),
    ("neglect grade 4", [], {"tools": {"neglect_grade": 4}}, 4, "4", "cadt"),
    ("neglect grade 3", [], {"tools": {"neglect_grade": 3}}, 3, "3a", "gateway"),
    ("neglect grade 2", [], {"tools": {"neglect_grade": 2}}, None, None, "undetermined"),
    ("neglect grade 1 beside severe neglect", ["P11"], {"tools": {"neglect_grade": 1}}, 4, "4", "cadt"),
    ("exploitation high", [], {"tools": {"exploitation": "high"}}, 4, "4", "cadt"),
    ("exploitation medium", [], {"tools": {"exploitation": "medium"}}, 3, "3a", "gateway"),
    ("a serious need, and every strength there is", ["P11", "D01", "P01", "F01"], {}, 4, "4", "cadt"),
    ("agreement refused at Level 3", ["F07"], {"consent": "refused"}, 3, "3a", "gateway"),
    ("agreement refused, and nothing else", [], {"consent": "refused"}, None, None, "undetermined"),
]


NAMES = [case[0] for case in CASES]


@pytest.mark.parametrize(("codes", "facts", "level", "band", "route"), [case[1:] for case in CASES], ids=NAMES)
def test_it_combines(codes, facts, level, band, route):
    said = asked(WIRRAL, *codes, **facts)
    assert (said.level, said.route) == (level, route)
    assert asked(WIGAN, *codes, **facts).band == band


def test_it_tries_every_rule_at_both_presets():
    named = {name for _, codes, facts, *_ in CASES for name in fired(asked(WIRRAL, *codes, **facts))}
    assert {rule.id for rule in WIRRAL.rules} <= named
    assert WIGAN.rules != WIRRAL.rules
    assert [rule.id for rule in WIGAN.rules] == [rule.id for rule in WIRRAL.rules]


@pytest.mark.parametrize("turn", [1, -1])
def test_it_counts_one_code_once_at_its_most_serious_and_its_longest(turn):
    twice = [Sign("D40", "severe", "once"), Sign("D40", "mild", "weeks"), Sign("D40", "moderate")][::turn]
    said = asked(WIRRAL, *twice)
    assert (said.level, fired(said)) == (4, ["D40"])
    lasting = [Sign("P15", duration="years"), Sign("P15", duration="once")][::turn]
    assert fired(asked(WIRRAL, *lasting, child_age_months=100)) == ["P15", "neglect-lasting"]


@pytest.mark.parametrize("first", ["mild", "moderate", "severe"])
@pytest.mark.parametrize("second", ["mild", "moderate", "severe"])
def test_it_takes_the_worse_of_two_severities(first, second):
    levels = [asked(WIRRAL, Sign("D40", word)).level for word in (first, second)]
    assert asked(WIRRAL, Sign("D40", first), Sign("D40", second)).level == max(levels)


def test_it_says_once_that_agreement_was_refused_and_only_from_level_2():
    assert fired(asked(WIRRAL, "D05", consent="refused")) == ["D05", "agreement-refused"]
    assert fired(asked(WIRRAL, "D01", consent="refused")) == ["D01"]
    assert fired(asked(WIRRAL, "D05", consent="given")) == ["D05"]


def test_it_says_that_an_age_would_matter_when_it_is_not_known():
    assert fired(asked(WIRRAL, "D13")) == ["D13", "age-not-known"]
    assert fired(asked(WIRRAL, "D13", child_age_months=180)) == ["D13"]
    assert fired(asked(WIRRAL, "P02", unborn=True)) == ["P02", "baby"]


def test_it_puts_the_numbers_in_the_sentence():
    said = asked(WIRRAL, referrals_last_12_months=4, tools={"dash": 21, "neglect_grade": 3})
    sentences = " ".join(reason.because for reason in said.reasons)
    assert "4 referrals" in sentences
    assert "DASH score is 21" in sentences
    assert "neglect grade is 3 of 5" in sentences


def test_it_gives_the_score_and_the_grade_of_dash_as_reasons_of_their_own():
    said = asked(WIRRAL, tools={"dash": 3, "dash_grade": "high"})
    assert [(reason.rule, reason.level) for reason in said.reasons] == [("dash", 2), ("dash-grade", 4)]
    assert "judged the domestic abuse to be high risk" in said.reasons[1].because


def test_it_answers_the_example_of_the_contract():
    said = asked(
        WIRRAL,
        "D05",
        "F02",
        child_age_months=14,
        unborn=False,
        referrals_last_12_months=2,
        tools={"dash": 14, "dara": None, "neglect_grade": 3},
        consent="refused",
    )
    assert (said.level, said.band, said.route, said.duty) == (4, "4", "cadt", "s47")
    assert fired(said) == ["D05", "F02", "dash", "neglect-grade", "agreement-refused"]
    assert (said.framework_key, said.framework_version) == ("wirral", 1)
