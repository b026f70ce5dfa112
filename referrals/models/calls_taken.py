"""What the hub writes down about a call or a letter besides the referral itself."""

from django.db import models

from mash.audit.models import AppendOnly
from referrals.models.referrals import Referral


class WrittenDown(AppendOnly):
    """A referral made by telephone or letter. `token` names the page it was typed on: sent twice, it is one referral.
    `received_on` is the day on which a letter came; the clock of the referral starts when it was written down."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="written_down")
    token = models.UUIDField(unique=True)
    received_on = models.DateField(null=True)

    def __str__(self) -> str:
        return str(self.referral)
