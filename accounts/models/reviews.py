"""Each quarter somebody looks whether everybody who can sign in still should."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models.organisations import Organisation
from mash.audit.models import AppendOnly, WriteOnce


class AccessReview(WriteOnce):
    """One organisation's review of one quarter. `quarter` is its first day."""

    updatable: ClassVar[frozenset[str]] = frozenset({"finished_at", "finished_by"})

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="reviews")
    quarter = models.DateField()
    opened_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("organisation", "quarter", name="review_one_each_quarter"),
            models.CheckConstraint(
                name="review_finished_by_somebody",
                condition=Q(finished_at=None, finished_by=None)
                | Q(finished_at__isnull=False, finished_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["quarter", "id"], name="review_open", condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"{self.organisation}, {self.words}"

    @property
    def words(self) -> str:
        """October to December 2026."""
        last = self.quarter.replace(month=self.quarter.month + 2)
        return f"{self.quarter:%B} to {last:%B %Y}"


class AccessAnswer(AppendOnly):
    """What was found about one person: the last answer counts."""

    class Found(models.TextChoices):
        KEPT = "kept", "Still right"
        CHANGED = "changed", "Changed"
        LET_GO = "let_go", "Let go"

    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    found = models.CharField(max_length=10, choices=Found.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="review_answer_is_known", condition=Q(found__in=["kept", "changed", "let_go"])),
            models.CheckConstraint(name="review_own_access_is_only_kept", condition=Q(found="kept") | ~Q(user=F("by"))),
        ]
        indexes = [models.Index(fields=["review", "user", "-id"], name="review_answer_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.found}"
