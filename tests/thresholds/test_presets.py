"""The presets say what their sources publish, in words a teacher understands."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from tests.thresholds.frameworks import BOTH, WIGAN, WIRRAL, asked
from thresholds.engine import Assessment, Framework, Sign, UnknownIndicator

HERE = Path(__file__).parent
PUBLISHED = list(csv.DictReader((HERE / "published_levels.csv").read_text(encoding="utf-8").splitlines()))
LEVELS = {row["code"]: int(row["level"]) if row["level"] else None for row in PUBLISHED}
GRADED = {row["code"]: [int(level) for level in row["severities"].split()] for row in PUBLISHED if row["severities"]}
FEWEST = 150
DUTIES_OF_SOCIAL_CARE_AT_LEVEL_3 = {"D38", "D48", "P14", "F12", "F13", "F15", "F21", "F41"}
PLACES = "Bury|Devon|Kent|Harrow|Hampshire|Wirral|Buckinghamshire|Liverpool|East Sussex|Northumberland|Torbay|Bristol"
GUIDANCE = r"guidance|guideline|guide for|advice for|procedures|checklist|Review Panel|Act \d{4}|Regulations \d{4}"
SOURCE = re.compile(f"{PLACES}|{GUIDANCE}|Working Together")

either = pytest.mark.parametrize("framework", BOTH, ids=lambda framework: framework.key)


def test_it_has_the_whole_list():
    assert len(LEVELS) == len(PUBLISHED) >= FEWEST


@either
def test_it_holds_these_indicators_and_no_others(framework: Framework):
    assert [one.code for one in framework.indicators if one.code not in LEVELS] == []
    assert LEVELS.keys() == framework.by_code.keys()


@either
@pytest.mark.parametrize("code", LEVELS)
def test_it_gives_each_indicator_alone_its_published_level(framework: Framework, code: str):
    said = asked(framework, code, child_age_months=170)
    assert said.level == (LEVELS[code] or GRADED[code][-1])
    assert [reason.rule for reason in said.reasons] == [code]
    assert framework.indicator(code).published == LEVELS[code]


@either
@pytest.mark.parametrize("code", LEVELS)
def test_it_changes_a_level_with_severity_only_where_the_row_says_so(framework: Framework, code: str):
    severities = [asked(framework, Sign(code, word)).level for word in ("mild", "moderate", "severe")]
    assert severities == GRADED.get(code, [LEVELS[code]] * 3)


@either
def test_it_counts_what_was_tried_alone_at_each_level(framework: Framework):
    tried = Counter(asked(framework, code, child_age_months=170).level for code in LEVELS)
    print(f"{framework.key}: {sum(tried.values())} indicators alone: {dict(sorted(tried.items()))}")  # noqa: T201
    assert set(tried) == {1, 2, 3, 4}
    assert sum(tried.values()) == len(framework.indicators)


@either
def test_it_names_a_source_for_each(framework: Framework):
    for one in framework.indicators:
        assert SOURCE.search(one.source), one.code


@either
def test_it_speaks_in_sentences(framework: Framework):
    words = [one.words for one in framework.indicators]
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(r"[A-Z].{15,170}\.", sentence) for sentence in words)


@pytest.mark.parametrize(
    ("code", "route", "duty"),
    [
        ("D01", "universal", "universal"),
        ("D05", "gateway", "early_help"),
        ("P06", "gateway", "early_help"),
        ("F12", "cadt", "s17"),
        ("F15", "cadt", "s17"),
        ("D19", "cadt", "s47"),
    ],
)
def test_it_answers_route_and_duty_apart_from_the_level(code: str, route: str, duty: str):
    said = asked(WIRRAL, code, child_age_months=100)
    assert (said.route, said.duty) == (route, duty)


def test_it_sends_only_the_duties_of_social_care_to_cadt_at_level_3_in_wirral():
    said = {one.code: asked(WIRRAL, one.code) for one in WIRRAL.indicators if one.level == 3}
    assert {code for code, answer in said.items() if answer.route == "cadt"} == DUTIES_OF_SOCIAL_CARE_AT_LEVEL_3
    assert {code for code, answer in said.items() if answer.duty == "s17"} == DUTIES_OF_SOCIAL_CARE_AT_LEVEL_3


def test_it_puts_every_level_3_need_in_3a_or_3b_with_a_reason_in_wigan():
    threes = {code: said for code, said in readings(WIGAN).items() if said.level == 3}
    assert {answer.band for answer in threes.values()} == {"3a", "3b"}
    for answer in threes.values():
        assert f"Band {answer.band}: " in answer.reasons[0].because
        assert (answer.route, answer.duty) == (("cadt", "s17") if answer.band == "3b" else ("gateway", "early_help"))


def readings(framework: Framework) -> dict[tuple[str, str | None], Assessment]:
    """What each indicator gives alone, at every severity, for a child of 14."""
    return {(code, word): asked(framework, Sign(code, word), child_age_months=170) for code, word in framework.readings}


def test_it_places_a_home_taught_child_by_how_serious_it_is_in_wigan():
    assert [asked(WIGAN, Sign("D40", word)).band for word in ("mild", "moderate", "severe")] == ["2", "3a", "4"]


def test_it_says_when_it_counted_the_highest_because_nobody_said_how_serious_it_is():
    assert "so it counts at its highest level, 4" in asked(WIRRAL, "D40").reasons[0].because


def test_it_says_when_a_published_level_could_be_higher():
    because = asked(WIRRAL, "D34").reasons[0].because
    assert "its usual level, 3; at its most serious it is Level 4" in because


@either
def test_it_knows_no_other_code(framework: Framework):
    with pytest.raises(UnknownIndicator) as refused:
        asked(framework, "D05", "D99")
    assert (refused.value.code, refused.value.field) == ("D99", "indicators")
