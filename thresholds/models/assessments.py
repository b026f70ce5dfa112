import uuid
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from mash.audit.models import AppendOnly
from thresholds.models.frameworks import Framework


class Kind(models.TextChoices):
    """From the submitter's own facts, which they may see; or the hub's, with history, which they never do."""

    SUBMITTER = "submitter", "From the submitter's own facts"
    HUB = "hub", "The hub's, with history"


class Assessment(AppendOnly):
    """What the engine said, from which facts, under which version; `level` and `band` are empty when it gave none."""

    Kind = Kind

    reference = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="assessments")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Opaque: the children weighed together share it. What it stands for is known above this app alone.
    about = models.UUIDField(null=True)
    # The same child's earlier one, for which this stands since something was found to be wrong.
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    facts = models.JSONField()
    level = models.PositiveSmallIntegerField(null=True)
    band = models.CharField(max_length=8, blank=True)
    route = models.CharField(max_length=12)
    duty = models.CharField(max_length=12)
    reasons = models.JSONField()
    assessed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(name="assessment_kind_known", condition=Q(kind__in=["submitter", "hub"])),
            models.CheckConstraint(
                name="assessment_level_band_route_duty_together",
                condition=Q(level__isnull=True, band="", route="undetermined", duty="undetermined")
                | (
                    Q(level__isnull=False, level__range=(1, 4), route__in=["universal", "gateway", "cadt"])
                    & Q(duty__in=["universal", "early_help", "s17", "s47"])
                    & ~Q(band="")
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["-assessed_at", "about"], name="assessment_latest", condition=Q(kind="hub")),
            models.Index(fields=["about"], name="assessment_about", condition=Q(kind="hub")),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.band or 'no level yet'}"

    def answer(self) -> dict[str, Any]:
        """Level, band, route, duty and reasons as the API says them."""
        return {
            "level": self.level,
            "band": self.band or None,
            "route": self.route,
            "duty": self.duty,
            "reasons": self.reasons,
        }
