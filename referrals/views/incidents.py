"""Referrals of several agencies about one event: side by side, the same or not, taken and handed over together."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.errors import Refused
from referrals.forms.incidents import NOT_SAME, SAME, CarryForm, LeaveForm, SameForm
from referrals.forms.queue import FindForm, HandOverForm
from referrals.models import Case, Referral
from referrals.selectors import carrying
from referrals.selectors import incidents as selectors
from referrals.selectors.file import colleagues
from referrals.services import incidents as services
from referrals.services import open_cases
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import taken_together, what_happens_now


@allows(Act.READ_FILE, on=visible.referral)
def incident(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Every agency's words beside each other, each with its own decision and its own loop."""
    page = selectors.page(reader(request), referral)
    events.listed(by=reader(request), what="incident", ids=page.ids)
    return render(request, "referrals/incidents/incident.html", {"page": page, "referral": referral})


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def judge_incident(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Say whether another referral tells of the same event: first which one, then both side by side."""
    asked = request.POST.get("reference") or request.GET.get("reference")
    find = FindForm({"reference": asked} if asked is not None else None)
    other = selectors.known(reader(request), find.cleaned_data["reference"]) if find.is_valid() else None
    if other is None or other.pk == referral.pk:
        return _which(request, referral, find)
    form = SameForm(request.POST or None, initial=_suggested(request, referral, other))
    if form.is_valid() and attempt(form, lambda: _judge(request, referral, other, form)):
        return redirect("hub_referral", referral.reference)
    sides = selectors.compared(referral, other)
    events.listed(by=reader(request), what="incident", ids=[side.referral.pk for side in sides])
    context = {"form": form, "referral": referral, "other": other, "sides": sides}
    return render(request, "referrals/incidents/judge.html", context)


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def leave_incident(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Say that this referral was not about the same event after all."""
    form = LeaveForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.take_out(by=reader(request), referral=referral, **form.cleaned_data)
    ):
        messages.success(request, "It stands by itself again. Nothing else about it has changed.")
        return redirect("hub_referral", referral.reference)
    return render(request, "referrals/incidents/leave.html", {"form": form, "referral": referral})


@allows(Act.TRIAGE, on=visible.referral, methods=POST)
def claim_incident(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Take all that waits about one incident, each with its household."""
    try:
        messages.success(request, taken_together(services.claim(by=reader(request), referral=referral)))
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("incident", referral.reference)


@allows(Act.TRIAGE, on=visible.referral, methods=GET_POST)
def hand_over_incident(request: HttpRequest, referral: Referral) -> HttpResponse:
    """Give a colleague all that one desk has of an incident."""
    form = HandOverForm(request.POST or None, people=colleagues(referral, Act.TRIAGE))
    if form.is_valid() and attempt(form, lambda: _hand_over(request, referral, form)):
        messages.success(request, f"{form.person()} has all of it now.")
        return redirect("queue")
    page = selectors.page(reader(request), referral)
    context = {"form": form, "referral": referral, "page": page}
    return render(request, "referrals/incidents/hand_over.html", context)


@allows(Act.DECIDE, on=visible.referral, methods=GET_POST)
def carry_decision(request: HttpRequest, referral: Referral) -> HttpResponse:
    """The same decision for the same child on this referral too, with words for its own referrer."""
    user = reader(request)
    page = carrying.page(user, referral)
    if page.not_now:
        return render(request, "referrals/incidents/nothing_to_carry.html", {"page": page, "referral": referral})
    form = CarryForm(request.POST or None, page=page)
    if form.is_valid() and attempt(form, lambda: _carry(request, referral, form)):
        return redirect("hub_referral", referral.reference)
    events.listed(by=user, what="candidates", ids=[one.person.pk for one in page.children])
    context = {"form": form, "page": page, "referral": referral, "side": selectors.compared(referral)[0]}
    return render(request, "referrals/incidents/carry.html", context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=POST)
def read_new_information(request: HttpRequest, case: Case) -> HttpResponse:
    """Say that one has read what is new for a case."""
    upto = request.POST.get("upto", "")
    number = int(upto) if upto.isascii() and upto.isdigit() and len(upto) < 19 else 0
    try:
        open_cases.read(by=reader(request), case=case, upto=number)
        messages.success(request, "Thank you. It is kept that you have read it.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("case", pk=case.pk)


def _which(request: HttpRequest, referral: Referral, find: FindForm) -> HttpResponse:
    if find.is_bound and not find.errors:
        find.add_error("reference", "There is no other referral that you may see with this reference")
    return render(request, "referrals/incidents/which.html", {"form": find, "referral": referral})


def _suggested(request: HttpRequest, referral: Referral, other: Referral) -> dict[str, str]:
    """What the two have in common is offered as the reason why they are the same; why they are not, a person says."""
    answer = request.GET.get("answer", "")
    found = [one.because for one in selectors.like(reader(request), referral) if one.referral.pk == other.pk]
    same = {"answer": SAME, "reason": f"{found[0]}." if found else ""}
    return same if answer == SAME else {"answer": answer if answer == NOT_SAME else ""}


def _judge(request: HttpRequest, referral: Referral, other: Referral, form: SameForm) -> None:
    reason = form.cleaned_data["reason"]
    if form.cleaned_data["answer"] == SAME:
        services.group(by=reader(request), referral=referral, other=other, reason=reason)
        messages.success(request, "They are shown together now. Each keeps its own words, decision and news.")
    else:
        services.keep_apart(by=reader(request), referral=referral, other=other, reason=reason)
        messages.success(request, "Noted. You will not be asked about these two again.")


def _hand_over(request: HttpRequest, referral: Referral, form: HandOverForm) -> None:
    services.hand_over(by=reader(request), referral=referral, to=form.person(), reason=form.cleaned_data["reason"])


def _carry(request: HttpRequest, referral: Referral, form: CarryForm) -> None:
    made = services.carry(by=reader(request), referral=referral, judgements=form.judgements())
    messages.success(request, what_happens_now(made))
