"""What the referrer says afterwards. What was sent stays frozen: this is kept beside it."""

from django.db import models
from django.db.models import Q

from accounts.models import ApiKey, User
from mash.audit.models import AppendOnly
from referrals.choices import AmendmentKind
from referrals.models.referrals import Referral, Subject


class Amendment(AppendOnly):
    """A correction (what it said, what it should say, why), something new, or the wish to withdraw (why).

    `subject` empty is about all the children, or the whole referral. `by` and `api_key` both empty: somebody who came
    back with a receipt code.
    """

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="amendments")
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12, choices=AmendmentKind.choices)
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    was = models.TextField(blank=True)
    should_be = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    # The referrer says that a child may be in danger now, or badly hurt before the next working day.
    danger = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="amendment_has_one_author_at_most", condition=Q(by=None) | Q(api_key=None)),
            models.CheckConstraint(
                name="amendment_says_what_its_kind_needs",
                condition=(Q(kind=AmendmentKind.CORRECTION) & ~Q(answer="") & ~Q(should_be="") & ~Q(reason=""))
                | (Q(kind=AmendmentKind.MORE, was="") & ~Q(should_be=""))
                | (Q(kind=AmendmentKind.WITHDRAWAL, was="", should_be="") & ~Q(reason="")),
            ),
            # Several tabs, several tries: one wish.
            models.UniqueConstraint(
                "referral", name="amendment_withdraws_once", condition=Q(kind=AmendmentKind.WITHDRAWAL)
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class AmendmentAnswer(AppendOnly):
    """Somebody at the hub has looked at it. `words` is what the referrer was told, if anything."""

    amendment = models.OneToOneField(Amendment, on_delete=models.PROTECT, related_name="reply")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.amendment_id} by {self.by_id}"
