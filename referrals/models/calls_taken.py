"""What the hub writes down about a call or a letter besides the referral itself."""

from django.db import models

from mash.audit.models import AppendOnly
from referrals.models.referrals import Referral


class WrittenDown(AppendOnly):
    """A referral made by telephone or letter: the day on which a letter came, and who a caller is to the child."""

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="written_down")
    received_on = models.DateField(null=True)
    relation = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return str(self.referral)
