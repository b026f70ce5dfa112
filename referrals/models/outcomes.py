"""What the referrer is told, to whom it is owed, and how we know that they know."""

from django.db import models
from django.db.models import Q

from accounts.models import ApiKey, Organisation, User
from mash.audit.models import AppendOnly
from mash.outbox.models import CallTask, Message
from referrals import transfer_words
from referrals.choices import OutcomeKind, ReadHow
from referrals.models.referrals import Referral, Subject


class Party(AppendOnly):
    """Somebody who is owed the outcome of a referral, fixed at submission; for an anonymous one, why nobody can be."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="parties")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    cannot_be_told = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Outcome(AppendOnly):
    """One piece of news for the referrer, in words written for them."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="outcomes")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="outcomes")
    kind = models.CharField(max_length=20, choices=OutcomeKind.choices)
    words = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.CheckConstraint(name="outcome_has_words", condition=~Q(words=""))]
        indexes = [models.Index(fields=["at"], name="outcome_at")]

    def __str__(self) -> str:
        """What it is, as the heading of its words."""
        return transfer_words.heading(self.words) or self.get_kind_display()


class Telling(AppendOnly):
    """How one person is told of one outcome: a message, a telephone or letter task, or why nobody can be told.

    The receipts of a batch share one message; each referral has its own telling, and so its own loop.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="tellings")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="tellings")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="tellings")
    task = models.OneToOneField(CallTask, on_delete=models.PROTECT, null=True, related_name="telling")
    untold_because = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("outcome", "party", name="telling_once_each"),
            models.CheckConstraint(
                name="telling_is_exactly_one_way",
                condition=Q(message__isnull=False, task=None, untold_because="")
                | Q(message=None, task__isnull=False, untold_because="")
                | (Q(message=None, task=None) & ~Q(untold_because="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} to {self.party_id}"


class Reading(AppendOnly):
    """Proof that an outcome reached somebody: read after sign-in, fetched by their system, told by telephone, or
    acknowledged by their organisation's shared inbox."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="readings")
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=10, choices=ReadHow.choices)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "outcome", "user", "how", name="reading_once_by_a_user", condition=Q(user__isnull=False)
            ),
            models.UniqueConstraint(
                "outcome", "api_key", name="reading_once_by_a_system", condition=Q(api_key__isnull=False)
            ),
            models.UniqueConstraint(
                "outcome", "organisation", name="reading_once_by_an_inbox", condition=Q(organisation__isnull=False)
            ),
            models.CheckConstraint(
                name="reading_has_one_reader",
                condition=Q(user__isnull=False, api_key=None, organisation=None) & Q(how__in=["product", "phone"])
                | Q(user=None, api_key__isnull=False, organisation=None, how="api")
                | Q(user=None, api_key=None, organisation__isnull=False, how="inbox"),
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()
