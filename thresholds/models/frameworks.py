from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from mash.audit.models import AppendOnly


class Framework(AppendOnly):
    """One version of an authority's levels, bands, indicators and rules, whole. A change is a new version."""

    key = models.SlugField(max_length=40)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    document = models.JSONField()
    sha = models.CharField(max_length=64)
    published_at = models.DateTimeField(db_default=Now())
    in_force_from = models.DateTimeField()
    # Nobody, for the ones that the product ships.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="framework_version_once"),
            models.CheckConstraint(name="framework_version_from_one", condition=models.Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"


class Adoption(AppendOnly):
    """From when referrals here are weighed under the framework with this key: the latest that has begun counts.

    Before the first one, the setting FRAMEWORK names it.
    """

    key = models.SlugField(max_length=40)
    begins_at = models.DateTimeField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="adoption_has_a_reason", condition=~models.Q(reason=""))]
        indexes = [models.Index(fields=["-begins_at", "-id"], name="adoption_latest")]

    def __str__(self) -> str:
        return self.key


class Retirement(AppendOnly):
    """This version is no longer weighed under, and why; what was weighed under it still explains itself."""

    framework = models.OneToOneField(Framework, on_delete=models.PROTECT, related_name="retirement")
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(name="retirement_has_a_reason", condition=~models.Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.framework}, retired"
