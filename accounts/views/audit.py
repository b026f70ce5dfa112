"""Who did and saw what, newest first."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policy import Act
from mash.access import allows
from mash.audit import selectors
from mash.lib.paging import Page


@allows(Act.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Fifty events a page; `who` and `what` narrow it; `before` is the last event of the page before."""
    who, what = request.GET.get("who", "").strip(), request.GET.get("what", "").strip()
    page = Page.of(selectors.events(who=who, what=what), before=request.GET.get("before", ""))
    context = {"page": page, "who": who, "what": what, "rows": [selectors.told(event) for event in page.rows]}
    return render(request, "accounts/audit.html", context)
