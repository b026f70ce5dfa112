"""schemathesis: what the API answers is what its description says, whatever it is sent."""

from dataclasses import dataclass, field
from typing import Any

import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup

from mash.performance.attack import alone

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "ignored_auth",
)


@dataclass
class Checked:
    """How many calls were made, of how many operations, and what was not as described."""

    cases: int = 0
    operations: int = 0
    failures: dict[str, str] = field(default_factory=dict)


def check(*, key: str, references: list[str], number: int, seed_: int) -> Checked:
    """`number` right and as many wrong calls of every operation, with a key that is right."""
    found = Checked()
    with alone.connected():
        schema = schemathesis.openapi.from_wsgi("/api/schema/", WSGIHandler())
        _try_all(schema, found, key, references, number, seed_)
    return found


def _try_all(schema: Any, found: Checked, key: str, references: list[str], number: int, seed_: int) -> None:
    for result in schema.get_all_operations():
        operation = result.ok()
        found.operations += 1
        for mode in GenerationMode:
            _try(operation, mode, {}, key, number, seed_, found)
        for reference in references[:1] if "{reference}" in operation.path else []:
            _try(operation, GenerationMode.POSITIVE, {"reference": reference}, key, 1, seed_, found)


def _try(
    operation: Any, mode: GenerationMode, places: dict[str, str], key: str, number: int, seed_: int, found: Checked
) -> None:
    checks = [schemathesis.checks.CHECKS.get_one(name) for name in CHECKS]
    headers = {"Authorization": f"Bearer {key}"}
    cases = operation.as_strategy(generation_mode=mode, **({"path_parameters": places} if places else {}))

    @seed(seed_)
    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases)
    def one(case: Any) -> None:
        found.cases += 1
        # Undone, so that nothing that was sent before, or counted, decides about what is sent next.
        with transaction.atomic():
            response = case.call(headers=dict(headers))
            try:
                case.validate_response(response, checks, headers=headers, transport_kwargs={"headers": headers})
            except (Failure, FailureGroup) as failure:
                _note(found, operation, failure, response)
            transaction.set_rollback(True)

    one()


def _note(found: Checked, operation: Any, failure: Failure | FailureGroup, response: Any) -> None:
    for one in failure.exceptions if isinstance(failure, FailureGroup) else [failure]:
        if isinstance(one, AcceptedNegativeData) and _refused_by_row(response):
            continue
        found.failures.setdefault(f"{operation.label}: {getattr(one, 'title', one)}", str(failure)[:2_000])


def _refused_by_row(response: Any) -> bool:
    """A batch is taken when each of its rows is judged by itself: the wrong ones are refused inside the answer."""
    said = response.json() if response.status_code == 200 else {}
    return isinstance(said, dict) and said.get("refused", 0) > 0
