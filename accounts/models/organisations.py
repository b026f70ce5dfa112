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
    PUBLIC = "public", "Members of the public"
    OTHER = "other", "Another organisation"
    UNLISTED = "unlisted", "Organisations that are not on the list"


# Made by the product, one of each: nobody joins them, signs in from them or holds a key of theirs.
AUTOMATIC = frozenset({OrganisationKind.PUBLIC, OrganisationKind.UNLISTED})


class SourceCode(models.TextChoices):
    """Where a referral comes from, as the children in need census counts it (DfE code set, 2025-26)."""

    SCHOOL = "2A", "School"
    EDUCATION = "2B", "Education service"
    GP = "3A", "GP"
    HEALTH_VISITOR = "3B", "Health visitor"
    SCHOOL_NURSE = "3C", "School nurse"
    PRIMARY_HEALTH = "3D", "Other primary health service"
    EMERGENCY_DEPARTMENT = "3E", "Emergency department"
    OTHER_HEALTH = "3F", "Other health service"
    HOUSING = "4", "Housing"
    LOCAL_SOCIAL_CARE = "5A", "Local authority: adults’ or other social care"
    LOCAL_INTERNAL = "5B", "Local authority: another service"
    LOCAL_EXTERNAL = "5C", "Another local authority"
    EARLY_HELP = "5D", "Local authority: early help"
    POLICE = "6", "Police"
    LEGAL = "7", "Another legal agency: court, probation, immigration, prison"
    OTHER = "8", "Another organisation: children’s centre, voluntary or independent"
    RELATIVE = "1A", "Family member, relative or carer"
    ACQUAINTANCE = "1B", "Neighbour, childminder or other acquaintance"
    SELF = "1C", "The child or young person"
    STRANGER = "1D", "Another individual"
    ANONYMOUS = "9", "Anonymous"
    UNKNOWN = "10", "Not known"


# What an organisation of each kind is counted as, unless somebody says otherwise.
SOURCE_OF_KIND: dict[str, SourceCode] = {
    OrganisationKind.AUTHORITY: SourceCode.LOCAL_INTERNAL,
    OrganisationKind.SCHOOL: SourceCode.SCHOOL,
    OrganisationKind.POLICE: SourceCode.POLICE,
    OrganisationKind.GP: SourceCode.GP,
    OrganisationKind.HOSPITAL: SourceCode.EMERGENCY_DEPARTMENT,
    OrganisationKind.HEALTH: SourceCode.OTHER_HEALTH,
    OrganisationKind.HOUSING: SourceCode.HOUSING,
    OrganisationKind.CHARITY: SourceCode.OTHER,
    OrganisationKind.PUBLIC: SourceCode.UNKNOWN,
    OrganisationKind.OTHER: SourceCode.OTHER,
    OrganisationKind.UNLISTED: SourceCode.UNKNOWN,
}


@pghistory.track()
class Organisation(models.Model):
    """One partner agency, or the authority that runs the hub."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind.choices)
    shared_inbox = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # Empty: as its kind is counted (`SOURCE_OF_KIND`).
    source_code = models.CharField(max_length=2, choices=SourceCode.choices, blank=True)
    hours = models.CharField("opening hours", max_length=200, blank=True)
    second_factor_required = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("name"), name="organisation_name_is_unique"),
            models.UniqueConstraint(
                fields=["kind"],
                name="organisation_one_of_each_automatic",
                condition=models.Q(kind__in=sorted(AUTOMATIC)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def automatic(self) -> bool:
        """Whether it is nobody's: without people and without keys, always."""
        return self.kind in AUTOMATIC

    @property
    def counted_as(self) -> str:
        """The census source code of what comes from here."""
        return self.source_code or SOURCE_OF_KIND[self.kind]


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
