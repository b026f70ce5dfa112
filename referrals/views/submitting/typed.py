"""What is typed on a page of a draft and not saved yet, as the page's script sends it and asks for it."""

import json
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import Resolver404, resolve, reverse

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.models import Draft
from referrals.services import typed
from referrals.views.reader import reader

MOST_BYTES = 200_000
MOST_BOXES = 300
LONGEST_NAME = 100
LONGEST_PAGE = 200
_LISTS = ("children", "adults", "concerns")
PAGES = (
    frozenset(f"draft_{kind}_{act}" for kind in _LISTS for act in ("add", "change", "more"))
    | frozenset(f"draft_concerns_{act}" for act in ("signs", "degree"))
    | frozenset(f"draft_tool_{key}" for key in ("domestic_abuse", "exploitation", "neglect"))
    | frozenset(f"draft_{name}" for name in ("danger", "wider", "worker", "agreement", "you"))
)
"""The pages on which something is typed. Not the last one: what is declared there is never filled in for anybody."""


@allows(Act.REFER, on=visible.draft, kwarg="token", methods=GET_POST)
def draft_typed(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Posting keeps what was typed on `?page=`; looking answers it, or 204 for nothing. 400 for anything else."""
    page = request.GET.get("page", "")
    if not is_typed_on(draft, page):
        return HttpResponse(status=400)
    if request.method != "POST":
        boxes = typed.typed_on(by=reader(request), draft=draft, page=page)
        return JsonResponse({"boxes": boxes}) if boxes else HttpResponse(status=204)
    sent = _boxes(request.body)
    if sent is None:
        return HttpResponse(status=400)
    opening = _opening(request.headers.get("X-CSRFToken", ""))
    typed.keep(by=reader(request), draft=draft, page=page, opening=opening, boxes=sent)
    return HttpResponse(status=204)


def page_posted(request: HttpRequest, draft: Draft, response: HttpResponse) -> None:
    """A page that was posted and leads on was saved: nothing is left to put back on it."""
    if request.method == "POST" and response.status_code == 302 and is_typed_on(draft, request.path):
        opening = _opening(request.POST.get("csrfmiddlewaretoken", ""))
        typed.page_saved(by=reader(request), draft=draft, page=request.path, opening=opening)


def is_typed_on(draft: Draft, page: str) -> bool:
    """Whether this is the path of a page of this very draft that has boxes to fill in."""
    if len(page) > LONGEST_PAGE or not page.startswith(reverse("draft_tasks", args=[draft.token])):
        return False
    try:
        return resolve(page).url_name in PAGES
    except Resolver404:
        return False


def _opening(token: str) -> str:
    """What tells one opening of a page from another: its form's token, which is never the same twice. Kept as a
    digest, as it opens something."""
    return sha256(token.encode("utf-8", "replace")).hexdigest() if token else ""


def _boxes(body: bytes) -> dict[str, Any] | None:
    """The boxes by name, each with what it holds `now` and a mark of what it `was`; None for anything else."""
    if len(body) > MOST_BYTES:
        return None
    try:
        sent = json.loads(body)
        json.dumps(sent, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    boxes = sent.get("boxes") if isinstance(sent, dict) else None
    fine = isinstance(boxes, dict) and len(boxes) <= MOST_BOXES and all(map(_is_box, boxes, boxes.values()))
    return boxes if fine else None


def _is_box(name: str, box: Any) -> bool:
    if not isinstance(box, dict) or set(box) != {"now", "was"} or not isinstance(box["now"], list):
        return False
    texts = [name, box["was"], *box["now"]]
    return len(name) <= LONGEST_NAME and all(isinstance(text, str) and "\0" not in text for text in texts)
