"""What every page for the public has: no account, no cookie, no trace for the next site, and a way to leave at once."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from mash.access import GET, anyone, limits
from mash.access.limit import Limit
from mash.access.rules import View

ELSEWHERE = frozenset({"cross-site", "same-site"})


def public(why: str, *, methods: tuple[str, ...] = GET, limit: Limit | None = None) -> Callable[[View], View]:
    """Open a view to people without an account.

    Nothing that such a page does rests on who somebody is, so there is no right that another site could borrow, and no
    cookie against forgery, which would be a trace on a shared phone. A post that the browser says another site made is
    refused all the same. No page that is left for another site tells that site where one came from.
    """

    def guarded(view: View) -> View:
        return csrf_exempt(anyone(why, methods=methods, limit=limit)(_quiet(view)))

    return guarded


def _quiet(view: View) -> View:
    @wraps(view)
    def quiet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and _from_elsewhere(request):
            raise PermissionDenied("Another site sent this form.")
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "no-referrer"
        response["Cache-Control"] = "no-store"
        return response

    return quiet


def _from_elsewhere(request: HttpRequest) -> bool:
    """Older browsers name only the origin. It is "null" when the page that posts tells nobody where it is, as ours."""
    if request.headers.get("Sec-Fetch-Site") in ELSEWHERE:
        return True
    origin = request.headers.get("Origin", "null")
    return origin != "null" and origin.partition("://")[2].lower() != request.get_host().lower()


def page(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
    """A page with its way out: the neutral site that this installation chose."""
    return render(request, f"referrals/public/{template}", {"exit": settings.EXIT_ADDRESS, **(context or {})})


def too_many(request: HttpRequest, limit: Limit, *, again: str = "", words: str = "") -> HttpResponse:
    """429, with the way out that every public page has. `again` is where to try at once, if nobody need wait; else the
    page holds what was typed, for no page of the public's can be gone back to, and shows `words`."""
    wait = limits.wait(limit)
    # The minute after the next stretch begins, for the page names no seconds.
    after = timezone.now() + timedelta(seconds=wait + 59)
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {"limit": limit, "again": again, "after": after, "words": words, "fields": typed}
    response = page(request, "too_many.html", context)
    response.status_code, response["Retry-After"] = HTTPStatus.TOO_MANY_REQUESTS, str(wait)
    return response
