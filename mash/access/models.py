"""A posted page that arrived after its session had ended."""

import uuid

from django.conf import settings
from django.db import models


class HeldPost(models.Model):
    """What one person had typed, kept a day for that person alone to send again after signing in."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    path = models.TextField()
    body = models.TextField()
    held_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.token)


class Tally(models.Model):
    """How often something was done under one key in one stretch of time. `began` is its first second (Unix time)."""

    name = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    began = models.BigIntegerField()
    spent = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint("name", "key", "began", name="tally_is_one_count")]
        indexes = [models.Index(fields=["began"], name="tally_began")]

    def __str__(self) -> str:
        return f"{self.name}: {self.spent}"
