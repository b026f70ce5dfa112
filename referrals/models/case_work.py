"""What is done for a child in a service: who has the case, who looked at it while it waited, whether the family
agrees, and how another authority took it over."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from mash.audit.models import AppendOnly, WriteOnce
from referrals.choices import CaseAgreement, SentHow, TransferAnswer
from referrals.models.cases import Case

NO_ANSWER_YET = Q(confirmed_by="", confirmed_how="", confirmed_at=None, their_reference="", answer_note="") & Q(
    answered_by=None, answered_at=None
)
SOMEBODY_ANSWERED = Q(answered_by__isnull=False, answered_at__isnull=False)
PROVED = (
    ~Q(confirmed_by="")
    & ~Q(confirmed_how="")
    & Q(confirmed_at__gte=F("sent_at"), confirmed_at__lte=F("answered_at"))
    & (~Q(their_reference="") | ~Q(answer_note=""))
)


class Allocation(AppendOnly):
    """A case given to a worker: by whom, why, and how much that worker had already."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="allocations")
    worker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    load_before = models.DecimalField(max_digits=6, decimal_places=2)
    past_limit = models.BooleanField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="allocation_to_another_has_a_reason", condition=Q(instead_of=None) | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="allocation_is_to_somebody_else",
                condition=Q(instead_of=None) | ~Q(instead_of=F("worker")),
            ),
            models.CheckConstraint(
                name="allocation_past_the_limit_has_a_reason", condition=Q(past_limit=False) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["case", "id"], name="allocation_of_case")]

    def __str__(self) -> str:
        return f"to {self.worker}"

    @property
    def load_words(self) -> str:
        """What the worker had already, without a tail of noughts."""
        return f"{self.load_before.normalize():f}"


class CaseReview(AppendOnly):
    """Somebody looked again at a child who waits for a worker, and wrote down what they found."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reviews")
    note = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="case_review_says_something", condition=~Q(note=""))]
        indexes = [models.Index(fields=["case", "id"], name="case_review_of_case")]

    def __str__(self) -> str:
        return f"looked at by {self.by}"


class AgreementOnCase(AppendOnly):
    """Whether the family agreed to the service, as a service heard it from them. Each change is a new row."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agreements")
    status = models.CharField(max_length=20, choices=CaseAgreement.choices)
    who = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="case_agreement_given_by_somebody", condition=~Q(status=CaseAgreement.GIVEN) | ~Q(who="")
            ),
            models.CheckConstraint(
                name="case_agreement_missing_has_a_reason", condition=Q(status=CaseAgreement.GIVEN) | ~Q(reason="")
            ),
        ]
        indexes = [models.Index(fields=["case", "id"], name="case_agreement_of_case")]

    def __str__(self) -> str:
        return self.get_status_display()


class CaseTransfer(WriteOnce):
    """Another authority was asked to take a child over. The case stays open here until that authority's receipt is
    written down: who confirmed it there, how, when, and their reference or a note. Written once, answered once."""

    updatable: ClassVar[frozenset[str]] = frozenset(
        {"answer", "confirmed_by", "confirmed_how", "confirmed_at", "their_reference", "answer_note"}
        | {"answered_by", "answered_at"}
    )

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    authority = models.CharField(max_length=200)
    contact = models.CharField(max_length=200)
    contact_details = models.CharField(max_length=300)
    sent_how = models.CharField(max_length=20, choices=SentHow.choices)
    sent_at = models.DateTimeField()
    sent_what = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    answer = models.CharField(max_length=10, choices=TransferAnswer.choices, default=TransferAnswer.WAITING)
    confirmed_by = models.CharField(max_length=200, blank=True)
    confirmed_how = models.CharField(max_length=20, choices=SentHow.choices, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    their_reference = models.CharField(max_length=100, blank=True)
    answer_note = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="transfer_says_to_whom_and_what",
                condition=~Q(authority="") & ~Q(contact="") & ~Q(contact_details="") & ~Q(sent_what=""),
            ),
            models.CheckConstraint(name="transfer_was_sent_before_it_was_noted", condition=Q(sent_at__lte=F("at"))),
            models.CheckConstraint(
                name="transfer_receipt_is_whole",
                condition=(Q(answer=TransferAnswer.WAITING) & NO_ANSWER_YET)
                | (Q(answer=TransferAnswer.RECEIVED) & SOMEBODY_ANSWERED & PROVED)
                | (Q(answer=TransferAnswer.STOPPED) & SOMEBODY_ANSWERED & ~Q(answer_note="")),
            ),
            models.UniqueConstraint(
                "case",
                name="transfer_one_at_a_time",
                condition=Q(answer__in=[TransferAnswer.WAITING, TransferAnswer.RECEIVED]),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="transfer_is_answered_once",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF OLD.answer <> 'waiting' THEN
                        RAISE EXCEPTION 'this transfer was answered already' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'transfer_is_answered_once';
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="transfer_leaves_a_live_case",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_case c WHERE c.id = NEW.case_id AND c.stage = 'open') THEN
                        RAISE EXCEPTION 'only an open case is transferred' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'transfer_leaves_a_live_case';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"to {self.authority}: {self.get_answer_display()}"

    @property
    def waits(self) -> bool:
        """Whether the other authority has yet to answer."""
        return self.answer == TransferAnswer.WAITING
