"""The hub's tray of notices: see it, screen a page of it, and read a sample again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.policy import Act
from mash.access import GET_POST, allows
from mash.audit import events
from referrals import visible
from referrals.forms.screening import RereadForm, ScreenForm
from referrals.models import Reread
from referrals.selectors import deciding
from referrals.selectors import screening as selectors
from referrals.services import screening as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.words import screened


@allows(Act.TRIAGE)
def notice_tray(request: HttpRequest) -> HttpResponse:
    """The notices that wait, the worst first. Each is in the shared queue as well."""
    tray = selectors.tray(reader(request), request.GET.get("after", ""))
    events.listed(by=reader(request), what="notice_tray", ids=tray.ids)
    context = {"tray": tray, "may_read_again": reader(request).may(Act.COUNTERSIGN)}
    return render(request, "referrals/notices/tray.html", context)


@allows(Act.DECIDE, methods=GET_POST)
def screen_notices(request: HttpRequest) -> HttpResponse:
    """Up to twenty notices, each decided by itself; what was not done comes back with what was typed."""
    user = reader(request)
    if request.method == "POST":
        form = ScreenForm(request.POST, page=selectors.asked(user, request.POST.get("notices", "")))
        form.is_valid()
        done = services.screen(by=user, page=form.screened())
        form.keep_undone(done.failed)
        if words := screened(done):
            messages.success(request, words)
        if not form.errors:
            return redirect("screen_notices")
    else:
        form = ScreenForm(page=selectors.page(user, request.GET.get("after", "")))
    _note_shown(request, form)
    return render(request, "referrals/notices/screen.html", {"form": form})


def _note_shown(request: HttpRequest, form: ScreenForm) -> None:
    """Every notice on the page was read, and everybody shown as perhaps one of the children."""
    user = reader(request)
    events.listed(by=user, what="screen_notices", ids=[one.referral.pk for one in form.shown])
    if form.page.shown:
        events.listed(by=user, what="candidates", ids=form.page.shown)


@allows(Act.COUNTERSIGN)
def rereads(request: HttpRequest) -> HttpResponse:
    """The decisions drawn to be read again, for anybody but whoever decided."""
    rows = selectors.rereads(reader(request))
    events.listed(by=reader(request), what="rereads", ids=[row.pk for row in rows])
    return render(request, "referrals/notices/rereads.html", {"rereads": rows})


@allows(Act.COUNTERSIGN, on=visible.reread, kwarg="pk", methods=GET_POST)
def reread(request: HttpRequest, row: Reread) -> HttpResponse:
    """One decision with what it rested on, and the second person's answer."""
    user = reader(request)
    form = RereadForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(form, lambda: _read_again(user, row, form)):
        messages.success(request, "Thank you. It is written down.")
        return redirect("rereads")
    context = {
        "form": form,
        "row": row,
        "why_not": selectors.why_not(user, row),
        "advice": [deciding.advice_of(row.decision)],
        "concerns": row.decision.subject.referral.concerns.all(),
    }
    return render(request, "referrals/notices/reread.html", context)


def _read_again(user: User, row: Reread, form: RereadForm) -> Reread:
    given = form.cleaned_data
    return services.read_again(by=user, reread=row, agrees=given["answer"] == "yes", note=given["note"])
