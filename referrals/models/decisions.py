"""What people decided for one child, and who signed."""

from django.db import models
from django.db.models import F, Q

from accounts.models import User
from mash.audit.models import AppendOnly
from referrals.choices import Agreement, Way
from referrals.models.referrals import Subject
from thresholds.models import Assessment


class Decision(AppendOnly):
    """One decision for one child, with what the engine had advised. It is never edited: a new one follows it."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="decisions")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=20, choices=Way.choices)
    level = models.SmallIntegerField()
    engine_level = models.SmallIntegerField(null=True)
    reason = models.TextField(blank=True)
    words = models.TextField()
    agreement = models.CharField(max_length=20, choices=Agreement.choices)
    agreement_reason = models.TextField(blank=True)
    by_social_worker = models.BooleanField()
    needs_second_person = models.BooleanField()
    needs_social_worker = models.BooleanField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="decision_level_exists", condition=Q(level__gte=1, level__lte=4)),
            models.CheckConstraint(name="decision_has_words_for_the_referrer", condition=~Q(words="")),
            models.CheckConstraint(
                name="decision_below_the_engine_has_a_reason",
                condition=Q(engine_level=None) | Q(level__gte=F("engine_level")) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="decision_below_level_4_has_a_second_person",
                condition=Q(engine_level=None) | ~Q(engine_level=4, level__lt=4) | Q(needs_second_person=True),
            ),
            models.CheckConstraint(
                name="decision_level_4_or_nfa_by_a_social_worker",
                condition=(~Q(level=4) & ~Q(way=Way.NO_FURTHER_ACTION))
                | Q(by_social_worker=True)
                | Q(needs_social_worker=True),
            ),
            # A child with a case in CADT is there already: only new information goes to that case.
            models.CheckConstraint(
                name="decision_level_4_goes_to_cadt", condition=~Q(level=4) | Q(way__in=[Way.CADT, Way.OPEN_CASE])
            ),
        ]

    def __str__(self) -> str:
        return f"Level {self.level}: {self.get_way_display()}"

    @property
    def waits_for_signature(self) -> bool:
        """Whether it takes effect only when somebody else has signed."""
        return self.needs_second_person or self.needs_social_worker


class Countersignature(AppendOnly):
    """A second person's answer to a decision: agrees, or not and why."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="countersignature")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    as_social_worker = models.BooleanField()
    agrees = models.BooleanField()
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="countersignature_is_another_person", condition=~Q(by=F("decided_by"))),
            models.CheckConstraint(
                name="countersignature_refusal_has_a_reason", condition=Q(agrees=True) | ~Q(reason="")
            ),
        ]

    def __str__(self) -> str:
        return "agreed" if self.agrees else "not agreed"
