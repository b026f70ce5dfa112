"""Raising a concern: the first page, the list of tasks, and the sections that are one page each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.govuk.forms import GovukForm
from referrals import drafting
from referrals.forms.submitting import AgreementForm, DangerForm, ReferrerForm
from referrals.models import Draft
from referrals.selectors import below
from referrals.services import drafts
from referrals.views.submitting.drafts import back, draft_page, onward, posted
from referrals.views.submitting.more import extras


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the task list."""

    key: str
    title: str
    hint: str
    href: str
    done: bool
    begun: bool


TASKS = (
    ("danger", "Immediate danger", "immediate_danger"),
    ("children", "The children", "children"),
    ("adults", "Adults in the children’s lives", "adults"),
    ("concerns", "What you are worried about", "concerns"),
    ("worker", "The person who works with children", "worker"),
    ("agreement", "Agreement, sharing and what the family knows", "consent"),
    ("you", "Your details", "referrer"),
)


def tasks(draft: Draft) -> Iterator[Task]:
    """The sections of a draft with what is done and what was begun."""
    left = set(drafting.unfinished(draft.data))
    for key, title, part in TASKS:
        if key == "worker" and not drafting.about_a_worker(draft.data):
            continue
        href = reverse(f"draft_{key}", args=[draft.token])
        yield Task(key, title, _hint(draft, key), href, key not in left, bool(draft.data.get(part)))


def _hint(draft: Draft, key: str) -> str:
    if key == "children":
        return drafting.names(draft.data)
    if key == "adults" and any(child.get("due_date") for child in drafting.items(draft.data, "children")):
        return "Add the mother of the unborn child"
    return ""


@allows(Act.REFER, methods=GET_POST)
def start(request: HttpRequest) -> HttpResponse:
    """What this is and what cannot be promised, before anybody types; then a draft of one's own."""
    if request.method != "POST":
        return render(request, "referrals/submit/start.html", {"token": uuid4()})
    assert isinstance(request.user, User)
    draft = drafts.start(by=request.user, token=_token(request.POST.get("token", "")))
    return redirect("draft_danger", draft.token)


def _token(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@draft_page
def task_list(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Every section, what is done, and the way to the check page."""
    every = list(tasks(draft))
    left = [task for task in every if not task.done]
    context = {"draft": draft, "tasks": every, "left": left, "extras": extras(draft), "below": below.looks_below(draft)}
    return render(request, "referrals/submit/tasks.html", context)


@draft_page
def danger(request: HttpRequest, draft: Draft) -> HttpResponse:
    """The first question; a yes interrupts."""
    initial = {"immediate_danger": draft.data.get("immediate_danger")}
    form = DangerForm(posted(request), initial=initial)
    if form.is_valid():
        drafts.save(draft=draft, changes=form.cleaned_data)
        if form.cleaned_data["immediate_danger"]:
            return redirect("draft_call_999", draft.token)
        return onward(request, draft, "draft_tasks")
    return _page(request, draft, form, "danger")


@draft_page
def call_999(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Call now; then carry on here."""
    return render(request, "referrals/submit/call_999.html", {"draft": draft})


@draft_page
def agreement(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Agreement to help, the lawful reason to share, and what the family knows."""
    form = AgreementForm(posted(request), saved=draft.data.get("consent", {}))
    if form.is_valid():
        drafts.save(draft=draft, changes={"consent": form.answers()})
        return onward(request, draft, "draft_tasks")
    return _page(request, draft, form, "agreement")


@draft_page
def you(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Whom to telephone and whom to tell."""
    assert isinstance(request.user, User)
    worker = drafting.about_a_worker(draft.data)
    form = ReferrerForm(posted(request), user=request.user, saved=draft.data.get("referrer", {}), about_a_worker=worker)
    if form.is_valid():
        drafts.save(draft=draft, changes={"referrer": form.cleaned_data})
        return onward(request, draft, "draft_tasks")
    return _page(request, draft, form, "you")


@draft_page
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Asks once, then erases what was not sent."""
    if request.method == "POST":
        drafts.discard(draft=draft)
        return redirect("my_referrals")
    return render(request, "referrals/submit/discard.html", {"draft": draft, "names": drafting.names(draft.data)})


def _page(request: HttpRequest, draft: Draft, form: GovukForm, name: str, **more: Any) -> HttpResponse:
    context = {"draft": draft, "form": form, "back": back(request, draft, "draft_tasks"), **more}
    return render(request, f"referrals/submit/{name}.html", context)
