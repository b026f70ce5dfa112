"""Nights, weekends and bank holidays: who is on call, what could not wait, whom we called, and the morning after."""

from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from accounts.models import User
from mash.audit.models import AppendOnly, WriteOnce
from mash.lib.workingdays import CLOSES, OPENS
from referrals.models.amendments import Amendment
from referrals.models.referrals import Referral

FIRST, LAST = 1, 5


class Span(Func):
    """The time of a shift, its end not included."""

    function = "tstzrange"


class Only(Func):
    """A whole number as a range of itself alone, so that an index for ranges compares it."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"


class NightHours(AppendOnly):
    """When the office is open on working days, how long somebody has to answer, and how often managers are called.

    The newest row counts; a change adds one. What was paged before keeps the time it was given.
    """

    opens = models.TimeField(default=OPENS)
    closes = models.TimeField(default=CLOSES)
    answer_minutes = models.PositiveSmallIntegerField(default=10)
    again_minutes = models.PositiveSmallIntegerField(default=10)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="night_hours_open_before_they_close", condition=Q(opens__lt=F("closes"))),
            models.CheckConstraint(
                name="night_hours_minutes_are_sensible",
                condition=Q(answer_minutes__range=(1, 60), again_minutes__range=(1, 60)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}, {self.answer_minutes} minutes"


class NightNumber(WriteOnce):
    """The telephone on which somebody is called when nobody on call answers."""

    updatable: ClassVar[frozenset[str]] = frozenset({"phone", "by", "at"})

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="night_number")
    phone = models.CharField(max_length=40)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.phone


class Shift(WriteOnce):
    """Somebody is on call from one moment to another: in place 1 they are called first, then place 2, and so on."""

    updatable: ClassVar[frozenset[str]] = frozenset(
        {"person", "starts_at", "ends_at", "place", "phone", "removed_at", "removed_by"}
    )

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField()
    phone = models.CharField(max_length=40)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="shift_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(name="shift_place_exists", condition=Q(place__range=(FIRST, LAST))),
            models.CheckConstraint(name="shift_has_a_telephone", condition=~Q(phone="")),
            models.CheckConstraint(
                name="shift_removed_by_somebody",
                condition=Q(removed_at=None, removed_by=None) | Q(removed_at__isnull=False, removed_by__isnull=False),
            ),
            ExclusionConstraint(
                name="shift_one_person_in_a_place",
                expressions=[
                    (Only("place"), RangeOperators.OVERLAPS),
                    (Span("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at=None),
            ),
            ExclusionConstraint(
                name="shift_one_place_for_a_person",
                expressions=[
                    (Only("person"), RangeOperators.OVERLAPS),
                    (Span("starts_at", "ends_at", Value("[)")), RangeOperators.OVERLAPS),
                ],
                condition=Q(removed_at=None),
            ),
        ]
        indexes = [models.Index(fields=["ends_at", "starts_at"], name="shift_times", condition=Q(removed_at=None))]

    def __str__(self) -> str:
        return f"{self.place}. {self.person_id}, {self.starts_at:%d %b %H:%M} to {self.ends_at:%d %b %H:%M}"


class NightAlarm(WriteOnce):
    """A referral came, or came back, that cannot wait for the morning. Until somebody has it, a next call is due."""

    class Why(models.TextChoices):
        LEVEL_4 = "level_4", "Level 4"
        DANGER = "danger", "A child may be in danger now"

    class Cause(models.TextChoices):
        ARRIVED = "arrived", "It came in"
        MORE = "more", "The referrer told us more"
        BACK = "back", "It came back to the queue"
        TO_SIGN = "to_sign", "A decision was made that somebody else must sign"
        OFFERED = "offered", "A service was asked to take the case"
        NEWS = "news", "Something new was sent to an open case"

    class State(models.TextChoices):
        WAITING = "waiting", "Nobody has it yet"
        TAKEN = "taken", "Somebody has it"
        OVER = "over", "No longer needed"

    updatable: ClassVar[frozenset[str]] = frozenset(
        {"state", "next_at", "silent_at", "taken_by", "taken_at", "over_at", "over_because"}
    )

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="night_alarms")
    why = models.CharField(max_length=10, choices=Why.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.ARRIVED)
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, null=True, related_name="+")
    # Who put it back in the queue in the night: not the one to call about it.
    given_up_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    next_at = models.DateTimeField(null=True)
    # When everybody on the rota had been silent, or nobody was on it: from then on managers are called.
    silent_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    over_because = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="night_alarm_is_answered_or_due",
                condition=Q(state="waiting", next_at__isnull=False, taken_by=None, taken_at=None, over_at=None)
                | Q(state="taken", next_at=None, taken_by__isnull=False, taken_at__isnull=False, over_at=None)
                | (Q(state="over", next_at=None, taken_by=None, taken_at=None, over_at__isnull=False))
                & ~Q(over_because=""),
            ),
            models.UniqueConstraint(fields=["referral"], name="night_alarm_one_waits", condition=Q(state="waiting")),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="night_alarm_due", condition=Q(state="waiting")),
            models.Index(
                fields=["silent_at"],
                name="night_alarm_unanswered",
                condition=Q(state="waiting", silent_at__isnull=False),
            ),
            models.Index(fields=["-raised_at", "-id"], name="night_alarm_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.why} of {self.referral_id}: {self.state}"


class Page(WriteOnce):
    """One person called about one alarm, once. `place` is theirs on the rota; none for a manager."""

    class Became(models.TextChoices):
        WAITING = "waiting", "No answer yet"
        ANSWERED = "answered", "Said “I have it”"
        SILENT = "silent", "Did not answer in time"
        NOT_NEEDED = "not_needed", "Somebody else has it"

    updatable: ClassVar[frozenset[str]] = frozenset({"became", "became_at"})

    alarm = models.ForeignKey(NightAlarm, on_delete=models.PROTECT, related_name="pages")
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField(null=True)
    # Calls of one moment share a round; managers are called together.
    round = models.PositiveIntegerField()
    phone = models.CharField(max_length=40, blank=True)
    channels = ArrayField(models.CharField(max_length=10))
    paged_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    became = models.CharField(max_length=10, choices=Became.choices, default=Became.WAITING)
    became_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint("alarm", "round", "person", name="page_once_a_round"),
            models.CheckConstraint(
                name="page_outcome_has_a_time",
                condition=Q(became="waiting", became_at=None) | (~Q(became="waiting") & Q(became_at__isnull=False)),
            ),
            models.CheckConstraint(name="page_has_a_channel", condition=~Q(channels=[])),
            models.CheckConstraint(name="page_gives_time_to_answer", condition=Q(answer_by__gt=F("paged_at"))),
        ]
        indexes = [models.Index(fields=["person", "-paged_at"], name="page_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} about {self.alarm_id}: {self.became}"


class Handover(WriteOnce):
    """The end of one night: the words of who leaves, and the name of who takes over. Two people, always.

    `night` is the London date on which it began; a weekend, or Easter, is one night.
    """

    updatable: ClassVar[frozenset[str]] = frozenset({"taken_by", "taken_at"})

    night = models.DateField(unique=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    words = models.TextField()
    left_open = models.TextField(blank=True)
    left_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField()
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="hand_over_is_between_two_people", condition=~Q(taken_by=F("left_by"))),
            models.CheckConstraint(
                name="hand_over_taken_by_somebody",
                condition=Q(taken_by=None, taken_at=None) | Q(taken_by__isnull=False, taken_at__gte=F("left_at")),
            ),
            models.CheckConstraint(name="hand_over_has_words", condition=~Q(words="")),
            models.CheckConstraint(name="hand_over_night_ends", condition=Q(ended_at__gt=F("began_at"))),
        ]

    def __str__(self) -> str:
        return f"{self.night}"
