"""allauth, as this product uses it: accounts are made by invitation, and a refusal never says why."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts import lockout, oidc, stages
from accounts.models import User
from accounts.services import browsers, sign_in
from mash.access import idle, second_factor

# True of a wrong address, a wrong password, a closed account and too many tries alike.
REFUSED = "Your email address or password is not right, or there were too many tries"

WAYS = {
    "reauthenticate": "Use your password instead",
    "mfa_reauthenticate": "Use a code instead",
    "mfa_reauthenticate:webauthn": "Use a passkey instead",
}


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's behaviour, with sign-up closed and refusals in our words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": REFUSED,
        "email_password_mismatch": REFUSED,
        "too_many_login_attempts": REFUSED,
        "enter_current_password": "That is not your password",
        "incorrect_password": "That is not your password",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Who this is; None for an unknown address, a wrong password, a closed account, an organisation that left and
        too many tries. Each costs exactly one hash of a password, so that none can be told from another by time."""
        email, password = str(credentials.get("email", "")).lower(), str(credentials.get("password", ""))
        counts = lockout.of_passwords(request, email=email)
        if lockout.is_shut(counts):
            make_password(password)
            return None
        user = authenticate(request, email=email, password=password)
        within = lockout.spend(counts)
        if not (within and isinstance(user, User) and user.organisation.active):
            return None
        lockout.right(counts)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is the password of whoever is signed in; counted like signing in."""
        return self.authenticate(self.request, email=user.email, password=password) == user

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Whether the password, or a factor, was shown too long ago to change how one signs in."""
        records = get_authentication_records(self.request, self.request.user)
        newest = max((record.get("at", 0) for record in records), default=0)
        return bool(timezone.now().timestamp() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to show once more who one is. A password is none where a factor has yet to be shown."""
        found: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        asked = second_factor.has_one(user) and not second_factor.shown(self.request)
        kept = [way for way in found if not (asked and way["id"] == "reauthenticate")]
        return [{**way, "description": WAYS[way["id"]]} for way in kept]

    def get_login_stages(self) -> list[str]:
        return ["accounts.stages.SecondFactor"]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """A trusted provider that asked for a second factor has done so for us too."""
        if oidc.showed_second_factor((kwargs.get("signal_kwargs") or {}).get("sociallogin")):
            record_authentication(request, user, "mfa", type=stages.OIDC)
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Where to, after signing in; a browser is marked once all that is asked for has been shown in it."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        idle.begin_again(request)
        if not user.must_show_second_factor or second_factor.shown(request):
            browsers.mark(request, response, user=user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """The new password; every other session ends, and every browser but this one is forgotten."""
        sign_in.change_password(user=user, password=password, request=self.request)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Our services owe such mail themselves, with the fact that makes it owed."""
