"""A framework document that could lower an answer, or lose one, is refused with the place of its fault."""

from copy import deepcopy

import pytest

from thresholds import presets
from thresholds.engine import BadFramework, Facts, Sign, Tools, assess, framework_from_json

SMALL = {
    "format": 1,
    "key": "small",
    "title": "Small",
    "source": "A test",
    "bands": [
        {"code": "1", "level": 1, "route": "universal", "duty": "universal", "title": "One"},
        {"code": "4", "level": 4, "route": "gateway", "duty": "s47", "title": "Four"},
    ],
    "domains": [{"key": "child", "title": "The child"}],
    "needs": [{"key": "health", "title": "Health"}],
    "indicators": [
        {
            "code": "A1",
            "domain": "child",
            "need": "health",
            "words": "Well.",
            "level": 1,
            "source": "A test",
            "tags": ["t"],
        },
    ],
    "rules": [
        {
            "id": "danger",
            "source": "A test",
            "steps": [
                {"level": 4, "when": {"immediate_danger": True}, "because": "Danger."},
                {"level": 1, "when": {"referrals_at_least": 1}, "because": "Again."},
            ],
        }
    ],
    "notes": [],
    "placements": {},
}


def changed(*path, to):
    document = deepcopy(SMALL)
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return document


WHEN = ("rules", 0, "steps", 0, "when")
GRADES = {word: {"level": level, "words": "So."} for word, level in (("mild", 4), ("moderate", 1), ("severe", 4))}
FAULTS = {
    "another format": changed("format", to=2),
    "no title": changed("title", to=" "),
    "bands that go down": changed("bands", to=SMALL["bands"][::-1]),
    "a higher band with a lower route": changed("bands", 0, "route", to="cadt"),
    "a level above 4": changed("bands", 1, "level", to=5),
    "a band twice": changed("bands", to=[SMALL["bands"][0]] * 2),
    "a route nobody knows": changed("bands", 0, "route", to="bus"),
    "an undetermined band": changed("bands", 0, "route", to="undetermined"),
    "a level without a band": changed("indicators", 0, "level", to=3),
    "a level in words": changed("indicators", 0, "level", to="1"),
    "no level at all": changed("indicators", 0, "level", to=None),
    "an indicator twice": changed("indicators", to=SMALL["indicators"] * 2),
    "a domain without a title": changed("indicators", 0, "domain", to="moon"),
    "a need without a title": changed("indicators", 0, "need", to="moon"),
    "an indicator that is not an object": changed("indicators", to=["A1"]),
    "severities that go down": changed("indicators", 0, "severities", to=GRADES),
    "one severity only": changed("indicators", 0, "severities", to={"mild": GRADES["mild"]}),
    "a duty without its reason": changed("indicators", 0, "duty", to="s17"),
    "a rule named as an indicator": changed("rules", 0, "id", to="A1"),
    "steps that go up": changed("rules", 0, "steps", to=SMALL["rules"][0]["steps"][::-1]),
    "a step without a reason": changed("rules", 0, "steps", 0, "because", to=""),
    "no condition": changed(*WHEN, to=None),
    "two conditions in one": changed(*WHEN, to={"immediate_danger": True, "referrals_at_least": 1}),
    "not": changed(*WHEN, to={"not": {"immediate_danger": True}}),
    "a rule on agreement": changed(*WHEN, to={"consent": "refused"}),
    "a rule on an unknown age": changed(*WHEN, to={"all": [{"age_unknown": True}]}),
    "all of nothing": changed(*WHEN, to={"all": []}),
    "at least none": changed(*WHEN, to={"at_least": {"count": 0, "of": [{"immediate_danger": True}]}}),
    "needs nobody tagged": changed(*WHEN, to={"needs": {"level": 1, "tags": ["nobody"]}}),
    "needs nobody coded": changed(*WHEN, to={"needs": {"level": 1, "codes": ["Z9"]}}),
    "needs for ages": changed(*WHEN, to={"needs": {"level": 1, "duration": "ages"}}),
    "needs of no level": changed(*WHEN, to={"needs": {"level": 0}}),
    "a tool nobody has": changed(*WHEN, to={"tool_at_least": {"tarot": 1}}),
    "a grade nobody gives": changed(*WHEN, to={"tool_at_least": {"dara": "severe"}}),
    "months in words": changed(*WHEN, to={"younger_than_months": "twelve"}),
    "a note on nothing": changed(
        "notes", to=[{"id": "n", "source": "s", "when": {"consent": "maybe"}, "because": "b"}]
    ),
    "a placement of nothing": changed("placements", to={"Z9": {"band": "1", "because": "b"}}),
    "a placement nowhere": changed("placements", to={"A1": {"band": "9", "because": "b"}}),
}


def test_it_takes_the_small_one_as_it_is():
    assert framework_from_json(SMALL, version=7).version == 7


@pytest.mark.parametrize("document", FAULTS.values(), ids=FAULTS.keys())
def test_it_refuses(document):
    with pytest.raises(BadFramework) as refused:
        framework_from_json(document, version=1)
    assert refused.value.where


@pytest.mark.parametrize(
    ("when", "facts"),
    [
        ({"younger_than_months": 12}, Facts(unborn=True)),
        ({"younger_than_months": 12}, Facts(child_age_months=11)),
        ({"all": [{"younger_than_months": 12}, {"immediate_danger": True}]}, Facts(unborn=True, immediate_danger=True)),
        ({"any": [{"younger_than_months": 12}, {"referrals_at_least": 1}]}, Facts(referrals_last_12_months=1)),
        ({"tool_at_least": {"dash": 0}}, Facts(tools=Tools(dash=0))),
        ({"tool_at_least": {"dash_grade": "high"}}, Facts(tools=Tools(dash_grade="high"))),
        ({"tool_at_least": {"dara": "standard"}}, Facts(tools=Tools(dara="standard"))),
        ({"needs": {"level": 1, "tags": ["t"]}}, Facts(indicators=frozenset({Sign("A1")}))),
        ({"needs": {"level": 1, "codes": ["A1"]}}, Facts(indicators=frozenset({Sign("A1")}))),
        ({"needs": {"level": 1}}, Facts(indicators=frozenset({Sign("A1")}))),
    ],
    ids=str,
)
def test_it_looks_at_a_rule_made_of_one_condition_alone(when, facts):
    framework = framework_from_json(changed(*WHEN, to=when), version=1)
    assert assess(facts, framework).level == 4
    assert assess(Facts(), framework).level is None


def test_it_ships_no_other_preset():
    with pytest.raises(KeyError):
        presets.read("../wirral")
