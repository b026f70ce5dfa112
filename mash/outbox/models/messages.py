"""A message owed to somebody."""

from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from mash.audit.models import WriteOnce
from mash.outbox import windows


class MessageQuerySet(models.QuerySet["Message"]):
    def open(self) -> "MessageQuerySet":
        """Not yet accepted by a provider, and still to be."""
        return self.filter(state__in=Message.OPEN)

    def due(self, now: datetime) -> "MessageQuerySet":
        """Nobody holds it and its time has come."""
        return self.filter(state=Message.State.OWED, next_attempt_at__lte=now)

    def stale(self, now: datetime) -> "MessageQuerySet":
        """Claimed by a carrier that has not answered within the lease."""
        return self.filter(state=Message.State.CLAIMED, claimed_at__lt=now - windows.LEASE)

    def unread(self, now: datetime) -> "MessageQuerySet":
        """Went, should have been read by now, was not, and nobody was asked to call yet."""
        return self.filter(state__in=Message.WENT, read_by__lt=now, read_at=None, chased_at=None)


class Message(WriteOnce):
    """What it says, to whom and about what is written once; only where it has got to changes."""

    class State(models.TextChoices):
        OWED = "owed", "Waiting to go"
        CLAIMED = "claimed", "Being sent"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        BOUNCED = "bounced", "Came back"
        FAILED = "failed", "Could not be sent"
        CANCELLED = "cancelled", "No longer owed"

    class Channel(models.TextChoices):
        """The medium. Which provider carries it is configuration (`channels.provider`)."""

        EMAIL = "email", "Email"
        SMS = "sms", "Text message"
        VOICE = "voice", "Voice call"
        LETTER = "letter", "Letter"

    OPEN: ClassVar[tuple[str, ...]] = (State.OWED, State.CLAIMED)
    WENT: ClassVar[tuple[str, ...]] = (State.SENT, State.DELIVERED)
    updatable: ClassVar[frozenset[str]] = frozenset(
        {
            "state",
            "next_attempt_at",
            "claimed_at",
            "claimed_by",
            "attempts",
            "sent_at",
            "settled_at",
            "read_at",
            "chased_at",
            "provider_id",
            "asked_at",
        }
    )

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=40)
    path = models.CharField(max_length=200, default="/")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    recipient_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="messages"
    )
    recipient_email = models.TextField(blank=True)
    recipient_name = models.TextField(blank=True)
    recipient_phone = models.TextField(blank=True)
    # For a letter: the lines of the address, the postcode last. The name stands above them.
    recipient_address = models.TextField(blank=True)
    organisation_id = models.BigIntegerField(null=True)
    # Whom a person calls where this cannot arrive: those with the same one are called once.
    call_with = models.CharField(max_length=80, blank=True)
    owed_at = models.DateTimeField(default=timezone.now)
    read_by = models.DateTimeField(null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.OWED)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now)
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    provider_id = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    chased_at = models.DateTimeField(null=True)
    # When the provider was last asked what became of it, because no receipt had come.
    asked_at = models.DateTimeField(null=True)

    # What a claim brings with the row: whether any destination rests.
    something_rests: bool

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="message_state_is_known",
                condition=Q(state__in=["owed", "claimed", "sent", "delivered", "bounced", "failed", "cancelled"]),
            ),
            models.CheckConstraint(
                name="message_claim_has_holder_and_time",
                condition=Q(state="claimed", claimed_at__isnull=False) & ~Q(claimed_by="")
                | ~Q(state="claimed") & Q(claimed_at=None, claimed_by=""),
            ),
            models.CheckConstraint(
                name="message_open_has_next_attempt",
                condition=Q(state__in=["owed", "claimed"], next_attempt_at__isnull=False)
                | ~Q(state__in=["owed", "claimed"]) & Q(next_attempt_at=None),
            ),
            models.CheckConstraint(
                name="message_went_has_time_and_receipt",
                condition=Q(state__in=["sent", "delivered", "bounced"], sent_at__isnull=False, attempts__gt=0)
                & ~Q(provider_id="")
                | ~Q(state__in=["sent", "delivered", "bounced"]) & Q(sent_at=None, provider_id=""),
            ),
            models.CheckConstraint(
                name="message_settled_has_time",
                condition=Q(state__in=["delivered", "bounced", "failed", "cancelled"], settled_at__isnull=False)
                | Q(state__in=["owed", "claimed", "sent"], settled_at=None),
            ),
            models.CheckConstraint(
                name="message_says_what_about_what", condition=~Q(key="") & ~Q(kind="") & ~Q(about="")
            ),
            models.CheckConstraint(
                name="message_channel_is_known", condition=Q(channel__in=["email", "sms", "voice", "letter"])
            ),
            models.CheckConstraint(
                name="message_address_is_for_a_letter", condition=Q(recipient_address="") | Q(channel="letter")
            ),
        ]
        indexes = [
            models.Index(fields=["next_attempt_at", "id"], name="message_due", condition=Q(state="owed")),
            models.Index(fields=["claimed_at"], name="message_claimed", condition=Q(state="claimed")),
            models.Index(fields=["owed_at", "id"], name="message_open", condition=Q(state__in=["owed", "claimed"])),
            models.Index(
                fields=["read_by"],
                name="message_unread",
                condition=Q(state__in=["sent", "delivered"], read_by__isnull=False, read_at=None, chased_at=None),
            ),
            models.Index(fields=["about", "-id"], name="message_about"),
            # What was owed lately: for the account that is drawn up every hour.
            models.Index(fields=["owed_at"], name="message_owed_at"),
            models.Index(fields=["provider_id"], name="message_provider", condition=~Q(provider_id="")),
            models.Index(fields=["channel", "sent_at"], name="message_sent", condition=Q(sent_at__isnull=False)),
            models.Index(
                fields=["sent_at"],
                name="message_without_receipt",
                condition=Q(state="sent", provider_id__startswith="notify:"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.about}: {self.state}"
