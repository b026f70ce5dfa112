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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="framework_version_once"),
            models.CheckConstraint(name="framework_version_from_one", condition=models.Q(version__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"
