"""What the API's description says of assessments, and of what referrals share with them.

These serializers describe and never read: reading is in `reading.py`, which names every mistake by its path.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema_field
from rest_framework import serializers

from mash.access.schema import problems
from thresholds.documents import BEST_NEGLECT_GRADE, MOST_SIGNS, WORST_NEGLECT_GRADE
from thresholds.engine.facts import OLDEST_MONTHS
from thresholds.engine.words import (
    CONSENTS,
    DARA_GRADES,
    DASH_GRADES,
    DASH_MAXIMUM,
    DURATIONS,
    DUTIES,
    EXPLOITATION_GRADES,
    ROUTES,
    SEVERITIES,
)

NOT_NEEDED: dict[str, Any] = {"required": False, "allow_null": True}


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "example": "D19"},
            {
                "type": "object",
                "required": ["code"],
                "properties": {
                    "code": {"type": "string"},
                    "severity": {"type": "string", "enum": [*SEVERITIES, None], "nullable": True},
                    "duration": {"type": "string", "enum": [*DURATIONS, None], "nullable": True},
                },
            },
        ],
        "description": "The code of an indicator in the framework; or the code with its severity and duration.",
    }
)
class IndicatorField(serializers.JSONField):
    """A code, or an object."""


class Indicators(serializers.ListField):
    """The signs that were seen."""

    def __init__(self) -> None:
        super().__init__(child=IndicatorField(), required=False, allow_null=True, max_length=MOST_SIGNS)


class Tools(serializers.Serializer[Any]):
    dash = serializers.IntegerField(
        **NOT_NEEDED, min_value=0, max_value=DASH_MAXIMUM, help_text="Ticks on the DASH checklist."
    )
    dash_grade = serializers.ChoiceField(
        DASH_GRADES,
        **NOT_NEEDED,
        help_text="How whoever filled DASH in graded it by their own judgement, beside the ticks or without them.",
    )
    dara = serializers.ChoiceField(
        DARA_GRADES, **NOT_NEEDED, help_text="How the police graded DARA, which has no score."
    )
    neglect_grade = serializers.IntegerField(
        **NOT_NEEDED,
        min_value=BEST_NEGLECT_GRADE,
        max_value=WORST_NEGLECT_GRADE,
        help_text="A graded care profile: 1 is best, 5 is worst.",
    )
    exploitation = serializers.ChoiceField(EXPLOITATION_GRADES, **NOT_NEEDED)


class Context(serializers.Serializer[Any]):
    child_age_months = serializers.IntegerField(**NOT_NEEDED, min_value=0, max_value=OLDEST_MONTHS)
    unborn = serializers.BooleanField(**NOT_NEEDED)
    referrals_last_12_months = serializers.IntegerField(**NOT_NEEDED, min_value=0)
    tools = Tools(**NOT_NEEDED)
    consent = serializers.ChoiceField(CONSENTS, **NOT_NEEDED)
    immediate_danger = serializers.BooleanField(**NOT_NEEDED)


class Question(serializers.Serializer[Any]):
    framework = serializers.CharField(
        **NOT_NEEDED, help_text="Whose thresholds: “wirral” or “wigan”. Left out: those of this authority."
    )
    indicators = Indicators()
    context = Context(**NOT_NEEDED)  # type: ignore[assignment]


class Reason(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="The indicator or the rule that fired.")
    level = serializers.IntegerField(min_value=1, max_value=4)
    because = serializers.CharField(help_text="Why, in a sentence.")


class Answer(serializers.Serializer[Any]):
    level = serializers.IntegerField(
        min_value=1, max_value=4, allow_null=True, help_text="1 to 4; null when the facts give none yet."
    )
    band = serializers.CharField(allow_null=True, help_text="The authority’s own step, such as “3a”.")
    route = serializers.ChoiceField(ROUTES)
    duty = serializers.ChoiceField(DUTIES)
    reasons = Reason(many=True)
    ignored = serializers.ListField(
        child=serializers.CharField(), help_text="Fields you sent that mean nothing to us. Check their spelling."
    )


QUESTION_EXAMPLE = {
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
ANSWER_EXAMPLE: dict[str, Any] = {
    "level": 4,
    "band": "4",
    "route": "cadt",
    "duty": "s47",
    "reasons": [
        {"rule": "F02", "level": 2, "because": "The child looks after somebody in the family."},
        {"rule": "dash", "level": 4, "because": "The DASH score is 14; 14 or more is high risk."},
    ],
    "ignored": [],
}

ASK: dict[str, Any] = {
    "operation_id": "assess",
    "summary": "Ask what facts would come to",
    "description": "Levels, bands, route and duty for a set of facts, with every reason. Nothing is stored.",
    "tags": ["Assessments"],
    "request": Question,
    "examples": [
        OpenApiExample("A question", value=QUESTION_EXAMPLE, request_only=True),
        OpenApiExample("An answer", value=ANSWER_EXAMPLE, response_only=True, status_codes=["200"]),
    ],
    "responses": {
        200: OpenApiResponse(Answer, description="What the engine says."),
        **problems(
            400,
            401,
            403,
            413,
            415,
            422,
            example={"indicators.0": ["There is no indicator “X99” in the framework “Levels 1 to 4”."]},
        ),
    },
}
