"""What is owed to people, and the calls that close the loop where no message can."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.audit import events
from mash.lib import references
from mash.outbox.models import CallRound
from referrals import visible
from referrals.forms.loop import CallForm
from referrals.selectors import amendments, loop, rounds
from referrals.selectors import not_known as not_known_page
from referrals.selectors.cursors import numbers
from referrals.services import telling
from referrals.views.attempts import attempt


@allows(Act.SEE_OWED)
def owed(request: HttpRequest) -> HttpResponse:
    """Calls to make and messages on their way, the oldest first; no child is named."""
    asked = request.GET
    calls_after, messages_after = asked.get("calls", ""), asked.get("messages", "")
    ledger = loop.ledger(_user(request), calls_after=calls_after, messages_after=messages_after)
    events.listed(by=_user(request), what="owed", ids=[one.row.pk for one in ledger.rounds])
    context = {
        "ledger": ledger,
        "added": amendments.waiting(_user(request)),
        "calls_after": calls_after,
        "messages_after": messages_after,
    }
    return render(request, "referrals/loop/owed.html", context)


@allows(Act.SEE_OWED)
def not_known(request: HttpRequest) -> HttpResponse:
    """Which loops are not closed, the oldest first, and who cannot be told; no child is named."""
    asked = request.GET
    found = numbers(asked.get("organisation", ""), 1)
    organisation = found[0] if found else None
    about = _reference(asked.get("about", ""))
    page = not_known_page.page(_user(request), organisation=organisation, about=about, after=asked.get("after", ""))
    events.listed(by=_user(request), what="not_known", ids=[one.message for one in page.lines if one.message])
    filters = urlencode({"organisation": organisation} if organisation else {"about": about} if about else {})
    return render(request, "referrals/loop/not_known.html", {"page": page, "about": about, "filters": filters})


@allows(Act.SEE_OWED, on=visible.call_round, kwarg="pk", methods=GET_POST)
def call(request: HttpRequest, row: CallRound) -> HttpResponse:
    """Whom to call and what to say; then, that it was done."""
    user = _user(request)
    page = rounds.page(user, row)
    form = CallForm(request.POST or None, things=page.things, seen=page.seen, upto=page.upto)
    if form.is_valid() and attempt(form, lambda: telling.in_a_round(by=user, row=row, **form.cleaned_data)):
        messages.success(request, _thanks(page.whom, form))
        return redirect("owed")
    return render(request, "referrals/loop/call.html", {"form": form, "page": page})


def _reference(asked: str) -> str:
    """The reference asked for; "" for what is none, which means all."""
    try:
        return references.normalise(asked)
    except references.InvalidReference:
        return ""


def _thanks(whom: str, form: CallForm) -> str:
    """What was not told is not dealt with."""
    if form.cleaned_data["how"] == telling.NOT_YET:
        return f"Thank you for trying. What {whom} could not be told is still owed, and stays in this list."
    if form.cleaned_data.get("not_told"):
        return f"Thank you. What you told {whom} is written down; what you could not tell them stays in this list."
    return f"Thank you. It is written down that you dealt with {whom}."


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
