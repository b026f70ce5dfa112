"""Close a referral to all but named people, admit somebody, open it in an emergency."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.forms.queue import AdmitForm, BreakGlassForm, RestrictForm
from referrals.models import Referral
from referrals.selectors import file as selectors
from referrals.services import restricting as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.RESTRICT, on=visible.referral, methods=GET_POST)
def restrict(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Restrict a referral, or lift the restriction it has."""
    form, to = RestrictForm(request.POST or None), not referral.restricted
    if form.is_valid() and attempt(
        form,
        lambda: services.restrict(by=reader(request), referral=referral, restricted=to, **form.cleaned_data),
    ):
        messages.success(request, "This referral is restricted." if to else "This referral is not restricted any more.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/file/restrict.html", {"form": form, "referral": referral})


@allows(Act.RESTRICT, on=visible.referral, methods=GET_POST)
def admit(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Name one person who may see a referral that is closed to others."""
    form = AdmitForm(request.POST or None, people=selectors.to_admit(referral))
    if form.is_valid() and attempt(
        form, lambda: services.admit(by=reader(request), referral=referral, user=form.person())
    ):
        messages.success(request, f"{form.person()} may see this referral now.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/file/admit.html", {"form": form, "referral": referral})


@allows(Act.BREAK_GLASS, on=visible.closed_to, methods=GET_POST)
def break_glass(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Open a restricted referral for an hour. Until then the page says nothing of what is in it."""
    if visible.referrals(reader(request)).filter(pk=referral.pk).exists():
        return redirect("hub_referral", referral.reference)
    form = BreakGlassForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.break_glass(by=reader(request), referral=referral, **form.cleaned_data)
    ):
        messages.warning(request, "You can see this referral for one hour. Whoever looks after it is told.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/file/break_glass.html", {"form": form, "reference": referral.reference})
