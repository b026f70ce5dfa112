"""What the API's description says of notices in bulk."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from accounts.throttling import NOTICES
from mash.access.schema import problems
from referrals.api.describing import EXAMPLE, REFERENCE
from referrals.api.parts import Submission
from referrals.services.notices import MOST_NOTICES


class Notices(serializers.Serializer[Any]):
    notices = serializers.ListField(
        child=Submission(),
        min_length=1,
        max_length=MOST_NOTICES,
        help_text="Each is a referral by itself, as in “Raise a concern about children”.",
    )


class NoticeResult(serializers.Serializer[Any]):
    position = serializers.IntegerField(help_text="The notice’s place in the list that was sent, from 0.")
    reference = serializers.CharField(max_length=20, allow_null=True, help_text="Null: it was refused.")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()),
        help_text="What is wrong, by the path of the field inside the notice. Empty: it was accepted.",
    )
    ignored = serializers.ListField(
        child=serializers.CharField(), help_text="Fields of the notice that mean nothing to us: misspelt, perhaps."
    )


class Received(serializers.Serializer[Any]):
    received_at = serializers.DateTimeField()
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    notices = NoticeResult(many=True)


UNBORN = {
    **EXAMPLE,
    "children": [{"due_date": "2027-02-01", "family_name": "Shaw"}],
    "concerns": [{"category": "domestic_abuse", "narrative": "We were called to the address.", "indicators": ["F06"]}],
    "tools": {"dara": "standard"},
}
HANDED_IN = {
    "received_at": "2026-11-20T02:10:00Z",
    "accepted": 1,
    "refused": 1,
    "notices": [
        {"position": 0, "reference": REFERENCE, "errors": {}, "ignored": []},
        {
            "position": 1,
            "reference": None,
            "errors": {"children.0.due_date": ["This due date is more than ten months away. Check the month."]},
            "ignored": [],
        },
    ],
}

HAND_IN: dict[str, Any] = {
    "operation_id": "hand_in_notices",
    "summary": "Hand in many notices at once",
    "description": (
        f"Up to {MOST_NOTICES} referrals in one call, such as a night’s police notices. Each is checked and stored by "
        "itself: one that is refused does not hold up the others, and the answer says of each what became of it. Mend "
        "what was refused and send it with a new Idempotency-Key; the same key with equal JSON gets the first answer. "
        "A worry about somebody who works with children is not taken here. "
        f"One key may hand in {NOTICES.most:,} notices an hour; a batch that does not fit is refused whole. "
        "If a child is in danger now, call 999 first."
    ),
    "tags": ["Referrals"],
    "parameters": [
        OpenApiParameter(
            "Idempotency-Key",
            {"type": "string", "minLength": 1, "maxLength": 255},
            OpenApiParameter.HEADER,
            required=True,
            description="Your own name for this batch, such as a UUID. Keys are per API key.",
        )
    ],
    "request": Notices,
    "examples": [
        OpenApiExample("Two notices", value={"notices": [EXAMPLE, UNBORN]}, request_only=True),
        OpenApiExample("One accepted, one refused", value=HANDED_IN, response_only=True, status_codes=["200"]),
    ],
    "responses": {
        200: OpenApiResponse(Received, description="What became of each notice."),
        **problems(400, 401, 403, 409, 413, 415, 422, example={"notices": ["Send one notice at least."]}),
    },
}
