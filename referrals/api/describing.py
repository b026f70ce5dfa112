"""What the API's description says of referrals.

What may be sent is described in `referrals.api.parts`, part by part.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from mash.access.schema import problems
from referrals.api.examples import LONG
from referrals.api.parts import Submission
from referrals.choices import OutcomeKind, Stage, SubjectState
from thresholds.api import describing


class Accepted(describing.Answer):
    reference = serializers.CharField(max_length=20, help_text="Quote it in groups of four, in any case.")
    state = serializers.ChoiceField(Stage.choices)


class ChildState(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="The child’s place in the list that was sent, from 0.")
    state = serializers.ChoiceField(SubjectState.choices)


class Outcome(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(OutcomeKind.choices)
    words = serializers.CharField(help_text="Written for the referrer.")
    at = serializers.DateTimeField()
    child = serializers.IntegerField(allow_null=True, help_text="The child’s position; null: the whole referral.")


class Status(serializers.Serializer[Any]):
    reference = serializers.CharField(max_length=20)
    state = serializers.ChoiceField(Stage.choices)
    submitted_at = serializers.DateTimeField()
    decision_due_at = serializers.DateTimeField(help_text="One working day after it was sent.")
    children = ChildState(many=True)
    outcomes = Outcome(many=True)


EXAMPLE = {
    "children": [
        {
            "given_name": "Ada",
            "family_name": "Byrne",
            "birth_date": "2019-05-04",
            "sex": "F",
            "address": {"line1": "1 Mill Lane", "postcode": "CH41 1AA"},
        }
    ],
    "concerns": [
        {
            "category": "physical_abuse",
            "narrative": "A bruise on the upper arm, in the shape of a hand.",
            "indicators": ["D19", {"code": "D05", "severity": "moderate", "duration": "weeks"}],
        }
    ],
    "consent": {"status": "not_sought", "reason": "asking would raise the risk"},
    "referrer": {
        "name": "R Teacher",
        "role": "class teacher",
        "phone": "0151 496 0000",
        "email": "r.teacher@school.example",
    },
    "immediate_danger": False,
}
REFERENCE = "7Q2M9TZC4K1XW8HD"
ACCEPTED_EXAMPLE = {
    "reference": REFERENCE,
    "state": "received",
    **describing.ANSWER_EXAMPLE,
    "reasons": [
        {
            "rule": "D19",
            "level": 4,
            "because": "The child has an injury that somebody may have caused on purpose, or is a baby who cannot yet "
            "move about and has a bruise or an injury.",
        }
    ],
}
STATUS_EXAMPLE = {
    "reference": REFERENCE,
    "state": "decided",
    "submitted_at": "2026-11-20T14:05:00Z",
    "decision_due_at": "2026-11-23T14:05:00Z",
    "children": [{"position": 0, "state": "decided"}],
    "outcomes": [
        {"kind": "decided", "words": "CADT will see the child today.", "at": "2026-11-20T15:10:00Z", "child": 0}
    ],
}

RAISE: dict[str, Any] = {
    "operation_id": "raise_concern",
    "summary": "Raise a concern about children",
    "description": (
        "Stores the referral and answers what its own facts come to. Send a new Idempotency-Key for each referral, and "
        "the same one when you try again: the same key with equal JSON gets the first answer and makes nothing twice. "
        "If a child is in danger now, call 999 first."
    ),
    "tags": ["Referrals"],
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 1, "maxLength": 255},
            OpenApiParameter.HEADER,
            required=True,
            description="Your own name for this request, such as a UUID. Keys are per API key.",
        )
    ],
    "request": Submission,
    "examples": [
        OpenApiExample("A worry about one child", value=EXAMPLE, request_only=True),
        OpenApiExample("Nearly everything that may be said", value=LONG, request_only=True),
        OpenApiExample("Accepted", value=ACCEPTED_EXAMPLE, response_only=True, status_codes=["200", "201"]),
    ],
    "responses": {
        201: OpenApiResponse(Accepted, description="Stored; what the submitter’s own facts come to."),
        200: OpenApiResponse(Accepted, description="This was stored before: the first answer again."),
        **problems(
            400,
            401,
            403,
            409,
            413,
            415,
            422,
            example={"children.0.birth_date": ["There is no such date. Check the day and the month."]},
        ),
    },
}

FOLLOW: dict[str, Any] = {
    "operation_id": "follow_referral",
    "summary": "Follow a referral",
    "description": (
        "Where the referral stands, and what was written for whoever raised it. Fetching it counts as being told, so "
        "fetch it when somebody will read it."
    ),
    "tags": ["Referrals"],
    "parameters": [
        OpenApiParameter(
            "reference",
            str,
            OpenApiParameter.PATH,
            description="In any case, with or without spaces or dashes; I, L and O are read as 1, 1 and 0.",
        )
    ],
    "examples": [OpenApiExample("Decided", value=STATUS_EXAMPLE, response_only=True, status_codes=["200"])],
    "responses": {200: OpenApiResponse(Status, description="Where it stands."), **problems(401, 403, 404)},
}
