"""What this app does by itself."""

from celery import shared_task

from referrals.services import clock_warnings, expiry, nights, notices, owed_trouble, reconciling


@shared_task(name="referrals.tasks.expire_drafts")
def expire_drafts() -> tuple[int, int]:
    """Warn of and erase unsent drafts that nobody touches."""
    return expiry.expire()


@shared_task(name="referrals.tasks.forget_uploads")
def forget_uploads() -> int:
    """Erase the files of notices that nobody sent within a day."""
    return notices.forget_old()


@shared_task(name="referrals.tasks.call_at_night")
def call_at_night() -> int:
    """Call the next person about each night alarm that nobody has answered in time."""
    return nights.sweep()


@shared_task(name="referrals.tasks.warn_of_clocks")
def warn_of_clocks() -> int:
    """Warn whoever has work whose time runs out, and their managers."""
    return clock_warnings.warn()


@shared_task(name="referrals.tasks.reconcile")
def reconcile() -> bool:
    """Draw up the account of what was lately owed, and say loudly when it does not balance."""
    return reconciling.check()


@shared_task(name="referrals.tasks.alert_of_owed")
def alert_of_owed() -> int:
    """Tell the managers, once for each trouble, that a medium does not go."""
    return owed_trouble.look()
