"""An address that may become an account, and a list of them that somebody is about to invite."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.organisations import Organisation
from accounts.policy import Role
from mash.audit.models import WriteOnce

WORKS_FOR = timedelta(days=14)


class Invitation(WriteOnce):
    """One person asked to join one organisation, in roles that the inviter may give. It is spent once.

    What the link holds is stored nowhere: it is a signature of this row's key (`accounts.services.invitations`).
    """

    updatable: ClassVar[frozenset[str]] = frozenset(
        {"name", "roles", "by", "sent_at", "sent", "expires_at", "accepted_at", "user", "revoked_at", "revoked_by"}
    )

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    roles = ArrayField(models.CharField(max_length=40, choices=Role.choices))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField()
    sent = models.PositiveSmallIntegerField(default=1)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="invitation"
    )
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="invitation_email_is_lower_case", condition=Q(email=Lower("email"))),
            models.CheckConstraint(
                name="invitation_roles_are_known", condition=Q(roles__contained_by=list(Role.values)) & ~Q(roles=[])
            ),
            models.CheckConstraint(
                name="invitation_accepted_made_a_user",
                condition=Q(accepted_at=None, user=None) | Q(accepted_at__isnull=False, user__isnull=False),
            ),
            models.CheckConstraint(
                name="invitation_revoked_by_somebody",
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
            ),
            models.CheckConstraint(name="invitation_ends_once", condition=Q(accepted_at=None) | Q(revoked_at=None)),
            models.UniqueConstraint(
                fields=["email"], name="invitation_one_live_each", condition=Q(accepted_at=None, revoked_at=None)
            ),
        ]
        indexes = [
            models.Index(
                fields=["organisation", "-id"], name="invitation_open", condition=Q(accepted_at=None, revoked_at=None)
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def role_names(self) -> list[str]:
        """What they would be, in words."""
        return [Role(role).label for role in self.roles]

    def state(self, now: datetime) -> str:
        """accepted, revoked, expired or open."""
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= now else "open"


class PeopleLoad(models.Model):
    """People read from a file, shown to whoever sent it; nobody is invited before they confirm. Kept for a day."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField()
    confirmed_at = models.DateTimeField(null=True)
    invited = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["at"], name="people_load_age")]

    def __str__(self) -> str:
        return f"{len(self.rows)} people for {self.organisation_id}"
