"""A medium that does not go, from when it was found to when it went again."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from mash.audit.models import WriteOnce
from mash.outbox.models.messages import Message


class Trouble(WriteOnce):
    """One trouble of one medium. `told_by` is the medium by which the managers were told; "" when none was left."""

    updatable: ClassVar[frozenset[str]] = frozenset({"ended_at"})

    channel = models.CharField(max_length=10, choices=Message.Channel.choices)
    found_at = models.DateTimeField()
    told_by = models.CharField(max_length=10, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("channel", name="trouble_one_open_for_each", condition=Q(ended_at=None)),
            models.CheckConstraint(
                name="trouble_channel_is_known", condition=Q(channel__in=["email", "sms", "voice", "letter"])
            ),
            models.CheckConstraint(name="trouble_is_not_told_by_itself", condition=~Q(told_by=F("channel"))),
        ]

    def __str__(self) -> str:
        return f"{self.channel} since {self.found_at:%H:%M}"
