"""Somebody who works with children, whom a worry is about."""

from django.db import models

from mash.audit.models import AppendOnly
from referrals.choices import KnownOrNot
from referrals.models.referrals import Referral


class AllegationDetails(AppendOnly):
    """Who they are, where they work, and whether other children may be at risk from them, as the referrer said it.

    `known_on` is the day on which their organisation learnt of it.
    """

    referral = models.OneToOneField(Referral, on_delete=models.PROTECT, related_name="allegation_details")
    name = models.CharField(max_length=200, blank=True)
    job = models.CharField(max_length=200, blank=True)
    employer = models.CharField(max_length=200, blank=True)
    known_on = models.DateField(null=True)
    still_working = models.CharField(max_length=10, choices=KnownOrNot.choices, blank=True)
    own_children = models.CharField(max_length=10, choices=KnownOrNot.choices, blank=True)
    own_children_about = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
