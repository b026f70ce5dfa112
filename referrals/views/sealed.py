"""A name that is withheld from the family: read it, or let somebody read it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.forms.sealed import CloseForm, LetForm
from referrals.models import Referral, SealedIdentity
from referrals.selectors import sealed as selectors
from referrals.services import sealing
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.READ_FILE, on=visible.identity)
def withheld_identity(request: HttpRequest, sealed: SealedIdentity) -> HttpResponse:
    """Who it is, for the people named one by one; each opening is written down."""
    return render(request, "referrals/file/identity.html", {"sealed": sealed, "referral": sealed.referral})


@allows(Act.UNSEAL, on=visible.withheld, methods=GET_POST)
def let_see_identity(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Name one person who may see the name, and say why they need it."""
    form = LetForm(request.POST or None, people=selectors.to_let(referral, by=reader(request)))
    if form.is_valid() and attempt(
        form,
        lambda: sealing.let(
            by=reader(request), referral=referral, user=form.person(), reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, f"{form.person()} may see the name now. Tell them to use it with care.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/file/let_identity.html", {"form": form, "referral": referral})


@allows(Act.UNSEAL, on=visible.withheld, methods=GET_POST)
def close_identity(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Close the name to one person who was let see it, and say why."""
    granted = selectors.granted(referral)
    form = CloseForm(request.POST or None if granted else None, people=granted)
    if form.is_valid() and attempt(
        form,
        lambda: sealing.withdraw(
            by=reader(request), referral=referral, user=form.person(), reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, f"The name is closed to {form.person()} from now on.")
        return redirect("hub_referral", referral.reference)
    context = {"form": form, "referral": referral, "granted": granted}
    return render(request, "referrals/file/close_identity.html", context)
