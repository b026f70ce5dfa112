"""Advice without a referral, as the person who asks sees it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from mash.lib.paging import Page
from referrals import visible
from referrals.errors import Refused
from referrals.forms.consultations import AskForm, MoreForm
from referrals.models import Consultation, Draft
from referrals.selectors import consultations as selectors
from referrals.selectors.below import start_of_question
from referrals.services import consultations as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.views.submitting.drafts import posted

PAGE_SIZE = 20


@allows(Act.CONSULT)
def my_advice(request: HttpRequest) -> HttpResponse:
    """What was asked, newest first, with a mark where an answer waits."""
    user, before = reader(request), request.GET.get("before", "")
    page = Page.of(selectors.asked(user), before=before, size=PAGE_SIZE)
    events.listed(by=user, what="my_advice", ids=[row.pk for row in page.rows])
    context = {
        "rows": page.rows,
        "ours": selectors.sees_colleagues(user),
        "later": f"?before={page.next_before}" if page.next_before else "",
        "earlier": request.path if before else "",
    }
    return render(request, "referrals/advice/list.html", context)


@allows(Act.CONSULT, methods=GET_POST)
def ask_advice(request: HttpRequest) -> HttpResponse:
    """Ask, naming nobody. A draft that the question comes from stays where it is."""
    draft = _draft(request)
    form = AskForm(posted(request), initial=start_of_question(draft) if draft else None)
    if form.is_valid():
        token, asked = form.cleaned_data["token"], form.asked()
        if attempt(form, lambda: services.ask(by=reader(request), question=asked, token=token, draft=draft)):
            messages.success(request, "We have your question. We answer within one working day.")
            return redirect("my_advice")
    return render(request, "referrals/advice/ask.html", {"form": form, "draft": draft})


@allows(Act.CONSULT, on=visible.consultation, methods=GET_POST)
def my_question(request: HttpRequest, row: Consultation) -> HttpResponse:
    """The question, our advice and what to do now; the asker may add to it. That it was read is kept."""
    user = reader(request)
    form = MoreForm(posted(request))
    if form.is_valid() and attempt(
        form, lambda: services.add(by=user, consultation=row, text=form.cleaned_data["text"])
    ):
        messages.success(request, "We have what you added.")
        return redirect("my_question", row.reference)
    unread = selectors.unread_answers(user, row)
    services.read(by=user, consultation=row)
    row = visible.consultation(user, row.reference)
    context = {
        "row": row,
        "form": form,
        "lines": selectors.said(row, unread=unread),
        "came": selectors.came_of_it(user, row),
        "mine": row.asked_by_id == user.pk,
    }
    return render(request, "referrals/advice/question.html", context)


@allows(Act.CONSULT, on=visible.consultation, methods=POST)
def begin_referral(request: HttpRequest, row: Consultation) -> HttpResponse:
    """A draft with what was asked already in it; pressed again, the same draft."""
    try:
        draft = services.begin_referral(by=reader(request), consultation=row)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("my_question", row.reference)
    return redirect("draft_danger" if draft.data.get("immediate_danger") is None else "draft_tasks", draft.token)


@allows(Act.CONSULT, on=visible.consultation, methods=POST)
def finish_question(request: HttpRequest, row: Consultation) -> HttpResponse:
    """The asker needs no more."""
    services.finish(by=reader(request), consultation=row)
    messages.success(request, "Thank you. You can read it here whenever you like, and ask again at any time.")
    return redirect(reverse("my_advice"))


def _draft(request: HttpRequest) -> Draft | None:
    """The asker's own unsent draft that the address names, if any."""
    try:
        token = UUID(request.GET.get("draft", ""))
    except ValueError:
        return None
    return visible.drafts(reader(request)).filter(token=token, referral=None).first()
