"""A consultation: an agency asks the hub for advice without a referral, and what was answered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from mash.audit.models import AppendOnly, WriteOnce
from referrals.choices import (
    AgeGroup,
    Category,
    ConsultationOutcome,
    ConsultationState,
    ExchangeKind,
)
from referrals.models.drafts import Draft
from referrals.models.referrals import Referral

UNANSWERED = (ConsultationState.WAITING, ConsultationState.TAKEN)


class Consultation(WriteOnce):
    """A question that names no child. What was asked stays as it was asked; only where it stands may change.

    `private` keeps it from the asker's own safeguarding lead; it is set as well when what comes of it is an allegation.
    `advised_at` is set while the last answer says that this should be a referral. `draft` is what was begun from it
    here; `referral` what the hub says came of it otherwise; `not_referred_because` why none did.
    """

    updatable: ClassVar[frozenset[str]] = frozenset(
        {
            "state",
            "due_at",
            "holder",
            "held_since",
            "advised_at",
            "closed_at",
            "closed_by",
            "outcome",
            "not_referred_because",
            "draft",
            "referral",
            "private",
        }
    )

    token = models.UUIDField(unique=True)
    reference = models.CharField(max_length=20, unique=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    question = models.TextField()
    category = models.CharField(max_length=30, choices=Category.choices)
    age_group = models.CharField(max_length=10, choices=AgeGroup.choices)
    call_back_phone = models.CharField(max_length=40, blank=True)
    private = models.BooleanField(default=False)

    state = models.CharField(max_length=10, choices=ConsultationState.choices, default=ConsultationState.WAITING)
    due_at = models.DateTimeField()
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held_since = models.DateTimeField(null=True)
    advised_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=20, choices=ConsultationOutcome.choices, blank=True)
    not_referred_because = models.TextField(blank=True)
    draft = models.ForeignKey(Draft, on_delete=models.SET_NULL, null=True, related_name="consultations")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="consultations")

    class Meta:
        constraints = [
            models.CheckConstraint(name="consultation_asks_something", condition=~Q(question="")),
            # A worry about somebody who works with children goes to the designated officer alone, never through here.
            models.CheckConstraint(name="consultation_is_no_allegation", condition=~Q(category=Category.ALLEGATION)),
            models.CheckConstraint(
                name="consultation_taken_has_holder_and_time",
                condition=Q(state=ConsultationState.TAKEN, holder__isnull=False, held_since__isnull=False)
                | (~Q(state=ConsultationState.TAKEN) & Q(holder=None, held_since=None)),
            ),
            models.CheckConstraint(
                name="consultation_closed_has_time_person_and_outcome",
                condition=(
                    Q(state=ConsultationState.CLOSED, closed_at__isnull=False, closed_by__isnull=False) & ~Q(outcome="")
                )
                | (~Q(state=ConsultationState.CLOSED) & Q(closed_at=None, closed_by=None, outcome="")),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], name="consultation_waiting", condition=Q(state__in=UNANSWERED)),
            models.Index(
                fields=["advised_at", "id"],
                name="consultation_advised",
                condition=Q(advised_at__isnull=False, referral=None, not_referred_because=""),
            ),
            models.Index(fields=["asked_by", "-id"], name="consultation_by_asker"),
            models.Index(fields=["organisation", "-id"], name="consultation_by_organisation"),
        ]

    def __str__(self) -> str:
        return self.reference


class Exchange(AppendOnly):
    """One thing said after the question: an answer of the hub's, or what the asker added."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="exchanges")
    kind = models.CharField(max_length=10, choices=ExchangeKind.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # As it was on that day: whose advice it was does not change with a later registration.
    social_worker = models.BooleanField(default=False)
    should_refer = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="exchange_has_words", condition=~Q(text="")),
            models.CheckConstraint(
                name="exchange_only_an_answer_advises",
                condition=Q(kind=ExchangeKind.ANSWER) | Q(should_refer=False, social_worker=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
