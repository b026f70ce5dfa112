"""Asking the engine a question that is not kept."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.policy import Act
from mash.access.endpoints import Endpoint
from mash.access.problems import Unprocessable
from mash.access.rules import Rule
from thresholds import engine
from thresholds.api import describing, reading
from thresholds.services import assessments


class Assessments(Endpoint):
    access_rule = Rule(act=Act.ASSESS, methods=("POST",))

    @extend_schema(**describing.ASK)
    def post(self, request: Request) -> Response:
        """What the facts come to under a framework. Nothing is stored, and nobody is told."""
        try:
            facts, framework, ignored = reading.read(request.data)
        except reading.InvalidQuestion as invalid:
            raise Unprocessable(invalid.errors) from None
        said = engine.assess(facts, framework)
        return Response(
            {
                "level": said.level,
                "band": said.band,
                "route": said.route,
                "duty": said.duty,
                "reasons": assessments.reasons(said),
                "ignored": ignored,
            }
        )
