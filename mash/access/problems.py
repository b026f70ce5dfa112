"""Errors of the API as `application/problem+json` (RFC 9457)."""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from mash.access import limits
from mash.access.limit import Limit

MEDIA_TYPE = "application/problem+json"


class Unprocessable(exceptions.APIException):
    """The JSON is well formed but says something that cannot be: 422, naming each field."""

    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = "Some of what was sent cannot be accepted. Nothing was stored."

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(self.default_detail)
        self.errors = errors


class Conflict(exceptions.APIException):
    """The request contradicts what is already stored: 409."""

    status_code = status.HTTP_409_CONFLICT


class TooLarge(exceptions.APIException):
    """The body is larger than anything a person filled in: 413."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


class TooMany(exceptions.APIException):
    """One caller did more than a limit allows: 429, and all that the call did is undone."""

    status_code = status.HTTP_429_TOO_MANY_REQUESTS

    def __init__(self, limit: Limit) -> None:
        super().__init__(limit.says)
        # The framework sends it as Retry-After.
        self.wait = limits.wait(limit)


def too_many(limit: Limit) -> JsonResponse:
    """429: one call more than the limit allows, and in how many seconds the next stretch begins."""
    status = HTTPStatus.TOO_MANY_REQUESTS
    body = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": limit.says}
    wait = {"Retry-After": str(limits.wait(limit))}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=wait)


def problem_json(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, reshaped: type, title, status, detail, and `errors` by field where there are any."""
    response = exception_handler(error, context)
    if response is None:
        return None
    response.data = {
        "type": "about:blank",
        "title": HTTPStatus(response.status_code).phrase,
        "status": response.status_code,
        "detail": _detail(error),
        **({"errors": error.errors} if isinstance(error, Unprocessable) else {}),
    }
    response.content_type = MEDIA_TYPE
    return response


def _detail(error: Exception) -> str:
    if isinstance(error, Http404):
        return "There is nothing here that you may see."
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return "Your key does not allow this."
    detail = getattr(error, "detail", "")
    return str(detail) if isinstance(detail, str) else "Some of what was sent cannot be accepted."
