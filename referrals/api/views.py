"""The calls by which an agency's system raises a concern and learns what became of it."""

import re
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_keys import AgencySystem
from accounts.policy import Act
from accounts.throttling import SUBMISSIONS
from mash.access.endpoints import Endpoint
from mash.access.problems import Conflict, Unprocessable
from mash.access.rules import Rule
from referrals import documents, visible
from referrals.api import answers, describing
from referrals.choices import ReadHow
from referrals.documents import InvalidDocument
from referrals.errors import Refused
from referrals.models import Referral
from referrals.services import idempotency, submitting, telling
from referrals.services.idempotency import OtherRequest

IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?", re.ASCII)


class Referrals(Endpoint):
    access_rule = Rule(act=Act.REFER, methods=("POST",), limit=SUBMISSIONS)

    @extend_schema(**describing.RAISE)
    def post(self, request: Request) -> Response:
        """Store a referral once, and say what its own facts come to."""
        by: AgencySystem = request.user  # type: ignore[assignment]
        key = idempotency_key(request)

        def make() -> tuple[Referral, dict[str, Any]]:
            submission, ignored = documents.read(request.data)
            referral = submitting.submit(by=by, submission=submission)
            return referral, answers.accepted(referral, ignored)

        try:
            answered = idempotency.once(by=by, key=key, document=request.data, make=make)
        except InvalidDocument as invalid:
            raise Unprocessable(invalid.errors) from None
        except OtherRequest as other:
            raise Conflict(other.message) from None
        except Refused as refused:
            raise Unprocessable({"concerns": [refused.message]}) from None
        where = reverse("api_referral", args=[answered.answer["reference"]])
        return Response(
            answers.in_order(answered.answer), status=201 if answered.new else 200, headers={"Location": where}
        )


def idempotency_key(request: Request) -> str:
    """The header, or ParseError (400)."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if not key:
        raise ParseError("Send an Idempotency-Key header: a new one for each referral, the same when you try again.")
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise ParseError("The Idempotency-Key may have up to 255 characters, all of them plain (ASCII).")
    return key


class ReferralStatus(Endpoint):
    access_rule = Rule(act=Act.REFER, methods=("GET",), door=visible.submission, kwarg="reference")
    shows = "referral_in_agency_system"
    row: Referral

    @extend_schema(**describing.FOLLOW)
    def get(self, request: Request, reference: str) -> Response:
        """Where a referral stands. What is shown here counts as told, so the reading is kept before it is shown."""
        by: AgencySystem = request.user  # type: ignore[assignment]
        telling.read(by=by, referral=self.row, how=ReadHow.API)
        return Response(answers.status(self.row))
