"""How many wrong passwords and codes are let pass, counted so that nobody can shut somebody else out.

A browser in which somebody has signed in before is counted by itself: what strangers try elsewhere never reaches it.
Strangers are counted by the address they typed, whether or not it has an account, and by where they come from.
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
    "sign_in_own_browser", 20, QUARTER, WAIT, "wrong passwords in a browser where that person has signed in before"
)
ACCOUNT = Limit("sign_in_account", 10, QUARTER, WAIT, "wrong passwords of strangers for one account")
ADDRESS = Limit("sign_in_address", 100, QUARTER, WAIT, "wrong passwords of strangers from one address")
CODES = Limit("second_factor_code", 5, QUARTER, WAIT, "wrong codes of one person elsewhere, after the right password")
CODES_OWN_BROWSER = Limit(
    "second_factor_code_own_browser", 10, QUARTER, WAIT, "wrong codes in a browser where that person signed in before"
)


def of_passwords(request: HttpRequest, *, email: str) -> Counts:
    """What a wrong password for `email`, typed here, counts towards."""
    if browsers.knows(request, email=email):
        return [(OWN_BROWSER, email)]
    return [(ACCOUNT, email), (ADDRESS, callers.address(request))]


def of_codes(request: HttpRequest, *, user: User) -> Counts:
    """What a wrong code of `user`, typed here, counts towards. Only who knows the password comes so far."""
    own = browsers.knows(request, email=user.email)
    return [(CODES_OWN_BROWSER if own else CODES, str(user.pk))]


def is_shut(counts: Counts) -> bool:
    """Whether there were too many already: then not even what is right is looked at."""
    return not all(limits.allows(limit, key) for limit, key in counts)


def wrong(counts: Counts) -> None:
    """One more that was wrong."""
    for limit, key in counts:
        limits.spend(limit, key)
