"""Asked again with the same key, an agency's system gets the first answer, and nothing is made twice."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from accounts.api_keys import AgencySystem
from referrals.errors import Refused
from referrals.models import IdempotencyRecord, Referral

Answer = dict[str, Any]


class OtherRequest(Refused):
    """The key was used before, for something else."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for a different request. Use a new key for a new referral.")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to give, and whether it was made just now."""

    answer: Answer
    new: bool


@transaction.atomic
def once(*, by: AgencySystem, key: str, document: Any, make: Callable[[], tuple[Referral, Answer]]) -> Answered:
    """Run `make` for the first request with this key; every later one with equal JSON gets the same answer.

    Keys are per API key. At once or later is the same: one at a time holds the key until it has committed. What `make`
    refuses is not remembered, so that it can be mended and sent again. Raises OtherRequest for other JSON.
    """
    _one_at_a_time(by, key)
    digest = digest_of(document)
    first = IdempotencyRecord.objects.filter(api_key=by.key, key=key).first()
    if first is not None:
        return _again(first, digest)
    referral, answer = make()
    IdempotencyRecord.objects.create(api_key=by.key, key=key, digest=digest, referral=referral, answer=answer)
    return Answered(answer, new=True)


def digest_of(document: Any) -> str:
    """The same for equal JSON: neither the order of names, nor spaces, nor 1.0 for 1 make a difference."""
    text = json.dumps(_canonical(document), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _canonical(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _again(first: IdempotencyRecord, digest: str) -> Answered:
    if first.digest != digest:
        raise OtherRequest
    return Answered(first.answer, new=False)


def _one_at_a_time(by: AgencySystem, key: str) -> None:
    mark = hashlib.sha256(f"{by.key.pk}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mark[:8], signed=True)])
