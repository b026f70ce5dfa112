"""Signing in with an organisation's own identity provider (OpenID Connect), when one is configured.

It says who somebody is; it never makes an account, and no account is linked to it. An account is found by an address
that the provider has verified. It stands for our second factor only when it is trusted to and says that it asked for
one (`amr`, RFC 8176).
"""

from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User

REFUSED = (
    "You could not be signed in that way. Use your password, or ask the person who looks after accounts in your "
    "organisation."
)


class ByVerifiedAddress(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Only an active account of an active organisation, found by the address that the provider has verified."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        user = _account(_claims(sociallogin))
        if user is None or sociallogin.state.get("process") != AuthProcess.LOGIN:
            refuse(request)
        sociallogin.user = user

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        refuse(request)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """What is configured in the environment; no table is asked."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]


def refuse(request: HttpRequest) -> NoReturn:
    """Back to the sign-in page, in the same words whatever the reason."""
    messages.error(request, REFUSED)
    raise ImmediateHttpResponse(redirect("account_login"))


def showed_second_factor(sociallogin: SocialLogin | None) -> bool:
    """Whether the provider says that it asked for more than one factor, and is trusted to."""
    if sociallogin is None or not settings.OIDC_SECOND_FACTOR:
        return False
    said = _parts(sociallogin).get("id_token", {}).get("amr", [])
    return isinstance(said, list) and "mfa" in said


def context(request: HttpRequest) -> dict[str, Any]:
    """`provider` for the sign-in page: its name and where it begins; None when there is none."""
    apps = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect", {}).get("APPS", [])
    if not apps:
        return {"provider": None}
    address = reverse("openid_connect_login", kwargs={"provider_id": apps[0]["provider_id"]})
    return {"provider": {"name": apps[0]["name"], "address": address}}


def _account(claims: dict[str, Any]) -> User | None:
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified") is not True:
        return None
    return User.objects.filter(email=address.strip().lower(), is_active=True, organisation__active=True).first()


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """What is said of one person; nothing when the two answers are about different people (OIDC Core 5.3.2)."""
    parts = _parts(sociallogin)
    if len({part.get("sub") for part in parts.values()}) != 1:
        return {}
    return {**parts.get("id_token", {}), **parts.get("userinfo", {})}


def _parts(sociallogin: SocialLogin) -> dict[str, dict[str, Any]]:
    return {name: part for name, part in sociallogin.account.extra_data.items() if isinstance(part, dict)}
