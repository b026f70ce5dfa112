"""Time limits as data, what stopped a clock, how urgent the gathering of information is, and who was warned."""

from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from mash.audit.models import AppendOnly, WriteOnce
from referrals.choices import ClockKey, LimitBasis, LimitUnit, Rating, WarningStep
from referrals.models.cases import Case
from referrals.models.referrals import Referral

NATIONAL = (
    *(ClockKey.DECISION, ClockKey.LADO, ClockKey.ASSESSMENT, ClockKey.STRATEGY_TO_CONFERENCE, ClockKey.CORE_GROUP),
    *(ClockKey.FIRST_REVIEW, ClockKey.LATER_REVIEWS, ClockKey.RAPID_REVIEW),
)
"""Limits of law or national guidance: they may change, but nothing stops their clocks."""
NEVER_PAUSED = (*NATIONAL, ClockKey.RAG_RED)
PAUSABLE_UNITS = (LimitUnit.WORKING_DAYS, LimitUnit.OFFICE_MINUTES, LimitUnit.CLOCK_MINUTES)
RAG_KEY = {Rating.RED: ClockKey.RAG_RED, Rating.AMBER: ClockKey.RAG_AMBER, Rating.GREEN: ClockKey.RAG_GREEN}
"""Blue has no target."""
MOST = 100_000

_of_one_record = Q(referral__isnull=False, case=None) | Q(referral=None, case__isnull=False)


class Limit(AppendOnly):
    """How long one promise may take, from a moment on. A change adds a row; no row is ever edited."""

    key = models.CharField(max_length=30, choices=ClockKey.choices)
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20, choices=LimitUnit.choices)
    starts_at = models.CharField(max_length=200)
    means = models.TextField()
    basis = models.CharField(max_length=10, choices=LimitBasis.choices)
    source = models.TextField()
    in_force_from = models.DateTimeField()
    may_be_paused = models.BooleanField(default=False)
    # Shares of the time, in percent: when whoever has it is warned, and when the manager is.
    warn_at = models.PositiveSmallIntegerField()
    tell_manager_at = models.PositiveSmallIntegerField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="limit_is_for_a_clock", condition=Q(key__in=ClockKey.values)),
            models.CheckConstraint(name="limit_amount_is_something", condition=Q(amount__gte=1, amount__lte=MOST)),
            models.CheckConstraint(name="limit_has_a_source", condition=~Q(source="") & ~Q(means="")),
            models.CheckConstraint(
                name="limit_warns_before_it_is_used",
                condition=Q(warn_at__gte=1, warn_at__lt=F("tell_manager_at"), tell_manager_at__lt=100),
            ),
            models.CheckConstraint(
                name="limit_national_stays_national",
                condition=Q(key__in=NATIONAL, basis=LimitBasis.NATIONAL)
                | (~Q(key__in=NATIONAL) & Q(basis=LimitBasis.LOCAL)),
            ),
            models.CheckConstraint(
                name="limit_of_law_is_never_paused",
                condition=Q(may_be_paused=False) | (~Q(key__in=NEVER_PAUSED) & Q(unit__in=PAUSABLE_UNITS)),
            ),
            models.CheckConstraint(
                name="limit_red_runs_through_the_night",
                condition=~Q(key=ClockKey.RAG_RED) | Q(unit=LimitUnit.CLOCK_MINUTES),
            ),
            models.CheckConstraint(
                name="limit_amber_and_green_count_office_time",
                condition=~Q(key__in=[ClockKey.RAG_AMBER, ClockKey.RAG_GREEN]) | Q(unit=LimitUnit.OFFICE_MINUTES),
            ),
            models.CheckConstraint(
                name="limit_changes_the_future_alone",
                condition=Q(by=None) | (Q(in_force_from__gt=F("added_at")) & ~Q(reason="")),
            ),
        ]
        indexes = [models.Index(fields=["key", "-in_force_from", "-id"], name="limit_in_force")]

    def __str__(self) -> str:
        return self.get_key_display()


class RagRating(AppendOnly):
    """How urgently information is gathered for a referral: the first from the level, the others by people.

    `counts_from` is the first moment at which the referral was rated so urgently or more so.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="ratings")
    colour = models.CharField(max_length=5, choices=Rating.choices)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    counts_from = models.DateTimeField()
    limit = models.ForeignKey(Limit, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="rating_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="rating_counts_from_the_past", condition=Q(counts_from__lte=F("at"))),
            models.CheckConstraint(
                name="rating_blue_has_no_target",
                condition=Q(colour=Rating.BLUE, limit=None)
                | Q(colour__in=[Rating.RED, Rating.AMBER, Rating.GREEN], limit__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["referral", "-id"], name="rating_of_referral")]

    def __str__(self) -> str:
        return self.get_colour_display()


class Gathered(AppendOnly):
    """Somebody said that the information that was needed is there."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="gathered")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["referral", "at"], name="gathered_of_referral")]

    def __str__(self) -> str:
        return f"gathered for {self.referral_id}"


class ClockPause(WriteOnce):
    """A clock of a referral or of a case stood still: why, from when, until when. Only where its limit allows."""

    updatable: ClassVar[frozenset[str]] = frozenset({"until", "ended_by"})

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="pauses")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="pauses")
    key = models.CharField(max_length=30, choices=ClockKey.choices)
    limit = models.ForeignKey(Limit, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="pause_is_of_one_record", condition=_of_one_record),
            models.CheckConstraint(name="pause_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="pause_ends_after_it_began", condition=Q(until=None) | Q(until__gte=F("since"))
            ),
            models.CheckConstraint(name="pause_never_of_law", condition=~Q(key__in=NEVER_PAUSED)),
            models.UniqueConstraint(
                "referral", "key", name="pause_one_at_a_time_of_referral", condition=Q(until=None, case=None)
            ),
            models.UniqueConstraint(
                "case", "key", name="pause_one_at_a_time_of_case", condition=Q(until=None, referral=None)
            ),
        ]
        indexes = [
            models.Index(fields=["referral"], name="pause_of_referral", condition=Q(case=None)),
            models.Index(fields=["case"], name="pause_of_case", condition=Q(referral=None)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="pause_only_where_the_limit_allows",
                level=pgtrigger.Row,
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_limit l
                                    WHERE l.id = NEW.limit_id AND l.may_be_paused AND l.key = NEW.key) THEN
                        RAISE EXCEPTION 'this clock may not be paused' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'pause_only_where_the_limit_allows';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()} stood still"


class ClockWarning(AppendOnly):
    """Somebody was told that a clock runs out, or has: once for each step of each clock."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, null=True, related_name="clock_warnings")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, null=True, related_name="clock_warnings")
    key = models.CharField(max_length=30, choices=ClockKey.choices)
    started_at = models.DateTimeField()
    step = models.CharField(max_length=10, choices=WarningStep.choices)
    at = models.DateTimeField()
    told = ArrayField(models.BigIntegerField())

    class Meta:
        constraints = [
            models.CheckConstraint(name="clock_warning_is_of_one_record", condition=_of_one_record),
            models.CheckConstraint(name="clock_warning_told_somebody", condition=~Q(told=[])),
            models.UniqueConstraint(
                "referral", "key", "step", "started_at", name="clock_warning_once_of_referral", condition=Q(case=None)
            ),
            models.UniqueConstraint(
                "case", "key", "step", "started_at", name="clock_warning_once_of_case", condition=Q(referral=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_key_display()}: {self.get_step_display()}"
