"""What accounts does by itself: thin, and safe to run twice."""

from celery import shared_task
from django.utils import timezone

from accounts.services import keys, loads, reviews


@shared_task(name="accounts.tasks.look_after", ignore_result=True)
def look_after() -> None:
    """Open the quarter's access reviews and remind of them, warn of keys that end, forget lists not confirmed."""
    reviews.open_due(today=timezone.localdate())
    keys.warn()
    loads.forget_old()
