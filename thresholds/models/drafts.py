from django.conf import settings
from django.db import models
from django.db.models import F, Q

from thresholds.models.frameworks import Framework


class DraftState(models.TextChoices):
    """A draft is open until it is published or thrown away."""

    OPEN = "open", "Draft"
    PUBLISHED = "published", "Published"
    DISCARDED = "discarded", "Thrown away"


class FrameworkDraft(models.Model):
    """What will be the next version: the only form of a framework that changes.

    `revision` counts the savings, so that of two editors the second is told. `saved` says in words which part was saved
    last. `preview` holds what the draft would have done, for the revision it names.
    """

    State = DraftState

    key = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    document = models.JSONField()
    based_on = models.ForeignKey(Framework, null=True, on_delete=models.PROTECT, related_name="drafts")
    revision = models.PositiveIntegerField(default=1)
    saved = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DraftState.choices, default=DraftState.OPEN)
    preview = models.JSONField(null=True)
    previewed_revision = models.PositiveIntegerField(null=True)
    published = models.OneToOneField(Framework, null=True, on_delete=models.PROTECT, related_name="draft")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="framework_draft_state_known", condition=Q(state__in=["open", "published", "discarded"])
            ),
            models.CheckConstraint(
                name="framework_draft_published_is_a_version",
                condition=Q(state="published", published__isnull=False)
                | (~Q(state="published") & Q(published__isnull=True)),
            ),
            models.CheckConstraint(
                name="framework_draft_published_as_previewed",
                condition=~Q(state="published") | Q(previewed_revision=F("revision")),
            ),
            models.CheckConstraint(
                name="framework_draft_preview_names_its_revision",
                condition=Q(preview__isnull=True, previewed_revision__isnull=True)
                | Q(preview__isnull=False, previewed_revision__lte=F("revision")),
            ),
        ]
        indexes = [models.Index(fields=["-updated_at"], name="framework_draft_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.title}, draft"

    @property
    def previewed(self) -> bool:
        """Whether what would have changed was looked at since the last saving."""
        return self.previewed_revision == self.revision
