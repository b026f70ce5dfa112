"""Each try to carry a message."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from mash.audit.models import AppendOnly
from mash.outbox.models.messages import Message


class Attempt(AppendOnly):
    """What came of one try. An abandoned one may have reached the provider: what follows it may be a duplicate."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted by the provider"
        TEMPORARY = "temporary", "Not now"
        UNREACHABLE = "unreachable", "The provider could not be reached"
        BARRED = "barred", "The provider does not know our key"
        REJECTED = "rejected", "The provider asks us to put something right"
        PERMANENT = "permanent", "Refused"
        ABANDONED = "abandoned", "The carrier did not answer"

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="tries")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    detail = models.CharField(max_length=500, blank=True)
    possibly_duplicate = models.BooleanField(default=False)

    # What settling brings with the row: whether the claim was still held.
    kept: bool

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="attempt_outcome_is_known",
                condition=Q(
                    outcome__in=["accepted", "temporary", "unreachable", "barred", "rejected", "permanent", "abandoned"]
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["at"], name="attempt_accepted", condition=Q(outcome="accepted")),
            models.Index(fields=["at"], name="attempt_ours", condition=Q(outcome__in=["barred", "rejected"])),
            models.Index(fields=["at"], name="attempt_duplicate", condition=Q(possibly_duplicate=True)),
        ]

    def __str__(self) -> str:
        return f"{self.message_id}: {self.outcome}"
