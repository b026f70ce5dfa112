"""Where each answer of a draft is given: the page, and the box on it."""

from django.urls import reverse

from referrals import drafting
from referrals.forms.submitting import AdultMoreForm, ChildMoreForm, ConcernMoreForm
from referrals.models import Draft
from referrals.views.submitting.summary import Link

LISTS = ("children", "adults", "concerns")
SECTIONS = {
    "consent": "agreement",
    "referrer": "you",
    "immediate_danger": "danger",
    **dict.fromkeys(drafting.WIDER, "wider"),
    **{name: f"tool_{tool.key}" for tool in drafting.TOOLS for name in tool.answers},
}
# A document's field that has another name, or no box of its own, on its page.
BOXES = {
    "birth_date": "birth_date-day",
    "due_date": "due_date-day",
    "known_on": "known_on-day",
    "reason": "status",
    "indicators": "signs",
    "dash": "used",
    "dash_grade": "used",
    "dara": "used",
}
MORE = {"children": ChildMoreForm, "adults": AdultMoreForm, "concerns": ConcernMoreForm}


def linker(draft: Draft) -> Link:
    """Where an answer is changed: the page, back here afterwards, and the box itself."""

    def link(section: str, place: int, name: str) -> str:
        box = "line1" if (section, name) == ("children", "address") else BOXES.get(name, name)
        return f"{_page(draft, section, place, name)}?from=check#id_{box}"

    return link


def of_path(path: str) -> tuple[str, int, str]:
    """The section, the place in it and the answer, of a path in the document such as `children.0.address.postcode`."""
    section, *rest = path.split(".")
    place = int(rest.pop(0)) if rest and rest[0].isdigit() else 0
    name = rest[-1] if rest[:1] == ["address"] else (rest or [section])[0]
    return SECTIONS.get(name if section == "tools" else section, section), place, name


def _page(draft: Draft, section: str, place: int, name: str) -> str:
    if section not in LISTS:
        return reverse(f"draft_{section}", args=[draft.token])
    held = drafting.items(draft.data, section)
    if place >= len(held):
        return reverse(f"draft_{section}_add", args=[draft.token])
    return reverse(f"draft_{section}_{_act(section, name)}", args=[draft.token, held[place]["id"]])


def _act(section: str, name: str) -> str:
    if name in ("signs", "indicators"):
        return "signs"
    apart = name in MORE[section].base_fields and (section, name) != ("children", "address")
    return "more" if apart else "change"
