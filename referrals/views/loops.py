"""How many loops are closed, and how soon."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from accounts.policy import Act
from mash.access import allows
from mash.audit import events
from referrals.notices.table import write
from referrals.selectors import loops_page
from referrals.selectors.accounts_kept import last
from referrals.selectors.cursors import numbers


@allows(Act.SEE_LOOPS)
def closed_loops(request: HttpRequest) -> HttpResponse:
    """A year of loops by organisation and month; for who reads no file, without small numbers."""
    user = _user(request)
    page = loops_page.page(user, organisation=_asked(request))
    events.listed(by=user, what="closed_loops", ids=[])
    context = {"page": page, "account": last() if user.may(Act.SEE_OWED) else None}
    return render(request, "referrals/loop/loops.html", context)


@allows(Act.SEE_LOOPS)
def closed_loops_file(request: HttpRequest) -> HttpResponse:
    """The same as a file for a spreadsheet."""
    user = _user(request)
    rows = loops_page.as_rows(loops_page.page(user, organisation=_asked(request)))
    events.listed(by=user, what="closed_loops", ids=[])
    headers = {"Content-Disposition": 'attachment; filename="loops-closed.csv"'}
    return HttpResponse(write(rows), content_type="text/csv; charset=utf-8", headers=headers)


def _asked(request: HttpRequest) -> int | None:
    found = numbers(request.GET.get("organisation", ""), 1)
    return found[0] if found else None


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
