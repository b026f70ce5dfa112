"""What accounts does by itself: thin, and safe to run twice."""

from celery import shared_task
from django.utils import timezone

from accounts.services import browsers, keys, loads, reviews, sign_in


@shared_task(name="accounts.tasks.look_after", ignore_result=True)
def look_after() -> None:
    """Open the quarter's access reviews and remind of them, warn of keys that end, forget lists not confirmed."""
    reviews.open_due(today=timezone.localdate())
    keys.warn()
    loads.forget_old()
    browsers.forget_old()
    sign_in.forget_old_resets()


@shared_task(name="accounts.tasks.answer_resets", ignore_result=True)
def answer_resets() -> None:
    """Send links for new passwords to whoever asked and has an account."""
    sign_in.answer_resets()
