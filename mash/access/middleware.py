"""Refuses a view with no declared act, and keeps what somebody typed when their session has ended."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from mash.access import callers, held, idle, limits, second_factor
from mash.access.limit import Limit
from mash.access.rules import Rule
from mash.access.table import OTHERS


class ClosedUnlessOpened:
    """Every request passes here: no rule, no answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = held.remember(request, self.get_response(request))
        held.sent_on(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        rule = rule_of(view, request.resolver_match.view_name if request.resolver_match else "")
        if rule is None:
            raise PermissionDenied("No act is declared for this page.")
        if hasattr(view, "cls"):
            # The API asks for a key, counts by it, and names its methods itself.
            return None
        if request.method not in rule.methods:
            return HttpResponseNotAllowed(rule.methods)
        if rule.limit and request.method == "POST" and not limits.spend(rule.limit, callers.address(request)):
            return too_many(request, rule.limit)
        if request.user.is_authenticated:
            idle.tend(request)
        if rule.open:
            return None
        return second_factor.ask(request, rule) if request.user.is_authenticated else to_sign_in(request)


def rule_of(view: Callable[..., Any], name: str) -> Rule | None:
    """A view's own rule, its class's (the API), or the table's for other people's views."""
    rule = getattr(view, "access_rule", None) or getattr(getattr(view, "cls", None), "access_rule", None)
    return rule if isinstance(rule, Rule) else OTHERS.get(name)


def to_sign_in(request: HttpRequest) -> HttpResponseRedirect:
    """Off to the sign-in page and back again, with the posted page held if this browser had a session before."""
    target = held.keep(request) if request.method == "POST" else request.get_full_path()
    query = HttpRequest().GET.copy()
    query["next"] = target
    return HttpResponseRedirect(f"{reverse('account_login')}?{query.urlencode(safe='/')}")


def too_many(request: HttpRequest, limit: Limit) -> HttpResponseBase:
    """429 in plain words: the limit says another way on, and the header how long to wait."""
    response = render(request, "access/too_many.html", {"limit": limit}, status=429)
    response["Retry-After"] = str(limits.wait(limit))
    return response
