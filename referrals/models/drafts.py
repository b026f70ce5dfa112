"""A referral being written, and the API's memory of what it has already answered."""

import uuid
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from accounts.models import ApiKey, Organisation, User
from mash.audit.models import AppendOnly
from referrals.choices import Category
from referrals.models.referrals import Referral

KEPT = timedelta(days=90)
"""How long a draft that nobody touches is kept."""
SHARED = Q(referral=None, kept_apart=False)
"""The unsent drafts that may ever come into a colleague's hands, or be counted for one."""
_NAMES_A_WORKER = Q(data__has_key="worker") | Q(data__contains={"concerns": [{"category": Category.ALLEGATION.value}]})


class Draft(models.Model):
    """What somebody has typed so far, in the shape of the API's document; saved at every step.

    `kept_apart` says that it was ever about somebody who works with children: who that is may be a colleague, and may
    still be in the words after the kind of worry was changed. Once set, it stays.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="drafts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    data = models.JSONField(default=dict)
    started_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    # When its owner was told that it will be erased; saved again, it starts over.
    warned_at = models.DateTimeField(null=True)
    kept_apart = models.BooleanField(default=False)
    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="draft_about_a_worker_is_kept_apart", condition=Q(kept_apart=True) | ~_NAMES_A_WORKER
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-saved_at"], name="draft_of_owner", condition=models.Q(referral=None)),
            models.Index(fields=["organisation", "saved_at"], name="draft_unsent", condition=models.Q(referral=None)),
            models.Index(fields=["saved_at"], name="draft_old", condition=models.Q(referral=None)),
        ]

    def __str__(self) -> str:
        return str(self.token)

    @property
    def kept_until(self) -> datetime:
        """When it is erased, unless it is saved again."""
        return self.saved_at + KEPT


class TypedPage(models.Model):
    """What its owner typed on one page of a draft and has not saved: shown to nobody else, nor counted for anybody."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    page = models.CharField(max_length=200)
    boxes = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now=True)
    # From which opening of the page it was saved last: what that one sends later is not kept.
    saved_opening = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("draft", "page", name="typed_page_once_in_a_draft")]

    def __str__(self) -> str:
        return self.page


class IdempotencyRecord(AppendOnly):
    """The first answer given to one key of one caller; asked again, it is given again."""

    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    digest = models.CharField(max_length=64)
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    answer = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint("api_key", "key", name="idempotency_key_is_one_request")]

    def __str__(self) -> str:
        return self.key
