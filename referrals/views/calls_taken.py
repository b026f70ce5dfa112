"""Take a referral by telephone or letter, in one page, while somebody speaks."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import codes, visible
from referrals.choices import Via
from referrals.forms.calls_taken import TakeCallForm
from referrals.models import Referral
from referrals.selectors import calls_taken as selectors
from referrals.services import calls_taken
from referrals.services.calls_taken import Taken
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.TAKE_CALL, methods=GET_POST)
def take_a_call(request: HttpRequest) -> HttpResponse:
    """One page. The button that adds a row keeps everything, and judges nothing yet."""
    organisations = selectors.organisations()
    form = TakeCallForm(request.POST if request.method == "POST" else None, organisations=organisations)
    taken: list[Taken] = []
    if "add" in request.POST:
        form = _as_typed(request, form)
    elif form.is_valid() and attempt(
        form, lambda: taken.append(calls_taken.take(by=reader(request), call=form.call()))
    ):
        return _answer(request, taken[0])
    names = [one.name for one in organisations.values()]
    return render(request, "referrals/taking/take.html", {"form": form, "organisations": names})


@allows(Act.TAKE_CALL, on=visible.recorded, methods=GET_POST)
def taken_call(request: HttpRequest, referral: Referral) -> HttpResponse:
    """What to read out: the reference, and what happens next. The button says that the caller has heard it."""
    if request.method == "POST":
        calls_taken.told(by=reader(request), referral=referral)
        messages.success(request, "Written down. Nobody needs to call them about this.")
        return redirect("taken_call", referral.reference)
    return render(request, "referrals/taking/taken.html", _context(request, referral))


def _as_typed(request: HttpRequest, form: TakeCallForm) -> TakeCallForm:
    """The same answers in a page with one row more, without a word about what is missing."""
    form.full_clean()
    form.errors.clear()
    return form


def _answer(request: HttpRequest, taken: Taken) -> HttpResponse:
    """A receipt code is on this page alone, and in no address: it is kept nowhere."""
    if not taken.code:
        return redirect("taken_call", taken.referral.reference)
    context = _context(request, taken.referral) | {"code": codes.grouped(taken.code)}
    return render(request, "referrals/taking/taken.html", context)


def _context(request: HttpRequest, referral: Referral) -> dict[str, Any]:
    sees = visible.referrals(reader(request)).filter(pk=referral.pk).exists()
    owed = referral.via == Via.PHONE and selectors.call_is_owed(referral)
    return {"referral": referral, "sees": sees, "follows": referral.submitted_by, "owed": owed}
