"""What access does by itself."""

from celery import shared_task

from mash.access import held, limits


@shared_task(name="mash.access.tasks.forget_held")
def forget_held() -> int:
    """Erase the posted pages that were held for longer than a day, and counts that limit nothing any more."""
    return held.forget_old() + limits.forget_old()
