"""Take over what a colleague began and has not sent. The page shows nothing of what it says."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import drafting, visible
from referrals.forms.amending import TakeOverForm
from referrals.models import Draft
from referrals.services import drafts
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.REFER, on=visible.colleagues_draft, kwarg="token", methods=GET_POST)
def take_over_draft(request: HttpRequest, draft: Draft) -> HttpResponse:
    """With a reason, it is one's own; its former owner is told."""
    form = TakeOverForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: drafts.take_over(by=reader(request), draft=draft, **form.cleaned_data)
    ):
        messages.success(request, "This is yours now. Please read it before you go on.")
        return redirect("draft_tasks", draft.token)
    children = len(drafting.items(draft.data, "children"))
    return render(request, "referrals/follow/take_over.html", {"form": form, "draft": draft, "children": children})
