"""What one person keeps about the queue for themselves."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models import User

LONGEST_NAME = 40


class SavedFilter(models.Model):
    """A filter of the queue that its owner has named. It holds the address's query and no referral."""

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="queue_filters")
    name = models.CharField(max_length=LONGEST_NAME)
    query = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint("owner", Lower("name"), name="saved_filter_name_is_the_owners_own"),
            models.CheckConstraint(name="saved_filter_has_a_name", condition=~Q(name="") & ~Q(query="")),
        ]

    def __str__(self) -> str:
        return self.name
