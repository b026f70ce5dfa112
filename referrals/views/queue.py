"""The shared queue: see it, take what is worst, find one by its reference, and hear of what has come since."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import POST, allows
from mash.audit import events
from referrals import visible
from referrals.choices import Lane
from referrals.errors import Refused
from referrals.forms.queue import FindForm, SaveFilterForm
from referrals.models import Referral
from referrals.selectors import live
from referrals.selectors import queue as selectors
from referrals.selectors.wanted import Wanted
from referrals.services import queue as services
from referrals.views import desk
from referrals.views.reader import reader
from referrals.words import taken


@allows(Act.SEE_QUEUE)
def queue(request: HttpRequest) -> HttpResponse:
    """One page of the open work that the reader may see."""
    return show(request, Wanted.of(request.GET.dict()))


def show(request: HttpRequest, wanted: Wanted, form: SaveFilterForm | None = None) -> HttpResponse:
    """The page for a filter; `form` is a name for it that was refused."""
    user = reader(request)
    page = selectors.page(user, wanted)
    events.listed(by=user, what="queue", ids=page.ids)
    context = {
        "page": page,
        "wanted": wanted,
        "lane_name": dict(Lane.choices).get(wanted.lane, ""),
        "may_take": user.may(Act.TRIAGE),
        "form": form,
        "save": form or SaveFilterForm(),
        "opened": live.mark(),
    }
    return render(request, "referrals/queue/queue.html", context)


@allows(Act.SEE_QUEUE)
def queue_since(request: HttpRequest) -> JsonResponse:
    """How many have come since a page was opened, for that page itself to ask. It shows nobody, so nothing is written
    down; and asked by a page alone, it keeps no session alive."""
    number = live.since(reader(request), Wanted.of(request.GET.dict()), request.GET.get("since", ""))
    response = JsonResponse({"new": number})
    response["Cache-Control"] = "no-store"
    return response


@allows(Act.TRIAGE, methods=POST)
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the worst that waits, its whole household together, and open it."""
    desk.work_in(request, request.POST.get("lane", ""))
    return desk.take(request)


@allows(Act.SEE_QUEUE)
def queue_clear(request: HttpRequest) -> HttpResponse:
    """When nothing waits: what is left on one's own desk, if anything, and nothing that hurries."""
    user, lane = reader(request), desk.lane(request)
    figures = selectors.figures(user, Wanted(waiting=True))
    context = {
        "figures": figures,
        "number": figures.lanes.get(lane, 0) if lane else figures.waiting,
        "lane": lane,
        "lane_name": dict(Lane.choices).get(lane, ""),
        "may_take": user.may(Act.TRIAGE),
    }
    return render(request, "referrals/queue/clear.html", context)


@allows(Act.SEE_QUEUE)
def queue_keys(request: HttpRequest) -> HttpResponse:
    """Which keys do what, and the way to switch them off."""
    return render(request, "referrals/queue/keys.html")


@allows(Act.TRIAGE, on=visible.referral, methods=POST)
def claim(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Take this one, and its household's others."""
    try:
        messages.success(request, taken(services.claim(by=reader(request), referral=referral)))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("hub_referral", referral.reference)


@allows(Act.SEE_QUEUE)
def find_referral(request: HttpRequest) -> HttpResponse:
    """Open a referral by the reference that somebody read out. What is not there and what is closed look alike."""
    user = reader(request)
    form = FindForm(request.GET if "reference" in request.GET else None)
    reference = form.cleaned_data["reference"] if form.is_valid() else ""
    if reference and visible.referrals(user).filter(reference=reference).exists():
        return redirect("hub_referral", reference)
    context = {"form": form, "reference": reference, "emergency": user.may(Act.BREAK_GLASS)}
    return render(request, "referrals/queue/find.html", context)
