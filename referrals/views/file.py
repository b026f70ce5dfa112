"""The file of one referral as the hub sees it, and the two things a reader does to it: withdraw a sign, step away."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.forms.queue import StepAwayForm, WithdrawForm
from referrals.models import Referral
from referrals.selectors import file as selectors
from referrals.services import indicators, restricting
from referrals.views import desk
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.READ_FILE, on=visible.referral)
def hub_referral(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Everything about one referral that its reader may see, and the form to decide for whoever has it."""
    return desk.screen(request, referral)


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def withdraw_indicator(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Strike out a sign that was ticked in error; the engine runs again."""
    signs = selectors.standing_signs(referral)
    form = WithdrawForm(request.POST or None, signs=signs, chosen=request.GET.get("indicator", ""))
    if form.is_valid() and attempt(form, lambda: _withdraw(request, referral, form)):
        messages.success(request, "It is struck out, and the framework has looked at the children again.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/file/withdraw.html", {"form": form, "referral": referral, "signs": signs})


@allows(Act.READ_FILE, on=visible.referral, methods=GET_POST)
def step_away(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Say that one knows this family: it is closed to one from then on."""
    form = StepAwayForm(request.POST or None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(form, lambda: restricting.step_away(by=reader(request), referral=referral, **form.cleaned_data))
    ):
        messages.success(request, "Thank you for saying so. A colleague will see to this family.")
        return redirect("queue")
    return render(request, "referrals/file/step_away.html", {"form": form, "referral": referral})


def _withdraw(request: HttpRequest, referral: Referral, form: WithdrawForm) -> None:
    sign = selectors.sign(referral, form.cleaned_data["indicator"])
    indicators.withdraw(by=reader(request), indicator=sign, reason=form.cleaned_data["reason"])
