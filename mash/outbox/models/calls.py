"""What a person does when no message can do it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mash.audit.models import WriteOnce
from mash.outbox.models.messages import Message


class CallRound(WriteOnce):
    """One telephone task: all that one organisation, or one person without one, is to be told by a person.

    Silence costs one call, not one for each referral: while a round is open, what else is found to tell joins it.
    `whom` says who is called, as `Message.call_with` does.
    """

    class State(models.TextChoices):
        OPEN = "open", "To do"
        ENDED = "ended", "Done"

    updatable: ClassVar[frozenset[str]] = frozenset({"state", "ended_at"})

    whom = models.CharField(max_length=80)
    organisation_id = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("whom", name="call_round_one_open_for_each", condition=Q(state="open")),
            models.CheckConstraint(
                name="call_round_ended_has_time",
                condition=Q(state="open", ended_at=None) | Q(state="ended", ended_at__isnull=False),
            ),
            models.CheckConstraint(name="call_round_says_whom", condition=~Q(whom="")),
        ]
        indexes = [models.Index(fields=["opened_at", "id"], name="call_round_open", condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.whom}: {self.state}"


class CallTask(WriteOnce):
    """One thing that somebody is to be told by telephone or letter, and why. Done by one person, once.

    It stands on a round, which is what a person picks up the telephone for.
    """

    class Why(models.TextChoices):
        NO_ADDRESS = "no_address", "We have no address for them that works"
        LEFT = "left", "They have left, and their account is closed"
        BOUNCED = "bounced", "Our message came back"
        FAILED = "failed", "Our message could not be sent"
        SILENT = "silent", "Our message was not read in time"

    class State(models.TextChoices):
        OPEN = "open", "To do"
        DONE = "done", "Done"
        LAPSED = "lapsed", "No longer needed: they have read it"

    class How(models.TextChoices):
        TELEPHONE = "telephone", "By telephone"
        LETTER = "letter", "By letter"
        IN_PERSON = "in_person", "In person"
        NOT_POSSIBLE = "not_possible", "They cannot be told at all"

    updatable: ClassVar[frozenset[str]] = frozenset({"state", "done_by", "done_at", "how", "note", "again_at"})

    round = models.ForeignKey(CallRound, on_delete=models.PROTECT, related_name="calls")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="calls")
    why = models.CharField(max_length=12, choices=Why.choices)
    about = models.CharField(max_length=40)
    organisation_id = models.BigIntegerField(null=True)
    recipient_name = models.TextField(blank=True)
    phone = models.TextField(blank=True)
    owed_at = models.DateTimeField(default=timezone.now)

    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="calls_made"
    )
    done_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=12, choices=How.choices, blank=True)
    note = models.TextField(blank=True)
    # Somebody tried and could not tell them: it is still owed, and `note` says why.
    again_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="call_done_has_person_time_and_how",
                condition=Q(state="open", done_by=None, done_at=None, how="")
                | Q(state="lapsed", done_by=None, done_at__isnull=False, how="")
                | Q(state="done", done_by__isnull=False, done_at__isnull=False) & ~Q(how=""),
            ),
            models.CheckConstraint(name="call_not_possible_says_why", condition=~Q(how="not_possible", note="")),
            models.CheckConstraint(name="call_put_off_says_why", condition=~Q(again_at__isnull=False, note="")),
            models.CheckConstraint(
                name="call_why_is_known", condition=Q(why__in=["no_address", "left", "bounced", "failed", "silent"])
            ),
            models.UniqueConstraint(fields=["message", "why"], name="call_once_for_each_reason"),
        ]
        indexes = [
            models.Index(fields=["owed_at", "id"], name="call_open", condition=Q(state="open")),
            models.Index(fields=["about"], name="call_about"),
            models.Index(fields=["done_at"], name="call_by_letter", condition=Q(how="letter")),
            models.Index(fields=["-done_at", "id"], name="call_given_up", condition=Q(how="not_possible")),
            models.Index(fields=["round", "id"], name="call_open_of_round", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.why} about {self.about}: {self.state}"
