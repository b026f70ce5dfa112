"""From one desk to another, or back to the queue: one referral, or several to one colleague."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.audit import events
from referrals import visible
from referrals.forms.queue import HandOverForm, HandOverManyForm, PutBackForm
from referrals.models import Referral
from referrals.selectors import desks
from referrals.selectors import file as selectors
from referrals.services import handing
from referrals.services import queue as services
from referrals.views import desk
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import handed_over


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def put_back(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Return a referral to the queue, with a reason."""
    form = PutBackForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.put_back(by=reader(request), referral=referral, **form.cleaned_data)
    ):
        return _left(request, referral, "It is back in the queue for anybody to take.")
    return _page(request, "put_back", referral, form)


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def hand_over(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Give a referral to a colleague, with a reason."""
    form = HandOverForm(request.POST or None, people=selectors.colleagues(referral, Act.TRIAGE))
    if form.is_valid() and attempt(form, lambda: _give(request, referral, form)):
        return _left(request, referral, f"{form.person()} has it now.")
    return _page(request, "hand_over", referral, form)


@allows(Act.TRIAGE, methods=GET_POST)
def hand_over_many(request: HttpRequest) -> HttpResponse:
    """Give several from one desk to a colleague with one reason: all of them, or none and why."""
    user = reader(request)
    whose = desks.whose(user, request.GET.get("desk", ""))
    page = desks.desk(user, whose)
    form = HandOverManyForm(
        request.POST or None,
        homes=page.homes,
        people=desks.takers(user, whose),
        all_of_them=request.GET.get("all") == "yes",
    )
    moved = _all_or_none(user, whose, form) if form.is_valid() else []
    if moved:
        messages.success(request, handed_over(moved, form.person(), asked=len(form.chosen())))
        return redirect(f"{reverse('hand_over_many')}?desk={whose.pk}")
    events.listed(by=user, what="desk", ids=page.ids)
    return render(request, "referrals/queue/hand_over_many.html", {"form": form, "page": page, "whose": whose})


def _all_or_none(user: User, whose: User, form: HandOverManyForm) -> list[Referral]:
    """Every referral that went; none, with the reasons on the form, when any of them could not go."""
    rows, to, reason = [home.first for home in form.chosen()], form.person(), form.cleaned_data["reason"]
    try:
        return handing.hand_over_all(by=user, whose=whose, rows=rows, to=to, reason=reason)
    except handing.CannotGo as refusal:
        form.say_why(refusal)
        return []


def _give(request: HttpRequest, referral: Referral, form: HandOverForm) -> None:
    services.hand_over(by=reader(request), referral=referral, to=form.person(), reason=form.cleaned_data["reason"])


def _left(request: HttpRequest, referral: Referral, said: str) -> HttpResponse:
    """It is off the desk: on to the next one, or back to the queue."""
    if desk.wants_next(request):
        return desk.onward(request, referral, said)
    messages.success(request, said)
    return redirect("queue")


def _page(request: HttpRequest, name: str, referral: Referral, form: Form) -> HttpResponse:
    others = selectors.household(reader(request), referral)
    return render(request, f"referrals/file/{name}.html", {"form": form, "referral": referral, "others": others})
