"""Ask another authority to take a child over, and keep the case until it proves that it has."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mash.govuk.moments import when_words
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals.choices import CaseStage, OutcomeKind, SentHow, TransferAnswer
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, CaseTransfer
from referrals.services import cases, open_cases
from referrals.services.telling import News
from referrals.transfer_words import ASKED, KEPT, PROVED

A_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which authority was asked, whom there, how to reach them, when and how, and what was sent."""

    authority: str
    contact: str
    contact_details: str
    sent_how: str
    sent_at: datetime
    sent_what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Who confirmed it there, how, when; and their reference, or a note of what they said."""

    confirmed_by: str
    confirmed_how: str
    confirmed_at: datetime
    their_reference: str = ""
    answer_note: str = ""


@transaction.atomic
def ask(*, by: User, case: Case, asked: Asked) -> CaseTransfer:
    """Write down that another authority was asked to take an open case over.

    The case stays open and its clocks run; a clock of its own (limit `transfer_receipt`) warns the worker and then the
    manager while nobody there has confirmed. The referrer, and the people of the service, are told. Raises Refused
    naming the answer to mend, NotNow when the case is not open or an authority was asked already.
    """
    now = timezone.now()
    _check_asked(asked, now)
    cases.hold(by, case)
    if case.stage != CaseStage.OPEN:
        raise NotNow("Only an open case, which somebody has, can be transferred.")
    if CaseTransfer.objects.filter(case=case).exclude(answer=TransferAnswer.STOPPED).exists():
        raise NotNow("Another authority was asked already.")
    # People write down a time to the minute.
    if asked.sent_at < case.offered_at.replace(second=0, microsecond=0):
        began = when_words(case.offered_at, now=now)
        raise Refused(f"That was before this case began, {began}", field="sent_at")
    row = CaseTransfer.objects.create(
        case=case,
        authority=asked.authority,
        contact=asked.contact,
        contact_details=asked.contact_details,
        sent_how=asked.sent_how,
        sent_at=asked.sent_at,
        sent_what=asked.sent_what,
        by=by,
        at=now,
    )
    Case.objects.filter(pk=case.pk).update(transfer_asked_at=asked.sent_at)
    _told(by, row, ASKED, what="transfer_asked")
    return row


@transaction.atomic
def prove(*, by: User, transfer: CaseTransfer, receipt: Receipt) -> None:
    """Write down the other authority's receipt: who there, by name or job, and their reference or words. From then on,
    and not before, a manager can close the case as moved away.

    Raises Refused naming the answer to mend, SomeoneElse when it was answered meanwhile.
    """
    now = timezone.now()
    _check_receipt(transfer, receipt, now)
    row = _hold(by, transfer)
    CaseTransfer.objects.filter(pk=row.pk).update(
        answer=TransferAnswer.RECEIVED,
        confirmed_by=receipt.confirmed_by,
        confirmed_how=receipt.confirmed_how,
        confirmed_at=receipt.confirmed_at,
        their_reference=receipt.their_reference,
        answer_note=receipt.answer_note,
        answered_by=by,
        answered_at=now,
    )
    _answered(row)
    _told(by, row, PROVED, what="transfer_proved")


@transaction.atomic
def stop(*, by: User, transfer: CaseTransfer, note: str) -> None:
    """The transfer does not go ahead: they refused, or the family is here after all. The case stays, and another
    authority can be asked."""
    if not note:
        raise Refused("Say why the transfer does not go ahead", field="note")
    row = _hold(by, transfer)
    CaseTransfer.objects.filter(pk=row.pk).update(
        answer=TransferAnswer.STOPPED, answer_note=note, answered_by=by, answered_at=timezone.now()
    )
    _answered(row)
    _told(by, row, KEPT, what="transfer_stopped")


def words_for(case: Case, which: str) -> str:
    """What the referrer will read: `ASKED`, `PROVED` or `KEPT` with the name of the service."""
    return which.format(service=case.get_service_display())


def _hold(by: User, transfer: CaseTransfer) -> CaseTransfer:
    cases.hold(by, transfer.case)
    row = CaseTransfer.objects.select_related("answered_by").get(pk=transfer.pk)
    row.case = transfer.case
    if row.answer != TransferAnswer.WAITING:
        who = row.answered_by.name if row.answered_by else "Somebody else"
        raise SomeoneElse(f"{who} has recorded an answer already: {row.get_answer_display().lower()}.")
    return row


def _answered(row: CaseTransfer) -> None:
    Case.objects.filter(pk=row.case_id).update(transfer_asked_at=None)
    row.case.refresh_from_db(fields=["transfer_asked_at"])


def _check_asked(asked: Asked, now: datetime) -> None:
    wanted = {
        "authority": "Enter the name of the other authority",
        "contact": "Enter whom you reached there",
        "contact_details": "Enter a telephone number or an email address of theirs",
        "sent_what": "Say what you told or sent them",
    }
    for field, message in wanted.items():
        if not getattr(asked, field):
            raise Refused(message, field=field)
    if asked.sent_how not in SentHow.values:
        raise Refused("Select how you reached them", field="sent_how")
    if asked.sent_at > now:
        raise Refused("That is still to come. Enter when you reached them", field="sent_at")


def _check_receipt(transfer: CaseTransfer, receipt: Receipt, now: datetime) -> None:
    if len(A_WORD.findall(receipt.confirmed_by)) < 2:
        raise Refused("Enter who confirmed it there: their first and last name, or their job", field="confirmed_by")
    if receipt.confirmed_how not in SentHow.values:
        raise Refused("Select how they confirmed it", field="confirmed_how")
    if receipt.confirmed_at > now:
        raise Refused("That is still to come. Enter when they confirmed it", field="confirmed_at")
    if receipt.confirmed_at < transfer.sent_at:
        raise Refused("They cannot have confirmed it before they were asked", field="confirmed_at")
    if not any(one.isalnum() for one in receipt.their_reference + receipt.answer_note):
        raise Refused("Enter their reference, or what they said", field="their_reference")


def _told(by: User, row: CaseTransfer, words: str, *, what: str) -> None:
    """The referrer reads it in words that name no place; the worker and the managers are sent to the case."""
    case = row.case
    news = News(OutcomeKind.TRANSFER, words_for(case, words), case.subject)
    cases.done(by, case, news, what=what)
    messages.owe_many([_owed(row, what, user) for user in open_cases.concerned(case) if user.pk != by.pk])


def _owed(row: CaseTransfer, what: str, user: User) -> Owed:
    return Owed(
        key=f"{what}:{row.pk}:{user.pk}",
        kind="transfer_news",
        about=row.case.referral.reference,
        to=user,
        path=f"/cases/{row.case_id}/",
    )
