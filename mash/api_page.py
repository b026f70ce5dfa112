"""The API's description as a page for people, from the same schema that machines read."""

import json
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from drf_spectacular.generators import SchemaGenerator

from accounts import throttling
from mash.access import anyone


@anyone("the API's description holds no data")
def docs(request: HttpRequest) -> HttpResponse:
    """Each call with what it takes, an example, and what it answers; no script is needed to read it."""
    limits = {
        "calls_per_minute": throttling.CALLS.most,
        "submissions_per_minute": throttling.SUBMISSIONS.most,
        "notices_per_hour": throttling.NOTICES.most,
    }
    return render(request, "api/docs.html", {"calls": _calls(), **limits})


@lru_cache(maxsize=1)
def _calls() -> list[dict[str, Any]]:
    schema = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return [
        _call(method.upper(), path, described)
        for path, methods in schema["paths"].items()
        for method, described in methods.items()
    ]


def _call(method: str, path: str, described: dict[str, Any]) -> dict[str, Any]:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "method": method,
        "path": path,
        "summary": described["summary"],
        "description": described["description"],
        "parameters": [(one["name"], one.get("description", "")) for one in described.get("parameters", [])],
        "example": _example(body),
        "answers": [(status, answer["description"]) for status, answer in sorted(described["responses"].items())],
    }


def _example(content: dict[str, Any]) -> str:
    """The first example of a body, as it would be sent; "" where there is none."""
    first = next(iter(content.get("examples", {}).values()), None)
    return json.dumps(first["value"], indent=2, ensure_ascii=False) if first else ""
