"""The page of a draft about the person who works with children. It is there only when a worry is about one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from referrals import drafting
from referrals.forms.submitting.worker import WorkerForm
from referrals.models import Draft
from referrals.services import drafts
from referrals.views.submitting.drafts import back, draft_page, onward, posted


@draft_page
def worker(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Who it is, and whether other children may be at risk from them."""
    if not drafting.about_a_worker(draft.data):
        return redirect("draft_tasks", draft.token)
    form = WorkerForm(posted(request), saved=draft.data.get("worker", {}))
    if form.is_valid():
        drafts.save(draft=draft, changes={"worker": form.answers()})
        return onward(request, draft, "draft_tasks")
    context = {"draft": draft, "form": form, "back": back(request, draft, "draft_tasks")}
    return render(request, "referrals/submit/worker.html", context)
