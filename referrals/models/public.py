"""What somebody without an account holds: a code that was shown to them once."""

from django.db import models
from django.utils import timezone

from mash.audit.models import AppendOnly
from referrals.models.referrals import Referral


class Receipt(AppendOnly):
    """The digest of one receipt code, and what it opens. Whoever has the code has no other name here."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="receipt")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    # More came from the same network address within an hour than one family sends. The address is not kept.
    one_of_several = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"receipt {self.pk}"


class Opening(models.Model):
    """One browser in which a code was typed a short while ago. Closing the page ends it, wherever its cookie went."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"opening {self.pk}"
