"""Where GOV.UK Notify tells us what became of a message."""

import hmac
import json
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from mash.access import POST, anyone, callers, limits
from mash.access.limit import Limit
from mash.outbox.services import receipts

LARGEST = 64 * 1024
WRONG_TOKENS = Limit(
    "notify_wrong_tokens",
    30,
    timedelta(minutes=1),
    "Too many wrong tokens came from your address. The right one is still let in.",
    "callbacks with a wrong token from one address; the right one is not counted",
)


@csrf_exempt
@anyone("GOV.UK Notify tells us what became of a message, with its own token", methods=POST)
def notify_callback(request: HttpRequest) -> JsonResponse:
    """200 for whatever follows the contract, known or not; 503 asks to be told again in five minutes."""
    if not settings.NOTIFY_CALLBACK_TOKEN:
        raise Http404
    if not _knows_the_token(request):
        return _refused(request)
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return JsonResponse({"detail": "That is more than a receipt."}, status=413)
    try:
        taken = receipts.take(json.loads(request.body))
    except (ValueError, RecursionError):
        return JsonResponse({"detail": "That is no receipt."}, status=400)
    if taken == receipts.Taken.TOO_EARLY:
        return JsonResponse({"detail": "Tell us again, please."}, status=503, headers={"Retry-After": "300"})
    return JsonResponse({"taken": taken == receipts.Taken.SETTLED})


def _knows_the_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.NOTIFY_CALLBACK_TOKEN}".encode()
    return hmac.compare_digest(expected, request.headers.get("Authorization", "").encode())


def _refused(request: HttpRequest) -> JsonResponse:
    if limits.spend(WRONG_TOKENS, callers.address(request)):
        return JsonResponse({"detail": "That is not the token."}, status=403)
    headers = {"Retry-After": str(limits.wait(WRONG_TOKENS))}
    return JsonResponse({"detail": WRONG_TOKENS.says}, status=429, headers=headers)
