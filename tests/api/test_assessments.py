"""Asking the engine over HTTP: the same answers as the engine's own, and nothing kept."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps

from accounts.models import ApiKey, Organisation
from accounts.policy import Act
from mash.access.models import Tally
from tests.api.conftest import ASSESSMENTS, Caller, caller
from thresholds import engine
from thresholds.engine import facts_from_json
from thresholds.selectors.frameworks import framework_in_force, parsed
from thresholds.services import assessments

pytestmark = pytest.mark.django_db
Problem = Callable[[Any, int], dict[str, Any]]

CONTRACT: dict[str, Any] = {
    "framework": "wirral",
    "indicators": ["D05", "F02"],
    "context": {
        "child_age_months": 14,
        "unborn": False,
        "referrals_last_12_months": 2,
        "tools": {"dash": 14, "dara": None, "neglect_grade": 3},
        "consent": "refused",
    },
}


def counts() -> dict[str, int]:
    """Rows of every table but two: when a key was last used, and how often, is kept of any call."""
    kept = (ApiKey, Tally)
    models = [model for model in apps.get_models() if model not in kept and model._meta.managed]
    return {model._meta.label: model._default_manager.count() for model in models}


@pytest.mark.parametrize("framework", ["wirral", "wigan"])
def test_it_answers_what_the_engine_says_and_stores_nothing(system: Caller, framework: str) -> None:
    before = counts()
    response = system.send(ASSESSMENTS, {**CONTRACT, "framework": framework})
    said = engine.assess(
        facts_from_json({"indicators": CONTRACT["indicators"], **CONTRACT["context"]}),
        parsed(framework_in_force(framework)),
    )
    assert response.status_code == 200, response.content
    assert response.json() == {
        "level": said.level,
        "band": said.band,
        "route": said.route,
        "duty": said.duty,
        "reasons": assessments.reasons(said),
        "ignored": [],
    }
    assert counts() == before


def test_it_speaks_each_authoritys_own_bands(system: Caller) -> None:
    bands = {
        system.send(ASSESSMENTS, {"framework": "wigan", "indicators": [code]}).json()["band"]
        for code in parsed(framework_in_force("wigan")).by_code
    }
    assert bands >= {"1", "2", "3a", "3b", "4"}


@pytest.mark.parametrize("body", [{}, {"indicators": []}, {"context": None}, {"indicators": None, "context": {}}])
def test_it_says_plainly_when_nothing_gives_a_level(system: Caller, body: Any) -> None:
    answer = system.send(ASSESSMENTS, body).json()
    assert (answer["level"], answer["band"], answer["route"], answer["reasons"]) == (None, None, "undetermined", [])


def test_it_asks_about_this_authoritys_framework_when_none_is_named(system: Caller, settings: Any) -> None:
    settings.FRAMEWORK = "wigan"
    code = next(
        item.code
        for item in parsed(framework_in_force("wigan")).indicators
        if "3a" in _band(system, item.code, "wigan")
    )
    assert _band(system, code) == "3a" and _band(system, code, "wirral") == "3"


def _band(system: Caller, code: str, framework: str | None = None) -> str:
    body = {"indicators": [code], "framework": framework}
    return str(system.send(ASSESSMENTS, body).json()["band"])


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"framework": "atlantis"}, "framework"),
        ({"framework": "wirral\u0000'; --"}, "framework"),
        ({"framework": ["wirral"]}, "framework"),
        ({"indicators": ["X99"]}, "indicators.0"),
        ({"indicators": ["D05", {"code": "X99"}]}, "indicators.1.code"),
        ({"indicators": ["D05", 7]}, "indicators.1"),
        ({"indicators": "D05"}, "indicators"),
        ({"indicators": ["D05"] * 201}, "indicators"),
        ({"indicators": [{"code": "D05", "severity": "awful"}]}, "indicators.0.severity"),
        ({"context": []}, "context"),
        ({"context": {"child_age_months": -1}}, "context.child_age_months"),
        ({"context": {"child_age_months": 301}}, "context.child_age_months"),
        ({"context": {"child_age_months": "14"}}, "context.child_age_months"),
        ({"context": {"unborn": "no"}}, "context.unborn"),
        ({"context": {"referrals_last_12_months": 1001}}, "context.referrals_last_12_months"),
        ({"context": {"tools": 3}}, "context.tools"),
        ({"context": {"tools": {"dash": 28}}}, "context.tools.dash"),
        ({"context": {"tools": {"dash": True}}}, "context.tools.dash"),
        ({"context": {"tools": {"dash_grade": "extreme"}}}, "context.tools.dash_grade"),
        ({"context": {"tools": {"dara": "extreme"}}}, "context.tools.dara"),
        ({"context": {"tools": {"neglect_grade": 6}}}, "context.tools.neglect_grade"),
        ({"context": {"tools": {"exploitation": 1}}}, "context.tools.exploitation"),
        ({"context": {"consent": "perhaps"}}, "context.consent"),
        ({"context": {"immediate_danger": 1}}, "context.immediate_danger"),
        ([], "document"),
    ],
)
def test_it_names_what_is_wrong(system: Caller, problem: Problem, body: Any, named: str) -> None:
    assert list(problem(system.send(ASSESSMENTS, body), 422)["errors"]) == [named]


def test_it_names_every_mistake_at_once(system: Caller, problem: Problem) -> None:
    body = {"framework": "atlantis", "context": {"unborn": 2, "tools": {"dash": 99}}}
    found = problem(system.send(ASSESSMENTS, body), 422)["errors"]
    assert set(found) == {"framework", "context.unborn", "context.tools.dash"}


def test_it_names_fields_that_mean_nothing_to_it(system: Caller) -> None:
    body = {"indicator": ["D19"], "context": {"age": 3}}
    assert system.send(ASSESSMENTS, body).json()["ignored"] == ["indicator", "context.age"]


def test_it_wants_a_key_and_its_scope(school: Organisation, system: Caller, problem: Problem) -> None:
    problem(system.send(ASSESSMENTS, CONTRACT, authorization=""), 401)
    problem(caller(school, Act.REFER).send(ASSESSMENTS, CONTRACT), 403)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_it_is_only_asked_by_post(system: Caller, method: str) -> None:
    assert system.send(ASSESSMENTS, CONTRACT, method=method).status_code == 405


def test_it_says_when_the_body_cannot_be_read(system: Caller, problem: Problem) -> None:
    problem(system.send(ASSESSMENTS, b"{"), 400)
    problem(system.send(ASSESSMENTS, CONTRACT, **{"content-type": "text/xml"}), 415)
