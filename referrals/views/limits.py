"""The time limits: what is in force, what is to come, and how one is changed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals.choices import ClockKey
from referrals.forms.clocks import LimitForm
from referrals.models.clocks import NEVER_PAUSED
from referrals.selectors import limits as selectors
from referrals.services import limits as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.SET_CLOCKS)
def time_limits(request: HttpRequest) -> HttpResponse:
    """Every limit, what it means, where it is written down, and since when."""
    return render(request, "referrals/clocks/limits.html", {"groups": selectors.page()})


@allows(Act.SET_CLOCKS, methods=GET_POST)
def change_limit(request: HttpRequest, key: str) -> HttpResponse:
    """Set one from a day on, with what was set before."""
    if key not in ClockKey.values:
        raise Http404
    now = timezone.now()
    limit = selectors.limit(key, at=now)
    form = LimitForm(request.POST or None, limit=limit)
    if form.is_valid() and attempt(form, lambda: services.change(by=reader(request), key=key, **form.answers())):
        messages.success(request, f"{limit} is changed. What has begun keeps the limit it began under.")
        return redirect("time_limits")
    context = {"form": form, "limit": limit, "lines": selectors.history(key), "never": key in NEVER_PAUSED, "now": now}
    return render(request, "referrals/clocks/limit.html", context)
