"""Who has a case, who looked at it while it waited, whether the family agrees, and another authority."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import policy
from accounts.policy import Act
from mash.access import GET_POST, POST, allows
from mash.audit import events
from referrals import transfer_words, visible
from referrals.choices import CaseStage, Service
from referrals.errors import Refused
from referrals.forms.case_work import (
    AgreementForm,
    AllocateForm,
    LookAgainForm,
    ReceiptForm,
    StopTransferForm,
    TransferForm,
    today,
)
from referrals.models import Case
from referrals.models.cases import LIVE
from referrals.selectors import agreements, caseloads
from referrals.selectors import case as one
from referrals.selectors import case_work as selectors
from referrals.services import agreeing, allocating, transferring
from referrals.services import cases as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader


@allows(Act.ALLOCATE, on=visible.case, kwarg="pk", methods=POST)
def take_in_case(request: HttpRequest, row: Case) -> HttpResponse:
    """A manager accepts for the service, and is led to choosing a worker."""
    try:
        allocating.take_in(by=reader(request), case=row)
        messages.success(request, f"{row.get_service_display()} has accepted {row.subject}. Now name a worker.")
    except Refused as refusal:
        messages.warning(request, refusal.message)
        return redirect("case", pk=row.pk)
    return redirect("allocate_case", pk=row.pk)


@allows(Act.ALLOCATE, on=visible.case, kwarg="pk", methods=GET_POST)
def allocate_case(request: HttpRequest, row: Case) -> HttpResponse:
    """Give the case to a worker; each one's load is beside their name."""
    if request.method != "POST" and (row.stage not in LIVE or not services.may_work(reader(request), row)):
        return redirect("case", pk=row.pk)
    form = AllocateForm(request.POST or None, case=row, candidates=caseloads.candidates(row))
    if form.is_valid():
        had = selectors.worker_seen(form.cleaned_data["seen"])
        if attempt(form, lambda: allocating.allocate(by=reader(request), case=row, instead_of=had, **form.answers())):
            messages.success(request, f"{row.worker} has {row.subject} now.")
            return redirect("case", pk=row.pk)
    return render(request, "referrals/cases/allocate.html", _asking(row, form) | {"limit": caseloads.limit()})


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def look_again(request: HttpRequest, row: Case) -> HttpResponse:
    """Say what one found on looking again at a child who waits."""
    if request.method != "POST" and row.stage != CaseStage.ACCEPTED:
        return redirect("case", pk=row.pk)
    form = LookAgainForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: allocating.look_again(by=reader(request), case=row, **form.cleaned_data)
    ):
        messages.success(request, f"Saved. {row.subject} is due to be looked at again in some days.")
        return redirect("case", pk=row.pk)
    context = _asking(row, form) | {"reviews": selectors.reviews(row)}
    return render(request, "referrals/cases/look_again.html", context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def case_agreement(request: HttpRequest, row: Case) -> HttpResponse:
    """Write down what the family says of the service."""
    shown = agreements.on_page(row, works=services.may_work(reader(request), row))
    if request.method != "POST" and not shown.may_record:
        return redirect("case", pk=row.pk)
    form = AgreementForm(request.POST or None, first=shown.now.status != "given")
    if form.is_valid() and attempt(
        form, lambda: agreeing.record(by=reader(request), case=row, agreement=form.agreed())
    ):
        messages.success(request, "Saved. Nothing else about the case has changed.")
        return redirect("case", pk=row.pk)
    context = _asking(row, form) | {"agreement": shown, "warned": one.warned(reader(request), row)}
    return render(request, "referrals/cases/agreement.html", context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def transfer_case(request: HttpRequest, row: Case) -> HttpResponse:
    """Write down that another authority was asked to take over."""
    if request.method != "POST" and (row.stage != CaseStage.OPEN or not _works(request, row)):
        return redirect("case", pk=row.pk)
    form = TransferForm(request.POST or None, initial=today())
    if form.is_valid() and attempt(form, lambda: transferring.ask(by=reader(request), case=row, asked=form.asked())):
        messages.success(request, f"Saved. {row.subject} stays open here until they confirm.")
        return redirect("case", pk=row.pk)
    return render(request, "referrals/cases/transfer.html", _asking(row, form) | _read(row, transfer_words.ASKED))


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def transfer_receipt(request: HttpRequest, row: Case) -> HttpResponse:
    """Write down who confirmed there that they have the child."""
    transfer = selectors.transfer(row)
    if transfer is None or (request.method != "POST" and not transfer.waits):
        return redirect("case", pk=row.pk)
    form = ReceiptForm(request.POST or None, initial=today())
    if form.is_valid() and attempt(
        form, lambda: transferring.prove(by=reader(request), transfer=transfer, receipt=form.receipt())
    ):
        messages.success(request, "Saved. Close the case now, or when your work here is done.")
        return redirect("case", pk=row.pk)
    context = _asking(row, form) | _read(row, transfer_words.PROVED) | {"transfer": transfer}
    return render(request, "referrals/cases/receipt.html", context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=GET_POST)
def stop_transfer(request: HttpRequest, row: Case) -> HttpResponse:
    """Write down that the transfer does not go ahead."""
    transfer = selectors.transfer(row)
    if transfer is None or (request.method != "POST" and not transfer.waits):
        return redirect("case", pk=row.pk)
    form = StopTransferForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: transferring.stop(by=reader(request), transfer=transfer, **form.cleaned_data)
    ):
        messages.success(request, f"Saved. {row.subject} stays with {row.get_service_display()}.")
        return redirect("case", pk=row.pk)
    context = _asking(row, form) | _read(row, transfer_words.KEPT) | {"transfer": transfer}
    return render(request, "referrals/cases/stop_transfer.html", context)


@allows(Act.WORK_CASE, on=visible.case, kwarg="pk", methods=POST)
def finish_assessment(request: HttpRequest, row: Case) -> HttpResponse:
    """The assessment is finished."""
    try:
        services.finish_assessment(by=reader(request), case=row)
        messages.success(request, f"The assessment of {row.subject} is finished.")
    except Refused as refusal:
        messages.warning(request, refusal.message)
    return redirect("case", pk=row.pk)


@allows(Act.ALLOCATE)
def caseloads_page(request: HttpRequest) -> HttpResponse:
    """Everybody in one's service, and what they have."""
    services_of = sorted(policy.services_of(reader(request)))
    if not services_of:
        raise Http404
    teams = [(Service(one).label, caseloads.team(one)) for one in services_of]
    events.listed(by=reader(request), what="caseloads", ids=[])
    return render(request, "referrals/cases/loads.html", {"teams": teams, "limit": caseloads.limit()})


def _read(row: Case, words: str) -> dict[str, object]:
    return {"words": transferring.words_for(row, words)}


def _works(request: HttpRequest, row: Case) -> bool:
    return services.may_work(reader(request), row)


def _asking(row: Case, form: object) -> dict[str, object]:
    return {"case": row, "form": form, "told": one.who_is_told(row.referral)}
