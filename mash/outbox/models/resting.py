"""Where nothing is handed over for a while, because the last hand-over there hung."""

from django.db import models


class Resting(models.Model):
    """One destination: a domain that mail goes to, or a provider. What is owed there waits; nothing else does."""

    destination = models.CharField(max_length=255, primary_key=True)
    until = models.DateTimeField()
    hangs = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.destination} until {self.until:%H:%M:%S}"
