"""The lists of a draft: children, adults and concerns, each added, changed and removed in the same way."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from referrals import drafting
from referrals.drafting import Data, Item
from referrals.forms.submitting import AdultForm, ChildForm, ConcernForm, DegreeForm, SignsForm
from referrals.forms.submitting.base import ItemForm
from referrals.forms.submitting.worries import asks_degree, concern_title
from referrals.models import Draft
from referrals.selectors import submissions
from referrals.services import drafts
from referrals.views.submitting.drafts import back, draft_page, onward, posted
from referrals.views.submitting.summary import in_brief


@dataclass(frozen=True, slots=True)
class Words:
    """What a list and one thing on it are called."""

    form: type[ItemForm]
    one: str
    many: str
    add: str
    another: str
    more: str


KINDS = {
    "children": Words(ChildForm, "child", "The children", "Add a child", "Add another child", "More"),
    "adults": Words(
        AdultForm, "adult", "Adults in the children’s lives", "Add an adult", "Add another adult", "Contact"
    ),
    "concerns": Words(ConcernForm, "worry", "What you are worried about", "Add a worry", "Add another worry", "More"),
}
ACTS = ("change", "more", "remove")


def title(kind: str, item: Data) -> str:
    """What one item is called on a page."""
    if kind == "children":
        return drafting.child_name(item)
    return concern_title(item) if kind == "concerns" else str(item["name"])


@draft_page
def overview(request: HttpRequest, draft: Draft, kind: str) -> HttpResponse:
    """What is on the list so far, with the way to change, remove and add. An empty one leads straight to adding."""
    held = drafting.items(draft.data, kind)
    if not held and kind != "adults":
        return redirect(f"draft_{kind}_add", draft.token)
    if request.method == "POST":
        drafts.save(draft=draft, changes={f"no_{kind}": True})
        return redirect("draft_tasks", draft.token)
    rows = [_row(draft, kind, item) for item in held]
    context = {"draft": draft, "kind": kind, "called": KINDS[kind], "rows": rows, "add": _at(draft, kind, "add")}
    return render(request, "referrals/submit/list.html", context)


def _at(draft: Draft, kind: str, act: str = "") -> str:
    return reverse(f"draft_{kind}_{act}" if act else f"draft_{kind}", args=[draft.token])


def _row(draft: Draft, kind: str, item: Item) -> dict[str, Any]:
    addresses = {
        act: reverse(f"draft_{kind}_{act}", args=[draft.token, item["id"]]) for act in ("change", "more", "remove")
    }
    lost = kind == "concerns" and drafting.adrift(draft.data, item)
    unread = kind == "concerns" and "indicators" not in item
    about = in_brief(drafting.at_home(draft.data, item)) if kind == "children" else []
    return {"title": title(kind, item), "about": about, "item": item, "adrift": lost, "unfinished": unread, **addresses}


@draft_page
def add(request: HttpRequest, draft: Draft, kind: str) -> HttpResponse:
    """An empty form; it carries the id of what it will add."""
    return _edit(request, draft, kind, None)


@draft_page
def change(request: HttpRequest, draft: Draft, kind: str, item: str) -> HttpResponse:
    """The same form, filled in. When another tab has removed the item meanwhile, what was typed is added anew."""
    found = drafting.find(draft.data, kind, item)
    if found is None and request.method != "POST":
        return redirect(f"draft_{kind}", draft.token)
    return _edit(request, draft, kind, found)


@draft_page
def remove(request: HttpRequest, draft: Draft, kind: str, item: str) -> HttpResponse:
    """Asks once, then takes it off the list."""
    found = drafting.find(draft.data, kind, item)
    if request.method == "POST" or found is None:
        drafts.drop(draft=draft, kind=kind, key=item)
        return redirect(f"draft_{kind}" if drafting.items(draft.data, kind)[1:] else "draft_tasks", draft.token)
    context = {"kind": kind, "called": KINDS[kind], "name": title(kind, found), "back": _at(draft, kind)}
    return render(request, "referrals/submit/remove.html", context)


@draft_page
def signs(request: HttpRequest, draft: Draft, item: str) -> HttpResponse:
    """The signs of the framework in force, for one worry."""
    concern = drafting.find(draft.data, "concerns", item)
    if concern is None:
        return redirect("draft_concerns", draft.token)
    form = SignsForm(posted(request), groups=submissions.signs_by_need(), concern=concern)
    if form.is_valid():
        chosen = form.indicators()
        drafts.put(draft=draft, kind="concerns", item={"id": item, "indicators": chosen})
        if any(map(asks_degree, submissions.indicators([sign["code"] for sign in chosen]))):
            return redirect(_with_origin(request, "draft_concerns_degree", draft, item))
        return onward(request, draft, "draft_concerns")
    lost = submissions.lost_signs(sign["code"] for sign in concern.get("indicators", []))
    return _concern_page(request, draft, concern, form, "signs", lost=lost.values())


@draft_page
def degree(request: HttpRequest, draft: Draft, item: str) -> HttpResponse:
    """How serious the ticked signs are, and for how long, where that changes what they come to."""
    concern = drafting.find(draft.data, "concerns", item)
    if concern is None:
        return redirect("draft_concerns", draft.token)
    ticked = submissions.indicators([sign["code"] for sign in concern.get("indicators", [])])
    form = DegreeForm(posted(request), indicators=ticked, concern=concern)
    if form.is_valid():
        drafts.put(draft=draft, kind="concerns", item={"id": item, "indicators": form.answers()})
        return onward(request, draft, "draft_concerns")
    return _concern_page(request, draft, concern, form, "degree")


def _edit(request: HttpRequest, draft: Draft, kind: str, item: Item | None) -> HttpResponse:
    form = KINDS[kind].form(posted(request), draft=draft.data, item=item)
    if form.is_valid():
        result = form.result()
        drafts.put(draft=draft, kind=kind, item=result)
        if item is None:
            return redirect(_with_origin(request, f"draft_{kind}_more", draft, result["id"]))
        return after(request, draft, kind, item)
    empty = not drafting.items(draft.data, kind)
    context = {
        "draft": draft,
        "form": form,
        "item": item,
        "name": title(kind, item) if item else "",
        "called": KINDS[kind],
        "first": empty,
        "back": back(request, draft, "draft_tasks" if empty else f"draft_{kind}"),
    }
    return render(request, f"referrals/submit/{kind}_item.html", context)


def after(request: HttpRequest, draft: Draft, kind: str, item: Item) -> HttpResponse:
    """What follows the pages of an item: the signs of a worry if nobody has gone through them, else whence one came."""
    if kind == "concerns" and "indicators" not in item:
        return redirect(_with_origin(request, "draft_concerns_signs", draft, item["id"]))
    return onward(request, draft, f"draft_{kind}")


def _concern_page(request: HttpRequest, draft: Draft, concern: Item, form: Any, name: str, **more: Any) -> HttpResponse:
    context = {
        "draft": draft,
        "form": form,
        "title": concern_title(concern),
        "back": back(request, draft, "draft_concerns"),
        **more,
    }
    return render(request, f"referrals/submit/{name}.html", context)


def _with_origin(request: HttpRequest, page: str, draft: Draft, item: str) -> str:
    """The next of several pages, which remembers that the first was opened from the check page."""
    query = "?from=check" if request.GET.get("from") == "check" else ""
    return reverse(page, args=[draft.token, item]) + query
