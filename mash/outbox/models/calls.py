"""What a person does when no message can do it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mash.audit.models import WriteOnce
from mash.outbox.models.messages import Message


class CallTask(WriteOnce):
    """Somebody is to be told by telephone or letter, and why. Done by one person, once."""

    class Why(models.TextChoices):
        NO_ADDRESS = "no_address", "There is no address we can use"
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
        NOT_POSSIBLE = "not_possible", "They could not be told"

    updatable: ClassVar[frozenset[str]] = frozenset({"state", "done_by", "done_at", "how", "note"})

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

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="call_done_has_person_time_and_how",
                condition=Q(state="open", done_by=None, done_at=None, how="")
                | Q(state="lapsed", done_by=None, done_at__isnull=False, how="")
                | Q(state="done", done_by__isnull=False, done_at__isnull=False) & ~Q(how=""),
            ),
            models.CheckConstraint(name="call_not_possible_says_why", condition=~Q(how="not_possible", note="")),
            models.CheckConstraint(
                name="call_why_is_known", condition=Q(why__in=["no_address", "bounced", "failed", "silent"])
            ),
            models.UniqueConstraint(fields=["message", "why"], name="call_once_for_each_reason"),
        ]
        indexes = [
            models.Index(fields=["owed_at", "id"], name="call_open", condition=Q(state="open")),
            models.Index(fields=["about"], name="call_about"),
        ]

    def __str__(self) -> str:
        return f"{self.why} about {self.about}: {self.state}"
