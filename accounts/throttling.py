"""How often one key may call, and how often one address may try keys that are wrong.

Counted before the view's transaction begins, so that a call that is refused, or undone, is counted too.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from accounts import api_keys
from mash.access import callers, limits, problems
from mash.access.limit import Limit
from mash.access.middleware import rule_of
from mash.access.rules import Rule

MINUTE = timedelta(minutes=1)
CALLS = Limit(
    "api_calls",
    settings.API_CALLS_PER_MINUTE,
    MINUTE,
    "This key called too often in one minute. Wait as many seconds as Retry-After says, then send it again.",
    "calls of one API key",
)
SUBMISSIONS = Limit(
    "api_submissions",
    settings.API_SUBMISSIONS_PER_MINUTE,
    MINUTE,
    "This key sent too many referrals in one minute. Nothing was stored. Wait as many seconds as Retry-After says, "
    "then send it again with the same Idempotency-Key. If a child is in danger now, call 999.",
    "single referrals sent by one API key",
)
NOTICES = Limit(
    "api_notices",
    settings.API_NOTICES_PER_HOUR,
    timedelta(hours=1),
    "This key handed in too many notices in one hour. Nothing of this batch was stored. Wait as many seconds as "
    "Retry-After says, then send it again with the same Idempotency-Key. If a child is in danger now, call 999.",
    "notices in the batches of one API key; a batch that does not fit is refused whole, and one sent again is not "
    "counted",
)
WRONG_KEYS = Limit(
    "api_wrong_keys",
    settings.API_WRONG_KEYS_PER_MINUTE,
    MINUTE,
    "Too many wrong keys came from your address. A key that is right is still let in.",
    "wrong API keys from one address; a right key is not counted",
)


class CountedCalls:
    """Every call of the API that needs a key passes here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        rule = rule_of(view, "") if hasattr(view, "cls") else None
        over = _over(request, rule) if rule else None
        return problems.too_many(over) if over else None


def _over(request: HttpRequest, rule: Rule) -> Limit | None:
    """The limit that this call is over. A call without any key tries nothing and is answered 401."""
    if not api_keys.offered(request):
        return None
    key = api_keys.given(request)
    if key is None:
        return None if limits.spend(WRONG_KEYS, callers.address(request)) else WRONG_KEYS
    counted = [CALLS, *([rule.limit] if rule.limit and request.method == "POST" else [])]
    return next((limit for limit in counted if not limits.spend(limit, str(key.pk))), None)
