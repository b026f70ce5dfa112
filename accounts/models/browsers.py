"""Browsers in which somebody has signed in before."""

from django.db import models

from accounts.models.users import User


class KnownBrowser(models.Model):
    """One browser of one person. The browser keeps a random token, made anew at each sign-in; here is its digest."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="known_browsers")
    digest = models.CharField(max_length=64)
    signed_in_at = models.DateTimeField()
    # A password was set there by a link: so much is known of the inbox, and nothing of the second factor.
    by_link = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="browser_is_known_once")]
        indexes = [models.Index(fields=["digest"], name="browser_digest")]

    def __str__(self) -> str:
        return f"A browser of {self.user_id}"
