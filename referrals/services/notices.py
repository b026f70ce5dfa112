"""Take in notices many at once: each is a referral by itself, and a bad one costs itself alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.api_keys import AgencySystem
from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import documents
from referrals.choices import Category, OutcomeKind, Via
from referrals.documents import InvalidDocument
from referrals.errors import Refused
from referrals.models import Batch, BatchRow, Outcome, Referral, Upload
from referrals.services import rights, submitting, telling
from referrals.services.submitting import Sender

log = structlog.get_logger(__name__)
MOST_NOTICES = 500
KEPT_FOR = timedelta(hours=24)
Errors = dict[str, list[str]]
NOT_STORED = "This notice could not be stored. Telephone us about it."
ALLEGATION = (
    "A worry about somebody who works with children does not go in a batch. Send it by itself, or telephone us."
)


class OtherBatch(Refused):
    """The key was used before, for other notices."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for a different batch. Use a new key for a new batch.")


@dataclass(frozen=True, slots=True)
class Row:
    """One row as its sender counts it; `label` is their own number for it, `sent` what to show if it is refused."""

    position: int
    label: str = ""
    sent: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to become one referral: its JSON, and the row, or rows, that said it."""

    rows: tuple[Row, ...]
    document: Any


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that cannot be sent, and why, by the name of the field or column."""

    row: Row
    errors: Errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A batch as it was handed in. `digest` is the same for the same content."""

    key: str
    digest: str
    notices: Sequence[Notice]
    refused: Sequence[Refusal] = ()
    name: str = ""


@transaction.atomic
def receive(*, by: User | AgencySystem, handed: Handed) -> tuple[Batch, bool]:
    """Store a batch once: each notice as a referral of its own, or the reason why it was refused.

    Answers the batch, and whether it is new: the same key with the same content is the first batch again, at once or
    later. Each notice has a savepoint: what fails undoes itself and nothing else. Its receipts are owed here, together,
    one message to each person. Raises OtherBatch for other content.
    """
    if not by.may(Act.REFER):
        raise PermissionDenied
    _one_at_a_time(by, handed.key)
    first = Batch.objects.filter(key=handed.key, **_sender(by)).first()
    if first is not None:
        if first.digest != handed.digest:
            raise OtherBatch
        return first, False
    batch = _batch(by, handed)
    rows = [row for notice in handed.notices for row in _take(by, batch, notice)]
    rows += [_refused(batch, one.row, one.errors) for one in handed.refused]
    BatchRow.objects.bulk_create(rows)
    _owe_receipts(batch, rows)
    accepted = sum(row.referral_id is not None for row in rows)
    events.record(by=by, what="batch_received", about=batch, detail={"rows": len(rows), "accepted": accepted})
    return batch, True


def handed_in(*, by: AgencySystem, key: str) -> bool:
    """Whether a batch with this key is here already: the same again stores nothing."""
    return Batch.objects.filter(key=key, **_sender(by)).exists()


@transaction.atomic
def hold(*, by: User, name: str, text: str) -> Upload:
    """Keep a file until its sender has looked through it: for a day at most."""
    rights.require(by, Act.REFER)
    forget_old()
    return Upload.objects.create(
        owner=by, organisation=by.organisation, name=name, text=text, digest=digest_of(text.encode())
    )


@transaction.atomic
def send(*, by: User, upload: Upload, notices: Sequence[Notice], refused: Sequence[Refusal]) -> Batch:
    """Send what was held, and forget it: from here on the batch has it. Sent twice, it is one batch."""
    handed = Handed(key=str(upload.token), digest=upload.digest, name=upload.name, notices=notices, refused=refused)
    batch, _new = receive(by=by, handed=handed)
    Upload.objects.filter(pk=upload.pk).delete()
    return batch


def forget_old() -> int:
    """Erase the files that nobody sent within a day; answers how many."""
    return Upload.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()[0]


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _take(by: User | AgencySystem, batch: Batch, notice: Notice) -> list[BatchRow]:
    try:
        with transaction.atomic():
            referral, ignored = _submit(by, notice.document)
    except InvalidDocument as invalid:
        return [_refused(batch, row, invalid.errors) for row in notice.rows]
    except (DataError, IntegrityError) as fault:
        log.exception("notice_not_stored", batch=batch.pk, fault=type(fault).__name__)
        return [_refused(batch, row, {"": [NOT_STORED]}) for row in notice.rows]
    return [
        BatchRow(batch=batch, position=row.position, label=row.label, referral=referral, ignored=ignored)
        for row in notice.rows
    ]


def _submit(by: User | AgencySystem, document: Any) -> tuple[Referral, list[str]]:
    submission, ignored = documents.read(document)
    places = [n for n, one in enumerate(submission.concerns) if one.category == Category.ALLEGATION]
    if places:
        raise InvalidDocument({f"concerns.{n}.category": [ALLEGATION] for n in places})
    return submitting.submit(by=_as_bulk(by), submission=submission), ignored


def _as_bulk(by: User | AgencySystem) -> Sender:
    if isinstance(by, User):
        return Sender(actor=by, organisation=by.organisation, via=Via.BULK, user=by, in_batch=True)
    return Sender(actor=by, organisation=by.organisation, via=Via.BULK, api_key=by.key, in_batch=True)


def _owe_receipts(batch: Batch, rows: Sequence[BatchRow]) -> None:
    accepted = {row.referral_id for row in rows if row.referral_id}
    receipts = Outcome.objects.filter(referral__in=accepted, kind=OutcomeKind.RECEIVED)
    telling.tell_together(batch=batch, outcomes=list(receipts))


def _batch(by: User | AgencySystem, handed: Handed) -> Batch:
    return Batch.objects.create(
        organisation=by.organisation,
        key=handed.key,
        digest=handed.digest,
        name=handed.name,
        received_at=timezone.now(),
        **_sender(by),
    )


def _sender(by: User | AgencySystem) -> dict[str, Any]:
    return {"by": by} if isinstance(by, User) else {"api_key": by.key}


def _refused(batch: Batch, row: Row, errors: Errors) -> BatchRow:
    return BatchRow(batch=batch, position=row.position, label=row.label, errors=errors, sent=row.sent)


def _one_at_a_time(by: User | AgencySystem, key: str) -> None:
    mark = hashlib.sha256(f"batch:{by.actor_kind}:{by.actor_id}:{key}".encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(mark[:8], signed=True)])
