"""How many wrong passwords and codes are let pass, counted so that nobody can shut somebody else out.

A browser in which somebody has signed in before is counted by itself: what strangers try elsewhere never reaches it.
Strangers are counted by the address they typed, whether or not it has an account, and by where they come from.
A try is counted before it is believed, and taken back when it was right: many at once get no more answers than one by
one.
"""

from datetime import timedelta

from django.http import HttpRequest

from accounts.models import User
from accounts.services import browsers
from mash.access import callers, limits
from mash.access.limit import Limit

Counts = list[tuple[Limit, str]]

QUARTER = timedelta(minutes=15)
WAIT = "Wait 15 minutes, or sign in with a browser that you have used before."
OWN_BROWSER = Limit(
    "sign_in_own_browser",
    20,
    QUARTER,
    WAIT,
    "wrong passwords for one person in one browser where they signed in before",
)
ACCOUNT = Limit("sign_in_account", 10, QUARTER, WAIT, "wrong passwords of strangers for one account")
ADDRESS = Limit("sign_in_address", 100, QUARTER, WAIT, "wrong passwords of strangers from one address")
CODES = Limit("second_factor_code", 5, QUARTER, WAIT, "wrong codes of one person elsewhere, after the right password")
CODES_OWN_BROWSER = Limit(
    "second_factor_code_own_browser",
    10,
    QUARTER,
    WAIT,
    "wrong codes of one person in one browser where they signed in before",
)


def of_passwords(request: HttpRequest, *, email: str) -> Counts:
    """What a wrong password for `email`, typed here, counts towards."""
    known = browsers.known(request, email=email)
    if known is not None:
        return [(OWN_BROWSER, str(known.pk))]
    return [(ACCOUNT, email), (ADDRESS, callers.address(request))]


def of_codes(request: HttpRequest, *, user: User) -> Counts:
    """What a wrong code of `user`, typed here, counts towards. Only who knows the password comes so far."""
    own = browsers.known(request, email=user.email)
    return [(CODES_OWN_BROWSER, str(own.pk)) if own is not None and not own.by_link else (CODES, str(user.pk))]


def is_shut(counts: Counts) -> bool:
    """Whether there were too many already: then not even what is right is looked at."""
    return not all(limits.allows(limit, key) for limit, key in counts)


def spend(counts: Counts) -> bool:
    """Count one more; False when that is one too many, and then even what is right must be refused."""
    within = [limits.spend(limit, key) for limit, key in counts]
    return all(within)


def right(counts: Counts) -> None:
    """The one that was counted was right, so it counts no longer."""
    for limit, key in counts:
        limits.refund(limit, key)


def forgive_strangers(*, email: str) -> None:
    """What strangers tried for `email` counts no longer: somebody came by the link that only its inbox gets."""
    limits.forgive(ACCOUNT, email)
