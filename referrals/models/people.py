"""Children as the hub knows them, across referrals."""

from django.db import models
from django.db.models.functions import Lower

from mash.lib.text import isolated
from referrals.choices import Sex


class Household(models.Model):
    """People who live at one address, as far as the hub knows."""

    key = models.CharField(max_length=64, unique=True)
    address = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.address or self.key


class Person(models.Model):
    """One child. Matched or made at triage, never at submission."""

    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=1, choices=Sex.choices, default=Sex.U)
    nhs_number = models.CharField(max_length=10, blank=True)
    household = models.ForeignKey(Household, on_delete=models.SET_NULL, null=True, blank=True, related_name="people")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "nhs_number", name="person_nhs_number_is_one_person", condition=~models.Q(nhs_number="")
            ),
        ]
        indexes = [models.Index(Lower("family_name"), "birth_date", name="person_name_and_birth")]

    def __str__(self) -> str:
        return isolated(f"{self.given_name} {self.family_name}".strip()) or "Unborn child"
