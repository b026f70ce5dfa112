"""To the organisation's own sign-in page and back. When it is away, so is this way in, and the page says so."""

from typing import cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from requests import RequestException

from accounts.oidc import refuse
from mash.access import anyone


@anyone("goes to the organisation's own sign-in page")
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the provider."""
    try:
        return cast(HttpResponse, views.login(request, provider_id))
    except RequestException:
        return _away(request)


@anyone("comes back from there; its answer is checked with the provider")
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Back from the provider with a code, which is exchanged for who it is."""
    try:
        return cast(HttpResponse, views.callback(request, provider_id))
    except RequestException:
        return _away(request)


def _away(request: HttpRequest) -> HttpResponse:
    try:
        refuse(request)
    except ImmediateHttpResponse as answer:
        return cast(HttpResponse, answer.response)
