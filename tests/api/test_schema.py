"""The API's description: whole, true to what is read and answered, and to be read without a network."""

import io
from dataclasses import fields
from typing import Any

import jsonschema
import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from referrals import submission
from referrals.api import describing, examples, parts
from referrals.documents import InvalidDocument, parse
from referrals.models import Referral
from tests.api.conftest import ASSESSMENTS, Caller
from tests.api.documents import CONTRACT, EVERYTHING
from thresholds.api import describing as assessing
from thresholds.engine.facts import Facts
from thresholds.engine.facts import Tools as Scores

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Schema:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    found: Schema = yaml.safe_load(out.getvalue())
    return found


def conforms(schema: Schema, component: str, value: Any) -> None:
    """Fail unless `value` is what the description calls `component` (OpenAPI 3.0's own `nullable` translated)."""
    whole = _without_nullable({"$ref": f"#/components/schemas/{component}", "components": schema["components"]})
    jsonschema.Draft202012Validator(whole).validate(value)


def _without_nullable(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_nullable(inner) for inner in part]
    if not isinstance(part, dict):
        return part
    inner = {name: _without_nullable(value) for name, value in part.items() if name != "nullable"}
    return {"anyOf": [inner, {"type": "null"}]} if part.get("nullable") is True else inner


def test_it_describes_every_call_with_its_key_and_its_errors(schema: Schema) -> None:
    calls = {
        (path, method): call
        for path, methods in schema["paths"].items()
        for method, call in methods.items()
        if path.startswith("/api/v1/")
    }
    assert set(calls) == {
        ("/api/v1/assessments/", "post"),
        ("/api/v1/referrals/", "post"),
        ("/api/v1/referrals/batch/", "post"),
        ("/api/v1/referrals/{reference}/", "get"),
    }
    for call in calls.values():
        assert call["security"] == [{"key": []}]
        assert call["summary"] and call["description"]
        for status, answer in call["responses"].items():
            kind = "application/json" if status < "300" else "application/problem+json"
            assert answer["content"][kind]["examples"], (call["operationId"], status)
    assert schema["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    raising = calls["/api/v1/referrals/", "post"]
    assert {"200", "201", "400", "401", "403", "409", "413", "415", "422", "429"} == set(raising["responses"])
    assert raising["parameters"][0]["name"] == "Idempotency-Key" and raising["parameters"][0]["required"]


@pytest.mark.parametrize(
    ("described", "read", "apart"),
    [
        (parts.Submission, submission.Submission, {"framework"}),
        (parts.Child, submission.Child, set()),
        (parts.Address, submission.Address, set()),
        (parts.Adult, submission.Adult, set()),
        (parts.Concern, submission.Concern, set()),
        (parts.Consent, submission.Consent, set()),
        (parts.Referrer, submission.Referrer, set()),
        (parts.ScreeningTools, submission.Tools, set()),
        (parts.Worker, submission.Worker, set()),
        (assessing.Tools, Scores, set()),
        (assessing.Context, Facts, {"indicators"}),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_it_describes_the_fields_that_are_read(described: Any, read: Any, apart: set[str]) -> None:
    assert set(described().fields) ^ {field.name for field in fields(read)} == apart


@pytest.mark.django_db
def test_it_describes_what_is_sent_and_answered(schema: Schema, system: Caller) -> None:
    for n, document in enumerate([CONTRACT, EVERYTHING, describing.EXAMPLE, examples.LONG]):
        conforms(schema, "Submission", document)
        answer = system.refer(document, key=f"k{n}").json()
        conforms(schema, "Accepted", answer)
        conforms(schema, "Status", system.follow(answer["reference"]).json())
    conforms(schema, "Question", assessing.QUESTION_EXAMPLE)
    said, shown = system.send(ASSESSMENTS, assessing.QUESTION_EXAMPLE).json(), assessing.ANSWER_EXAMPLE
    assert {**said, "reasons": []} == {**shown, "reasons": []}, "the example is what would be answered"
    assert {one["rule"] for one in shown["reasons"]} <= {one["rule"] for one in said["reasons"]}
    conforms(schema, "Accepted", describing.ACCEPTED_EXAMPLE)
    conforms(schema, "Status", describing.STATUS_EXAMPLE)
    conforms(schema, "Problem", system.refer({}).json())
    with pytest.raises(jsonschema.ValidationError):
        conforms(schema, "Submission", {**CONTRACT, "children": []})


@pytest.mark.django_db
def test_it_takes_its_own_stored_form_as_its_description_says(schema: Schema, system: Caller) -> None:
    system.refer()
    document = Referral.objects.get().document
    try:
        parse(document)
    except InvalidDocument as invalid:
        pytest.fail(str(invalid.errors))


@pytest.mark.django_db
def test_it_shows_the_description_to_anybody_without_a_cookie() -> None:
    for path, kind in [("/api/schema/", "application/vnd.oai.openapi"), ("/api/docs/", "text/html")]:
        response = Client().get(path)
        assert response.status_code == 200
        assert response["Content-Type"].startswith(kind)
        assert not response.cookies


@pytest.mark.parametrize("width", [1280, 320])
def test_it_shows_the_documentation_without_a_network(page: Any, live_server: Any, axe: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.get_by_role("heading", name="Raise a concern about children").wait_for()
    page.get_by_text("What to send: Raise a concern about children").click()
    page.get_by_text('"given_name": "Ada"').first.wait_for()
    page.get_by_text("Idempotency-Key").first.wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert not wrong, wrong
    assert all(url.startswith((live_server.url, "data:", "blob:")) for url in asked), asked
