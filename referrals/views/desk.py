"""What the pages of one's desk share: the one screen of a referral, and the way on to the next."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from mash.audit import events
from referrals.choices import Lane
from referrals.forms.deciding import DecideForm
from referrals.models import Referral
from referrals.selectors import deciding
from referrals.selectors import file as selectors
from referrals.selectors.glance import glance
from referrals.services import queue as services
from referrals.views.reader import reader
from referrals.words import on_to, taken

LANE = "lane"


def screen(request: HttpRequest, referral: Referral, form: DecideForm | None = None) -> HttpResponse:
    """The file, and beside it the form to decide, for whoever has it on their desk; `form` is one that was refused."""
    user, deciding_page = reader(request), form is not None
    page = selectors.file(user, referral)
    if form is None and page.doing.decide:
        form = DecideForm(table=deciding.table_of(user, page))
    shown = {*page.candidates, *(form.table.shown if form else ())}
    if shown:
        events.listed(by=user, what="candidates", ids=sorted(shown))
    context = {
        "file": page,
        "referral": referral,
        "glance": glance(user, page),
        "form": form,
        "table": form.table if form and deciding_page else None,
        "lane": lane(request),
    }
    return render(request, "referrals/file/file.html", context)


def take(request: HttpRequest, said: str = "") -> HttpResponse:
    """Take the worst that waits in the lane that the reader works in, and open it; else say that all is done."""
    return _open(request, services.take_next(by=reader(request), lane=lane(request)), said, taken)


def onward(request: HttpRequest, done: Referral, said: str) -> HttpResponse:
    """After `done`: back to where one was, or, when "take the next" was pressed, on to it."""
    rows = services.take_after(by=reader(request), done=done, lane=lane(request))
    return _open(request, rows, said, lambda found: on_to(found, done))


def wants_next(request: HttpRequest) -> bool:
    """Whether the button that leads to the next one was pressed."""
    return request.POST.get("then") == "next"


def lane(request: HttpRequest) -> str:
    """The lane from which the reader last took one ("" for all)."""
    return str(request.session.get(LANE, ""))


def work_in(request: HttpRequest, wanted: str) -> None:
    """Remember the lane that somebody takes from, for "take the next"."""
    request.session[LANE] = wanted if wanted in Lane.values else ""


def _open(
    request: HttpRequest, rows: list[Referral], said: str, words: Callable[[list[Referral]], str]
) -> HttpResponse:
    if not rows:
        if said:
            messages.success(request, said)
        return redirect(reverse("queue_clear"))
    messages.success(request, f"{said} {words(rows)}".strip())
    return redirect("hub_referral", rows[0].reference)
