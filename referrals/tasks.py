"""What this app does by itself."""

from celery import shared_task

from referrals.services import expiry


@shared_task(name="referrals.tasks.expire_drafts")
def expire_drafts() -> tuple[int, int]:
    """Warn of and erase unsent drafts that nobody touches."""
    return expiry.expire()
