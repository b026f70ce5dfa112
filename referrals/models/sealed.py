"""Who somebody is whose name is withheld from the family: kept apart from the referral, and opened by name alone."""

from django.db import models
from guardian.models import UserObjectPermissionBase

from accounts.models import SourceCode
from mash.audit.models import AppendOnly
from referrals.models.referrals import Referral


class SealedIdentity(AppendOnly):
    """One for each referral whose referrer's name is withheld. No other table, message or log holds any of it."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="sealed_identity")
    name = models.CharField(max_length=200)
    phone = models.CharField(max_length=40, blank=True)
    email = models.CharField(max_length=254, blank=True)
    relationship = models.CharField(max_length=200, blank=True)
    safe_contact = models.TextField(blank=True)
    # As the census counts them. On the referral it says "not known": it would tell a relative from a neighbour.
    source_code = models.CharField(max_length=2, choices=SourceCode.choices, default=SourceCode.UNKNOWN)

    class Meta:
        # No other: whoever has a `SealedIdentityGrant` may see the name.
        default_permissions = ()
        permissions = [("see_identity", "May see this withheld name")]
        constraints = [models.CheckConstraint(name="sealed_identity_has_a_name", condition=~models.Q(name=""))]

    def __str__(self) -> str:
        return f"sealed {self.pk}"


class SealedIdentityGrant(UserObjectPermissionBase):
    """A named exception: one user may see one withheld name."""

    content_object = models.ForeignKey(SealedIdentity, on_delete=models.CASCADE)
