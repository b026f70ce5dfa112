"""The shared queue: see it, take what is worst, find one by its reference, put back, hand over."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.choices import Lane
from referrals.errors import Refused
from referrals.forms.queue import FindForm, HandOverForm, PutBackForm
from referrals.models import Referral
from referrals.selectors import file as file_selectors
from referrals.selectors import queue as selectors
from referrals.services import queue as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import taken


@allows(Act.SEE_QUEUE)
def queue(request: HttpRequest) -> HttpResponse:
    """One page of the open work that the reader may see."""
    wanted = selectors.Wanted.of(request.GET.dict())
    page = selectors.page(reader(request), wanted)
    events.listed(by=reader(request), what="queue", ids=page.ids)
    context = {
        "page": page,
        "wanted": wanted,
        "lane_name": dict(Lane.choices).get(wanted.lane, ""),
        "may_take": reader(request).may(Act.TRIAGE),
    }
    return render(request, "referrals/queue/queue.html", context)


@allows(Act.TRIAGE, methods=POST)
def take_next(request: HttpRequest) -> HttpResponse:
    """Take the worst that waits, its whole household together, and open it."""
    wanted = selectors.Wanted.of(request.POST.dict())
    rows = services.take_next(by=reader(request), lane=wanted.lane)
    if not rows:
        messages.info(request, "Nothing is waiting for anybody here now.")
        return redirect(reverse("queue") + wanted.address())
    messages.success(request, taken(rows))
    return redirect("hub_referral", rows[0].reference)


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


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def put_back(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Return a referral to the queue, with a reason."""
    form = PutBackForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.put_back(by=reader(request), referral=referral, **form.cleaned_data)
    ):
        messages.success(request, "It is back in the queue for anybody to take.")
        return redirect("queue")
    context = {"form": form, "referral": referral, "others": file_selectors.household(reader(request), referral)}
    return render(request, "referrals/file/put_back.html", context)


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def hand_over(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Give a referral to a colleague, with a reason."""
    form = HandOverForm(request.POST or None, people=file_selectors.colleagues(referral, Act.TRIAGE))
    if form.is_valid() and attempt(
        form,
        lambda: services.hand_over(
            by=reader(request), referral=referral, to=form.person(), reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, f"{form.person()} has it now.")
        return redirect("queue")
    context = {"form": form, "referral": referral, "others": file_selectors.household(reader(request), referral)}
    return render(request, "referrals/file/hand_over.html", context)
