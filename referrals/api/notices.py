"""The call by which an agency's system hands in many notices at once."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_keys import AgencySystem
from accounts.policy import Act
from accounts.throttling import NOTICES
from mash.access import limits
from mash.access.endpoints import Endpoint
from mash.access.problems import Conflict, TooMany, Unprocessable
from mash.access.rules import Rule
from referrals.api import notices_describing as describing
from referrals.api.views import idempotency_key
from referrals.models import Batch
from referrals.selectors import notices as selectors
from referrals.services import idempotency, notices
from referrals.services.notices import MOST_NOTICES, Handed, Notice, OtherBatch, Row


class NoticeBatch(Endpoint):
    access_rule = Rule(act=Act.REFER, methods=("POST",))

    @extend_schema(**describing.HAND_IN)
    def post(self, request: Request) -> Response:
        """Store each notice by itself, and say of each what became of it. The same key and JSON answer the same.

        Counted last, so that one key's batches do not wait for each other; what is over the limit undoes itself.
        """
        by: AgencySystem = request.user  # type: ignore[assignment]
        key = idempotency_key(request)
        sent = _notices(request.data)
        handed = Handed(
            key=key,
            digest=idempotency.digest_of(request.data),
            notices=[Notice((Row(place),), document) for place, document in enumerate(sent)],
        )
        counted, number = str(by.key.pk), len(sent)
        if not notices.handed_in(by=by, key=key) and not limits.allows(NOTICES, counted, number):
            raise TooMany(NOTICES)
        try:
            batch, new = notices.receive(by=by, handed=handed)
        except OtherBatch as other:
            raise Conflict(other.message) from None
        if new and not limits.spend(NOTICES, counted, number):
            raise TooMany(NOTICES)
        return Response(answer(batch))


def _notices(document: Any) -> list[Any]:
    """The list of notices, or Unprocessable (422) for the whole: nothing of it is stored."""
    sent = document.get("notices") if isinstance(document, dict) else None
    if not isinstance(sent, list):
        raise Unprocessable({"notices": ["This must be a list, in square brackets."]})
    if not sent:
        raise Unprocessable({"notices": ["Send one notice at least."]})
    if len(sent) > MOST_NOTICES:
        raise Unprocessable({"notices": [f"There are {len(sent):,} of these and there may be {MOST_NOTICES}."]})
    return sent


def answer(batch: Batch) -> dict[str, Any]:
    """What became of a batch, notice by notice, in the order in which they were sent."""
    rows = selectors.rows_of(batch)
    accepted = sum(row.referral is not None for row in rows)
    return {
        "received_at": batch.received_at,
        "accepted": accepted,
        "refused": len(rows) - accepted,
        "notices": [
            {
                "position": row.position,
                "reference": row.referral.reference if row.referral else None,
                "errors": row.errors,
                "ignored": row.ignored,
            }
            for row in rows
        ],
    }
