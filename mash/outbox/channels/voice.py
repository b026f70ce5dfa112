"""A voice call, asked of whoever places them for the authority: one signed POST to VOICE_WEBHOOK_URL.

The body is JSON: `id` (the same for every try: call once), `to` (E.164), `say` (the words), `language`. The header
`Idempotency-Key` repeats the id; `X-Lantern-Timestamp` is seconds since 1970, and `X-Lantern-Signature` is
`sha256=` and the HMAC of `timestamp.body` with VOICE_WEBHOOK_SECRET, in hexadecimal. Any 2xx means that it will
call; the answer may hold `{"id": "..."}`, the provider's own.
"""

import hashlib
import hmac
import json
import time

import requests
import structlog
from django.conf import settings
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from mash.outbox import words
from mash.outbox.channels import numbers
from mash.outbox.channels.failures import Barred, Permanent, Temporary, Uncertain, Unreachable
from mash.outbox.models import Message

log = structlog.get_logger(__name__)
PREFIX = "voice:"
_KEY_REFUSED = frozenset({401, 403})
# The answers that say: this very call, never.
_NEVER = frozenset({400, 404, 410, 422})
_TOO_MANY, _SERVER = 429, 500


def deliver(message: Message) -> str:
    """Ask for one call; the provider's receipt, or our own key, once it has promised. Raises what `channels` names."""
    body = json.dumps(_asking(message)).encode()
    try:
        answer = requests.post(
            settings.VOICE_WEBHOOK_URL,
            data=body,
            headers=_headers(message, body),
            timeout=settings.VOICE_TIMEOUT,
            allow_redirects=False,
        )
    except requests.RequestException as failure:
        raise _unanswered(failure) from failure
    if not answer.ok or answer.is_redirect:
        raise _judged(answer)
    return PREFIX + _receipt(answer, message)


def signature(timestamp: str, body: bytes) -> str:
    """What the receiver works out too, to know that it was us."""
    secret = settings.VOICE_WEBHOOK_SECRET.encode()
    return "sha256=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _asking(message: Message) -> dict[str, str]:
    return {
        "id": message.key,
        "to": numbers.international(message.recipient_phone),
        "say": words.spoken(message),
        "language": "en-GB",
    }


def _headers(message: Message, body: bytes) -> dict[str, str]:
    now = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": message.key,
        "X-Lantern-Timestamp": now,
        "X-Lantern-Signature": signature(now, body),
    }


def _receipt(answer: requests.Response, message: Message) -> str:
    try:
        given = answer.json()
    except ValueError:
        given = None
    return str(given["id"])[:150] if isinstance(given, dict) and given.get("id") else message.key[:150]


def _judged(answer: requests.Response) -> Exception:
    code = answer.status_code
    if code in _KEY_REFUSED:
        log.error("voice_webhook_refuses_our_signature", status=code)
        return Barred(str(code))
    if code == _TOO_MANY:
        return Unreachable(str(code))
    if code >= _SERVER:
        return Uncertain(str(code))
    return Permanent(str(code)) if code in _NEVER else Temporary(str(code))


def _unanswered(failure: requests.RequestException) -> Temporary:
    told = type(failure).__name__
    reason = failure.args[0] if isinstance(failure, requests.ConnectionError) and failure.args else None
    not_connected = isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError | SSLError)
    return Unreachable(told) if not_connected or isinstance(failure, requests.ConnectTimeout) else Uncertain(told)
