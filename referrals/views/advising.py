"""Agencies' questions, as the hub sees them: the list by age, take, answer, end."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.errors import Refused
from referrals.forms.consultations import AnswerForm, EndForm
from referrals.models import Consultation
from referrals.selectors import consultations as selectors
from referrals.services import consultations as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.views.submitting.drafts import posted


@allows(Act.ADVISE)
def advice_waiting(request: HttpRequest) -> HttpResponse:
    """The questions that wait, the soonest due first; who was advised to refer and has not; what was answered."""
    listing = selectors.for_hub(reader(request), request.GET.dict())
    events.listed(by=reader(request), what="advice_waiting", ids=[row.pk for row in listing.rows])
    context = {"listing": listing, "parts": selectors.SHOWN, "after": request.GET.get("after", "")}
    return render(request, "referrals/advice/waiting.html", context)


@allows(Act.ADVISE, on=visible.consultation, methods=GET_POST)
def question(request: HttpRequest, row: Consultation) -> HttpResponse:
    """One question with all that was said, and the box for our advice. Who comes second is told who was first."""
    user = reader(request)
    form = AnswerForm(posted(request))
    if form.is_valid() and attempt(form, lambda: services.answer(by=user, consultation=row, **form.answers())):
        messages.success(request, f"Sent. {row.asked_by} is told that there is an answer to read.")
        return redirect("advice_waiting")
    row = visible.consultation(user, row.reference)
    lines = selectors.said(row)
    seen = str(selectors.last_said(lines))
    form.initial["seen"] = seen
    if form.is_bound:
        form.data = {**request.POST.dict(), "seen": seen}  # what is on the page now counts as read
    context = {
        "row": row,
        "form": form,
        "lines": lines,
        "came": selectors.came_of_it(user, row),
        "told": selectors.told(row),
        "refer_by": selectors.refer_by(row),
        "with_me": row.holder_id == user.pk,
    }
    return render(request, "referrals/advice/hub_question.html", context)


@allows(Act.ADVISE, on=visible.consultation, methods=POST)
def take_question(request: HttpRequest, row: Consultation) -> HttpResponse:
    """Take it, or take it over from whoever the page said had it."""
    held = request.POST.get("holder", "")
    holder = int(held) if held.isascii() and held.isdigit() and len(held) < 19 else None
    try:
        services.take(by=reader(request), consultation=row, holder=holder)
        messages.success(request, "It is with you. Nobody else will answer it meanwhile.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("question", row.reference)


@allows(Act.ADVISE, on=visible.consultation, methods=GET_POST)
def close_question(request: HttpRequest, row: Consultation) -> HttpResponse:
    """End it, with what came of it."""
    came = selectors.came_of_it(reader(request), row)
    missing = bool(row.advised_at and not came.sent and not row.not_referred_because)
    form = EndForm(posted(request), missing=missing)
    if form.is_valid() and attempt(
        form, lambda: services.close(by=reader(request), consultation=row, **form.cleaned_data)
    ):
        messages.success(request, "It is ended, and what came of it is kept.")
        return redirect("advice_waiting")
    context = {"row": row, "form": form, "came": came}
    return render(request, "referrals/advice/close.html", context)
