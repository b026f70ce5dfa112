"""Several referrals about one event: grouped, never merged. And what is new about a child who has a case already."""

import uuid

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from mash.audit.models import AppendOnly
from referrals.models.cases import Case
from referrals.models.decisions import Decision
from referrals.models.referrals import Referral


class Incident(AppendOnly):
    """One event of which several agencies told us. It says nothing itself: each referral keeps its own words, its own
    decision and its own loop. Nothing that an agency can reach leads to it."""

    token = models.UUIDField(default=uuid.uuid4, unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"incident {self.pk}"


class IncidentReferral(AppendOnly):
    """Somebody at triage says that this referral is about this incident, and why. It ends with a row of its own."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="members")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="incidents")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="incident_referral_has_a_reason", condition=~Q(reason=""))]
        triggers = [
            pgtrigger.Trigger(
                name="referral_is_in_one_incident",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    PERFORM pg_advisory_xact_lock(hashtextextended('incident', NEW.referral_id));
                    IF EXISTS (SELECT 1 FROM referrals_incidentreferral there
                                WHERE there.referral_id = NEW.referral_id
                                  AND NOT EXISTS (SELECT 1 FROM referrals_incidentleaving gone
                                                   WHERE gone.membership_id = there.id)) THEN
                        RAISE EXCEPTION 'referral is in an incident already' USING ERRCODE = 'unique_violation',
                            CONSTRAINT = 'referral_is_in_one_incident';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.referral_id} in {self.incident_id}"


class IncidentLeaving(AppendOnly):
    """The end of a referral's membership: it was not the same event, and why. What was said before stays."""

    membership = models.OneToOneField(IncidentReferral, on_delete=models.PROTECT, related_name="leaving")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="incident_leaving_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return f"{self.membership_id} ended"


class NotTheSame(AppendOnly):
    """Somebody at triage says that two referrals are not about one event, and why: it is not offered again."""

    first = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("first", "second", name="not_the_same_is_said_once"),
            models.CheckConstraint(name="not_the_same_is_in_order", condition=Q(first__lt=F("second"))),
            models.CheckConstraint(name="not_the_same_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} is not {self.second_id}"


class NewInformation(AppendOnly):
    """A decision that sent what was told to a child's open case, as new information and not as a new referral."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="new_information")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="new_information")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"new for {self.case_id}"


class NewInformationRead(AppendOnly):
    """Somebody who works on the case, or manages it, says that they have read what is new."""

    news = models.ForeignKey(NewInformation, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    as_manager = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint("news", "user", name="new_information_is_read_once")]

    def __str__(self) -> str:
        return f"{self.news_id} read by {self.user_id}"
