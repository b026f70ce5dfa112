"""Decide for the children of one referral, on the screen of its file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.forms.deciding import DecideForm
from referrals.models import Decision, Referral
from referrals.selectors import deciding as selectors
from referrals.services import decisions
from referrals.views import desk
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import what_happens_now


@allows(Act.DECIDE, on=visible.referral, methods=GET_POST)
def decide(request: HttpRequest, referral: Referral) -> HttpResponse:
    """One decision for all the children, or another where a child differs; all are stored, or none.

    What is refused comes back on the same screen, with everything that was typed.
    """
    user = reader(request)
    table = selectors.table(user, referral, asked=request.POST.get("children", ""))
    if not table.subjects or (table.not_now and not request.POST):
        return render(request, "referrals/decide/not_now.html", {"table": table, "referral": referral})
    form = DecideForm(request.POST or None, table=table)
    made: list[Decision] = []
    if form.is_valid() and attempt(
        form, lambda: made.extend(decisions.decide_all(by=user, judgements=form.judgements()))
    ):
        if desk.wants_next(request):
            return desk.onward(request, referral, what_happens_now(made))
        messages.success(request, what_happens_now(made))
        return redirect("hub_referral", referral.reference)
    return desk.screen(request, referral, form)
