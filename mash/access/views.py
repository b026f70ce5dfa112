"""The page that sends again what was typed before the session ended."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from mash.access import held, idle
from mash.access.models import HeldPost
from mash.access.rules import GET_POST, signed_in
from mash.audit import events, sentences
from mash.govuk.typed import answers


@signed_in("what one typed oneself before the session ended; posting throws it away", methods=GET_POST)
def held_post(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Show what was typed and the page it goes to, with a button that sends it there. Posting here throws it away."""
    row = held.door(request.user, token)
    if request.method == "POST":
        held.throw_away(row)
        messages.success(request, "It is thrown away. Nothing was sent.")
        return redirect("home")
    view, posted = _view(row), held.fields(row)
    shown = {"path": row.path, "page": _page(view), "typed": answers(posted, view)}
    sends = [*posted, (held.AGAIN, str(row.token))]
    if request.method != "HEAD":
        events.read(by=request.user, what="held_post", about=row)  # type: ignore[arg-type]
    return render(request, "access/held.html", {**shown, "fields": sends})


def _view(row: HeldPost) -> Callable[..., Any] | None:
    """What answers at the address it goes to, if anything still does."""
    try:
        return resolve(row.path.partition("?")[0]).func
    except Resolver404:
        return None


def _page(view: Callable[..., Any] | None) -> str:
    """What the page it goes to is called, such as "the page to invite somebody"; "" where it has no name."""
    name = sentences.PAGES.get(getattr(view, "__name__", ""), "")
    # The trail speaks of its reader as of somebody else.
    return name.replace("their own", "your own")


@signed_in("says how long one stays signed in; posting stays", methods=GET_POST)
def stay(request: HttpRequest) -> HttpResponse:
    """Asked by the page's own warning. Looking (with `X-Automatic`) keeps nobody signed in; posting does."""
    return JsonResponse({"seconds": idle.left(request)})
