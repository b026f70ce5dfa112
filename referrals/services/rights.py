"""What every service asks first: may this person, is the record still theirs to see, and how does it stand now."""

from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts import leaving
from accounts.models import User
from accounts.policy import Act
from referrals import visible
from referrals.errors import NotNow
from referrals.models import Referral


def require(by: User, act: Act) -> None:
    """Raise PermissionDenied unless one of `by`'s roles grants `act`."""
    if not by.may(act):
        raise PermissionDenied


def hold(*, by: User, referral: Referral, act: Act) -> None:
    """Lock `referral` until the transaction ends and read it again, so that what follows is judged as things are now.

    Raises PermissionDenied without the act, NotNow when `by` may no longer see the referral.
    """
    require(by, act)
    if not list(visible.referrals(by).filter(pk=referral.pk).select_for_update(of=("self",)).values_list("pk")):
        raise NotNow("You can no longer see this referral.")
    referral.refresh_from_db()


def hold_here(user: User) -> None:
    """Before something is put in somebody's hands: until the transaction ends nobody lets them go. Raises NotNow when
    they have left, or are being let go, without waiting for it."""
    if not leaving.stays(user):
        raise NotNow(f"{user.name} has left, or is being let go just now. Nothing can be given to them.")


def hold_household(key: str, *, wait: bool = True) -> bool:
    """A lock on the household until the transaction ends; without `wait`, False when somebody else has it."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])
