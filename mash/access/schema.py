"""How the API's description says what every call has in common: the key, and errors as problems."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, inline_serializer
from rest_framework import serializers

from mash.access.problems import MEDIA_TYPE

Responses = dict[Any, Any]

PROBLEM = inline_serializer(
    "Problem",
    fields={
        "type": serializers.CharField(help_text="Always “about:blank”: the status says it."),
        "title": serializers.CharField(help_text="The status in words."),
        "status": serializers.IntegerField(),
        "detail": serializers.CharField(required=False, help_text="What went wrong, in a sentence."),
        "errors": serializers.DictField(
            child=serializers.ListField(child=serializers.CharField()),
            required=False,
            help_text="For 422: what is wrong, by the path of the field, such as “children.0.birth_date”.",
        ),
    },
)

WHEN = {
    400: "The request cannot be read: no JSON, or a header is missing.",
    401: "No key, or one that is not valid: wrong, revoked, expired, or of an organisation that has left.",
    403: "The key does not have the scope for this.",
    404: "There is no such referral, or it is not your organisation’s to follow.",
    409: "The Idempotency-Key was used before with other JSON.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    429: "This key called too often, or too many wrong keys came from your address. Retry-After says how many seconds "
    "to wait.",
    422: "The JSON says something that cannot be. Each mistake is named by its path; nothing was stored.",
}


def problems(*statuses: int, example: dict[str, list[str]] | None = None) -> Responses:
    """The error answers of one call; `example` are the `errors` that the 422 shows. What asks for a key is counted."""
    counted = (429,) if 401 in statuses else ()
    return {
        (status, MEDIA_TYPE): _problem(status, example if status == 422 else None) for status in (*statuses, *counted)
    }


def _problem(status: int, errors: dict[str, list[str]] | None) -> OpenApiResponse:
    value = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": WHEN[status]}
    shown = {**value, "errors": errors} if errors else value
    example = OpenApiExample(
        HTTPStatus(status).phrase, value=shown, media_type=MEDIA_TYPE, response_only=True, status_codes=[str(status)]
    )
    return OpenApiResponse(PROBLEM, description=WHEN[status], examples=[example])


class BearerKey(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer <key>`."""

    target_class = "accounts.api_keys.ApiKeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Your organisation’s key. It is shown once, when it is made; keep it like a password.",
        }
