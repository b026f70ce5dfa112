"""A fact out of range cannot be made, and the refusal names the field."""

import subprocess
import sys

import pytest

from thresholds.engine import Facts, InvalidFact, Sign, Tools, facts_from_json, facts_to_json

WRONG = [
    ({"indicators": "D05"}, "indicators"),
    ({"indicators": [5]}, "indicators"),
    ({"indicators": [""]}, "indicators"),
    ({"indicators": [{}]}, "indicators"),
    ({"indicators": [{"code": ["D05"]}]}, "indicators"),
    ({"indicators": [{"code": "D05", "severity": "awful"}]}, "indicators.severity"),
    ({"indicators": [{"code": "D05", "severity": []}]}, "indicators.severity"),
    ({"indicators": [{"code": "D05", "duration": "ages"}]}, "indicators.duration"),
    ({"indicators": [{"code": "D05", "colour": "red"}]}, "indicators.colour"),
    ({"child_age_months": -1}, "child_age_months"),
    ({"child_age_months": 301}, "child_age_months"),
    ({"child_age_months": 3.5}, "child_age_months"),
    ({"child_age_months": True}, "child_age_months"),
    ({"unborn": "no"}, "unborn"),
    ({"unborn": None}, "unborn"),
    ({"referrals_last_12_months": -1}, "referrals_last_12_months"),
    ({"referrals_last_12_months": None}, "referrals_last_12_months"),
    ({"tools": 14}, "tools"),
    ({"tools": {"dash": 28}}, "tools.dash"),
    ({"tools": {"dash": -1}}, "tools.dash"),
    ({"tools": {"dash": "14"}}, "tools.dash"),
    ({"tools": {"dash_grade": "severe"}}, "tools.dash_grade"),
    ({"tools": {"dara": "severe"}}, "tools.dara"),
    ({"tools": {"neglect_grade": 0}}, "tools.neglect_grade"),
    ({"tools": {"neglect_grade": 6}}, "tools.neglect_grade"),
    ({"tools": {"exploitation": "some"}}, "tools.exploitation"),
    ({"tools": {"tarot": 1}}, "tools.tarot"),
    ({"consent": "maybe"}, "consent"),
    ({"immediate_danger": 1}, "immediate_danger"),
    ({"level": 1}, "level"),
    ([], "facts"),
]


@pytest.mark.parametrize(("document", "field"), WRONG, ids=str)
def test_it_refuses_a_value_out_of_range_and_names_the_field(document, field):
    with pytest.raises(InvalidFact) as refused:
        facts_from_json(document)
    assert refused.value.field == field
    assert refused.value.message


def test_it_takes_every_edge_of_every_range():
    for tools in (Tools(0, "standard", "standard", 1, "low"), Tools(27, "high", "high", 5, "high"), Tools()):
        for months in (0, 300, None):
            assert Facts(child_age_months=months, tools=tools).tools == tools


def test_it_takes_a_code_or_an_object_and_missing_parts_as_not_known():
    facts = facts_from_json({"indicators": ["D05", {"code": "D40", "severity": "mild"}], "tools": None})
    assert facts == Facts(indicators=frozenset({Sign("D05"), Sign("D40", "mild")}))


def test_it_takes_any_collection_of_signs():
    assert Facts(indicators=[Sign("D05"), Sign("D05")]).indicators == frozenset({Sign("D05")})  # type: ignore[arg-type]
    with pytest.raises(InvalidFact):
        Facts(indicators=["D05"])  # type: ignore[arg-type]


def test_it_writes_everything_in_the_order_of_the_codes():
    written = facts_to_json(Facts(indicators=frozenset({Sign("F02"), Sign("D05", "mild", "weeks")})))
    assert written == {
        "indicators": [
            {"code": "D05", "severity": "mild", "duration": "weeks"},
            {"code": "F02", "severity": None, "duration": None},
        ],
        "child_age_months": None,
        "unborn": False,
        "referrals_last_12_months": 0,
        "tools": {"dash": None, "dash_grade": None, "dara": None, "neglect_grade": None, "exploitation": None},
        "consent": None,
        "immediate_danger": False,
    }


def test_it_stands_on_nothing_but_the_standard_library():
    program = (
        "import sys; import thresholds.engine, thresholds.presets;"
        "ours = [name for name in sys.modules if name.split('.')[0] in ('django', 'mash', 'rest_framework')];"
        "sys.exit(str(ours) if ours else 0)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
