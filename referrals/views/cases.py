"""The cases of a service: the list, one case, and what can be done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import visible
from referrals.choices import CaseStage, ClosureReason, Direction, Service
from referrals.errors import Refused
from referrals.forms.cases import CloseForm, ReturnForm, StepDownForm, StepForm
from referrals.models import Case
from referrals.selectors import case as one
from referrals.selectors import cases as many
from referrals.services import cases as services
from referrals.services import ending
from referrals.views.attempts import attempt


@allows(Act.SEE_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """What waits to be accepted or for a worker, worst first; what is open; what ended in the last four weeks."""
    asked = request.GET
    listing = many.listing(
        _user(request),
        show=asked.get("show", many.OFFERED),
        mine=asked.get("whose") == "mine",
        only=asked.get("only", ""),
        after=asked.get("after", ""),
    )
    events.listed(by=_user(request), what="cases", ids=many.ids(listing.rows))
    context = {
        "listing": listing,
        "later_page": asked.get("after", ""),
        "has_own": _user(request).may(Act.WORK_CASE),
        "sees_loads": _user(request).may(Act.ALLOCATE),
    }
    return render(request, "referrals/cases/list.html", context)


@allows(Act.SEE_CASES, on=visible.case, kwarg="pk")
def case(request: HttpRequest, row: Case) -> HttpResponse:
    """One child in one service."""
    return render(request, "referrals/cases/case.html", {"page": one.page(_user(request), row), "case": row})


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=POST)
def accept_case(request: HttpRequest, row: Case) -> HttpResponse:
    """Become the named worker; whoever comes second is told who was first."""
    try:
        services.accept(by=_user(request), case=row)
        messages.success(request, f"You have accepted {row.subject}. The referrer will be told.")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("case", pk=row.pk)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def return_case(request: HttpRequest, row: Case) -> HttpResponse:
    """Ask triage to look again, with a reason."""
    if request.method != "POST" and row.stage != CaseStage.OFFERED:
        return redirect("case", pk=row.pk)
    form = ReturnForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: services.hand_back(by=_user(request), case=row, **form.cleaned_data)):
        messages.success(request, f"{row.subject} is back with triage, and the referrer will be told.")
        return redirect("case", pk=row.pk)
    return render(request, "referrals/cases/return.html", _asking(row, form))


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def step_case(request: HttpRequest, row: Case) -> HttpResponse:
    """Send the child to the other service, with a reason and words for the referrer."""
    if request.method != "POST" and not services.may_step(_user(request), row):
        return redirect("case", pk=row.pk)
    kind = StepDownForm if services.direction_from(row) == Direction.DOWN else StepForm
    form = kind(request.POST or None, case=row)
    if form.is_valid() and attempt(form, lambda: services.step(by=_user(request), case=row, **form.answers())):
        other = services.OTHER[Service(row.service)].label
        messages.success(request, f"{row.subject} has been offered to {other}. The referrer will be told.")
        return redirect("case", pk=row.pk)
    context = {"direction": services.direction_from(row), "warned": one.warned(_user(request), row)}
    return render(request, "referrals/cases/step.html", _asking(row, form) | context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def close_case(request: HttpRequest, row: Case) -> HttpResponse:
    """End the case: first the answers, then who will be told and how, then it is done."""
    if request.method != "POST" and not services.may_close(_user(request), row):
        return redirect("case", pk=row.pk)
    form = CloseForm(request.POST or None, case=row)
    step = request.POST.get("step", "")
    if form.is_valid() and step == "confirm":
        if attempt(form, lambda: services.close(by=_user(request), case=row, **form.cleaned_data)):
            messages.success(request, f"The case of {row.subject} is closed. The referrer will be told.")
            return redirect("case", pk=row.pk)
    elif form.is_valid() and step != "change" and attempt(form, lambda: _check_close(request, row, form)):
        why = ClosureReason(form.cleaned_data["reason"]).label
        return render(request, "referrals/cases/close_check.html", _asking(row, form) | {"why": why})
    return render(request, "referrals/cases/close.html", _asking(row, form) | {"moved": ending.receipt_proved(row)})


def _check_close(request: HttpRequest, row: Case, form: CloseForm) -> None:
    """Whatever would refuse it at the end is said before anybody reads who will be told."""
    ending.check_close(by=_user(request), case=row, **form.cleaned_data)


def _asking(row: Case, form: ReturnForm | StepForm | CloseForm) -> dict[str, object]:
    return {"case": row, "form": form, "told": one.who_is_told(row.referral)}


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
