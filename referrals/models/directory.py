"""The directory of local services: what a family or an agency can turn to without the hub."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from referrals.choices import Access, Category

OLDEST = 25
"""Years: some services go on with a young person who has special needs, or who has left care."""


@pghistory.track()
class LocalService(models.Model):
    """One service, in plain words: for which worries, which ages and which streets, and how somebody gets it.

    `districts` are the first halves of postcodes; none means everywhere in the borough. Ages are whole years, both
    ends included. `checked_on` is the day on which somebody last made sure that all of this is right.
    """

    name = models.CharField(max_length=200)
    does = models.TextField()
    categories = ArrayField(models.CharField(max_length=30, choices=Category.choices))
    age_from = models.SmallIntegerField(default=0)
    age_to = models.SmallIntegerField(default=18)
    area = models.CharField(max_length=200, blank=True)
    districts = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    web = models.URLField(max_length=300, blank=True)
    email = models.EmailField(blank=True)
    access = models.CharField(max_length=10, choices=Access.choices)
    hours = models.CharField(max_length=200, blank=True)
    active = models.BooleanField(default=True)
    checked_on = models.DateField()
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="local_service_name_is_unique", condition=Q(active=True)),
            models.CheckConstraint(name="local_service_says_what_it_does", condition=~Q(name="") & ~Q(does="")),
            models.CheckConstraint(
                name="local_service_is_for_some_worry",
                condition=Q(categories__len__gt=0, categories__contained_by=list(Category.values)),
            ),
            models.CheckConstraint(
                name="local_service_ages_are_in_order",
                condition=Q(age_from__gte=0, age_to__lte=OLDEST, age_from__lte=F("age_to")),
            ),
            models.CheckConstraint(
                name="local_service_can_be_reached", condition=~Q(phone="") | ~Q(web="") | ~Q(email="")
            ),
        ]
        indexes = [models.Index(Lower("name"), "id", name="local_service_by_name")]

    def __str__(self) -> str:
        return self.name
