"""Asking for a new password."""

from django.db import models


class ResetRequest(models.Model):
    """Somebody typed an address on the page for a new password. Whether there is an account is looked up later, by a
    worker, so that the page says the same and takes as long for every address."""

    email = models.EmailField()
    asked_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="reset_waiting", condition=models.Q(answered_at=None)),
        ]

    def __str__(self) -> str:
        return "answered" if self.answered_at else "waiting"
