"""Pages that may be skipped: more about a child, an adult or a worry; the wider picture; screening tools."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from referrals import drafting
from referrals.drafting import Item
from referrals.forms.submitting import WiderForm
from referrals.forms.submitting.more import known
from referrals.forms.submitting.tools import FORMS
from referrals.models import Draft
from referrals.services import drafts
from referrals.views.submitting.drafts import back, draft_page, onward, posted
from referrals.views.submitting.lists import KINDS, after, title
from referrals.views.submitting.places import MORE

TITLES = {
    "children": "More about {}",
    "adults": "How to reach {}",
    "concerns": "When, and how you know: {}",
}
TOOLS = {
    "domestic_abuse": "Domestic abuse: DASH or DARA",
    "exploitation": "Screening for exploitation",
    "neglect": "Neglect: how the child’s care was graded",
}
LOOKED_FOR = "The hub looks for this unless a child is at risk of serious harm"
WIDER = "What works well, what should happen, what you have done already"


@dataclass(frozen=True, slots=True)
class Extra:
    """A part that nobody has to fill in."""

    key: str
    title: str
    hint: str
    href: str
    done: bool


def extras(draft: Draft) -> list[Extra]:
    """The wider picture, and a screening tool wherever a worry calls for one."""
    held, tools = draft.data, draft.data.get("tools", {})
    wider = [name for name in drafting.WIDER if held.get(name)]
    first = _extra(
        draft, "wider", WIDER, "The hub looks for this unless a child is at risk of serious harm", bool(wider)
    )
    asked = [
        _extra(draft, f"tool_{tool.key}", TOOLS[tool.key], "If somebody used it", bool(tools.get(tool.asked)))
        for tool in drafting.tools(held)
    ]
    return [first, *asked]


def _extra(draft: Draft, key: str, words: str, hint: str, done: bool) -> Extra:
    return Extra(key, words, "" if done else hint, reverse(f"draft_{key}", args=[draft.token]), done)


@draft_page
def more(request: HttpRequest, draft: Draft, kind: str, item: str) -> HttpResponse:
    """What is good to know of a child, an adult or a worry, and can be left out."""
    found = drafting.find(draft.data, kind, item)
    if found is None:
        return redirect(f"draft_{kind}", draft.token)
    form = MORE[kind](posted(request), draft=draft.data, item=found)
    if form.is_valid():
        drafts.put(draft=draft, kind=kind, item=form.result())
        return after(request, draft, kind, found)
    context = {
        "draft": draft,
        "form": form,
        "title": TITLES[kind].format(title(kind, found)),
        "kind": kind,
        "caption": KINDS[kind].many,
        "skip": "" if known(MORE[kind], found) else after(request, draft, kind, found)["Location"],
        "back": back(request, draft, f"draft_{kind}"),
    }
    return render(request, "referrals/submit/more.html", context)


@draft_page
def wider(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What works well, what should happen, and what the agency has done already."""
    form = WiderForm(posted(request), held=draft.data)
    if form.is_valid():
        drafts.save(draft=draft, changes=form.changes())
        return onward(request, draft, "draft_tasks")
    return _page(request, draft, form, WIDER, "wider")


@draft_page
def tool(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """The score of one screening tool, or that none was used."""
    held: Item = draft.data.get("tools", {})
    form = FORMS[key](posted(request), held=held)
    if form.is_valid():
        drafts.fill(draft=draft, section="tools", answers=form.changes())
        return onward(request, draft, "draft_tasks")
    return _page(request, draft, form, TOOLS[key], "tool")


def _page(request: HttpRequest, draft: Draft, form: object, words: str, name: str) -> HttpResponse:
    at = back(request, draft, "draft_tasks")
    context = {"draft": draft, "form": form, "title": words, "back": at, "skip": at}
    return render(request, f"referrals/submit/{name}.html", context)
