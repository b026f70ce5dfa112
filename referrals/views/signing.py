"""The second person: what waits for one's signature, and the answer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.audit import events
from referrals import visible
from referrals.forms.deciding import SignForm
from referrals.models import Decision
from referrals.selectors import deciding as selectors
from referrals.services import decisions
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import signed


@allows(Act.COUNTERSIGN)
def to_sign(request: HttpRequest) -> HttpResponse:
    """The decisions of others that wait for the reader."""
    rows = selectors.to_sign(reader(request))
    events.listed(by=reader(request), what="to_sign", ids=[row.decision.subject.referral_id for row in rows])
    return render(request, "referrals/decide/to_sign.html", {"rows": rows})


@allows(Act.COUNTERSIGN, on=visible.decision, kwarg="pk", methods=GET_POST)
def sign(request: HttpRequest, decision: Decision) -> HttpResponse:
    """Agree, or not and why."""
    form = SignForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: _countersign(request, decision, form)):
        messages.success(request, signed(decision, agrees=form.cleaned_data["answer"] == "yes"))
        return redirect("to_sign")
    context = {
        "form": form,
        "decision": decision,
        "advice": selectors.advice_of(decision),
        "not_now": "" if form.is_bound else selectors.why_not(reader(request), decision),
    }
    return render(request, "referrals/decide/sign.html", context)


def _countersign(request: HttpRequest, decision: Decision, form: SignForm) -> None:
    agrees = form.cleaned_data["answer"] == "yes"
    decisions.countersign(by=reader(request), decision=decision, agrees=agrees, reason=form.cleaned_data["reason"])
