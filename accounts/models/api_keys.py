"""Keys by which an agency's own system speaks for it."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.models.organisations import Organisation


class ApiKey(models.Model):
    """One key of one organisation. Only a digest is kept; the key itself is shown once."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    # The page that asked for it: sent twice, it makes one key.
    page = models.UUIDField(null=True, unique=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    revoked_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="api_key_reason_belongs_to_a_revocation",
                condition=~Q(revoked_at=None) | Q(revoked_by=None, revoked_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
