"""Partner agencies, the authority itself, and the authority's teams."""

import pghistory
from django.db import models
from django.db.models.functions import Lower


class OrganisationKind(models.TextChoices):
    """What an organisation is; each kind has its own source code in the children in need census."""

    AUTHORITY = "authority", "Local authority"
    SCHOOL = "school", "School or college"
    POLICE = "police", "Police"
    GP = "gp", "GP practice"
    HOSPITAL = "hospital", "Hospital or emergency department"
    HEALTH = "health", "Other health service"
    HOUSING = "housing", "Housing"
    CHARITY = "charity", "Charity or voluntary organisation"
    OTHER = "other", "Another organisation"


@pghistory.track()
class Organisation(models.Model):
    """One partner agency, or the authority that runs the hub."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    shared_inbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="organisation_name_is_unique")]

    def __str__(self) -> str:
        return self.name


class TeamKind(models.TextChoices):
    """The authority's teams, by what they do; their names are the authority's own."""

    TRIAGE = "triage", "Triage"
    GATEWAY = "gateway", "Gateway"
    CADT = "cadt", "CADT"
    CONFERENCING = "conferencing", "Conferencing"
    OUT_OF_HOURS = "out_of_hours", "Out of hours"


class Team(models.Model):
    """A team of the authority."""

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20, choices=TeamKind.choices)

    def __str__(self) -> str:
        return self.name
