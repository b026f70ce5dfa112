"""Notices that came many at once: the batch, what became of each row, and how they were screened."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from accounts.models import ApiKey, Organisation, User
from mash.audit.models import AppendOnly, WriteOnce
from referrals.models.decisions import Decision
from referrals.models.referrals import Referral

BATCH = "batch-"


class Upload(models.Model):
    """A file that somebody looks through before they send it. It goes when it is sent, or after a day."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [
            models.Index(fields=["at"], name="upload_at"),
            models.Index(fields=["owner"], name="upload_of_owner"),
        ]

    def __str__(self) -> str:
        return str(self.token)


class Batch(AppendOnly):
    """Notices that one sender handed in together. `key` is the sender's own name for it: the same key is one batch."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=200, blank=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="batch_has_one_sender",
                condition=Q(by__isnull=False, api_key=None) | Q(by=None, api_key__isnull=False),
            ),
            models.UniqueConstraint("api_key", "key", name="batch_key_of_system_is_one"),
            models.UniqueConstraint("by", "key", name="batch_key_of_user_is_one"),
        ]
        indexes = [models.Index(fields=["organisation", "-id"], name="batch_of_organisation")]

    def __str__(self) -> str:
        return self.name or f"Batch {self.pk}"

    @property
    def public_name(self) -> str:
        """What a message about the whole batch is about."""
        return f"{BATCH}{self.pk}"


class BatchRow(AppendOnly):
    """One row of a batch: the referral that it became, alone or with others, or why it was refused.

    `position` is the sender's: the line of their file, or the place in their list from 0. What was sent is kept of
    refused rows alone, to be mended; an accepted one is frozen in its referral.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    position = models.IntegerField()
    label = models.CharField(max_length=200, blank=True)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="+")
    errors = models.JSONField(default=dict)
    ignored = models.JSONField(default=list)
    sent = models.JSONField(default=dict)

    class Meta:
        ordering = ["batch_id", "position"]
        constraints = [
            models.UniqueConstraint("batch", "position", name="batch_position_is_unique"),
            models.CheckConstraint(
                name="batch_row_is_accepted_or_refused",
                condition=Q(referral__isnull=False, errors={}) | (Q(referral=None) & ~Q(errors={})),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.position}"


class LeftForTriage(AppendOnly):
    """Somebody who screened notices left this one for a full look in the queue."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="left_for_triage")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.referral_id} left for triage"


class Reread(WriteOnce):
    """A screening decision that was drawn to be read again by a second person, and what they say of it."""

    updatable: ClassVar[frozenset[str]] = frozenset({"by", "agrees", "note", "read_at"})

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="reread")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    chosen_at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    agrees = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="reread_answer_is_whole",
                condition=Q(by=None, agrees=None, read_at=None, note="")
                | Q(by__isnull=False, agrees__isnull=False, read_at__isnull=False),
            ),
            models.CheckConstraint(name="reread_is_another_person", condition=Q(by=None) | ~Q(by=F("decided_by"))),
            models.CheckConstraint(
                name="reread_refusal_has_a_reason", condition=Q(agrees=None) | Q(agrees=True) | ~Q(note="")
            ),
        ]
        indexes = [models.Index(fields=["chosen_at"], name="reread_waiting", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"{self.decision_id} read again"
