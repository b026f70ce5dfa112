"""Rate a referral, stop a clock and let it run again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.choices import ClockKey
from referrals.clocks import State
from referrals.errors import Refused
from referrals.forms.clocks import PauseForm, RatingForm, other_colours
from referrals.models import Case, Referral
from referrals.selectors import clock_warnings, clocks_file, clocks_left, limits
from referrals.selectors import clocks as selectors
from referrals.services import clocks as services
from referrals.services import ratings
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.SEE_QUEUE)
def time_warnings(request: HttpRequest) -> HttpResponse:
    """The clocks that run out, of the work that the reader may see."""
    after = request.GET.get("after", "")
    page, start = clock_warnings.page(reader(request), after=after), reverse("time_warnings") if after else ""
    events.listed(by=reader(request), what="time_warnings", ids=page.ids)
    return render(request, "referrals/clocks/warnings.html", {"page": page, "start": start})


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def change_rating(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Another colour, and why."""
    user, now, clock = reader(request), selectors.rating(referral), selectors.gathering(referral)
    left = clocks_left.of(referral, clock)
    colours = other_colours(now.colour if now and not ratings.may_keep(user, referral, clock) else "")
    form = RatingForm(request.POST or None, choices=colours, hints=limits.colour_hints())
    if form.is_valid() and attempt(form, lambda: ratings.rate(by=user, referral=referral, **form.cleaned_data)):
        messages.success(request, f"It is rated {form.cleaned_data['colour']} now.")
        return redirect("hub_referral", referral.reference)
    context = {
        "form": form,
        "referral": referral,
        "now": now,
        "left": left.label(now=timezone.now()) if left else None,
        "overdue": clock is not None and clock.runs and clock.state == State.LATE,
        "why_not": ratings.why_not(user, referral) or ratings.why_not_lower(user, referral),
    }
    return render(request, "referrals/clocks/rating.html", context)


@allows(Act.TRIAGE, on=visible.referral, methods=POST)
def information_gathered(request: HttpRequest, referral: Referral) -> HttpResponse:
    """What was needed is there."""
    return _done(
        request,
        lambda: ratings.gathered(by=reader(request), referral=referral),
        "It is written down that the information is here.",
        redirect("hub_referral", referral.reference),
    )


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def pause_clock(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Stop the clock for gathering information, and say why."""
    form = PauseForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.pause(by=reader(request), referral=referral, **form.cleaned_data)
    ):
        messages.success(request, "The clock stands still. The decision clock runs on.")
        return redirect("hub_referral", referral.reference)
    shown = clocks_file.on_file(reader(request), referral)
    one = shown.gathering if shown else None
    return render(request, "referrals/clocks/pause.html", {"form": form, "referral": referral, "one": one})


@allows(Act.TRIAGE, on=visible.referral, methods=POST)
def resume_clock(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Let it run again."""
    return _done(
        request,
        lambda: services.resume(by=reader(request), referral=referral),
        "The clock runs again.",
        redirect("hub_referral", referral.reference),
    )


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def pause_case_clock(request: HttpRequest, case: Case, key: str) -> HttpResponse:
    """Stop one clock of a case, and say why."""
    if key not in ClockKey.values:
        raise Http404
    form = PauseForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.pause_case(by=reader(request), case=case, key=key, **form.cleaned_data)
    ):
        messages.success(request, "The clock stands still.")
        return redirect("case", case.pk)
    shown = clocks_file.of_case(reader(request), case)
    one = next((each for each in shown if each.clock.key == key), None)
    return render(request, "referrals/clocks/pause.html", {"form": form, "case": case, "one": one})


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=POST)
def resume_case_clock(request: HttpRequest, case: Case, key: str) -> HttpResponse:
    """Let it run again."""
    return _done(
        request,
        lambda: services.resume_case(by=reader(request), case=case, key=key),
        "The clock runs again.",
        redirect("case", case.pk),
    )


def _done(request: HttpRequest, act: Callable[[], object], words: str, then: HttpResponse) -> HttpResponse:
    try:
        act()
        messages.success(request, words)
    except Refused as refusal:
        messages.error(request, refusal.message)
    return then
