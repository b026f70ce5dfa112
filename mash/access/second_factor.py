"""Whether a session has shown a second factor: a fact of the session, not of the account.

Where one is asked for, a session that began with a password alone opens nothing but the pages on which a factor is set
up (by somebody who has none) or shown (by somebody who has one).
"""

from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from mash.access import held
from mash.access.rules import Factor, Rule

# The factors one signs in with; recovery codes only stand in for them.
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
GOING_TO = "after_second_factor"


def ask(request: HttpRequest, rule: Rule) -> HttpResponseRedirect | None:
    """Away to set a factor up, or to show it, when the page needs one that this session has not shown; else None.

    What was posted is held for after that.
    """
    user: Any = request.user
    if shown(request) or (rule.factor is Factor.SHOWN and not user.must_show_second_factor):
        return None
    step = Factor.ASKED if has_one(user) else Factor.NONE_YET
    if rule.factor is step:
        return None
    return _away(request, "mfa_reauthenticate" if step is Factor.ASKED else "mfa_index")


def shown(request: HttpRequest) -> bool:
    """Whether this session showed a second factor, for the person who is signed in now."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, _user(request)))


def has_one(user: Any) -> bool:
    """Whether `user` has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, types=FACTORS))


def _user(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None


def _away(request: HttpRequest, page: str) -> HttpResponseRedirect:
    target = held.keep(request) if request.method == "POST" else request.get_full_path()
    request.session[GOING_TO] = target
    return HttpResponseRedirect(f"{reverse(page)}?{urlencode({'next': target}, safe='/')}")
