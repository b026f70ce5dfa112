"""Who did and saw what, newest first."""

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.models import User
from accounts.policy import Act
from accounts.selectors.audit import trail
from mash.access import allows
from mash.audit import events, selectors, sentences
from mash.lib.paging import Page


@allows(Act.SEE_AUDIT)
def audit(request: HttpRequest) -> HttpResponse:
    """Fifty events a page; `who` and `what` narrow it; `before` is the last event of the page before.

    Reading the trail is itself written down.
    """
    assert isinstance(request.user, User)
    who, what = request.GET.get("who", "").strip(), request.GET.get("what", "").strip()
    before = request.GET.get("before", "")
    page = Page.of(trail(who=who, what=what), before=before)
    events.listed(by=request.user, what="audit", ids=[row.pk for row in page.rows])
    context = {
        "page": page,
        "who": who,
        "what": what,
        "kinds": sentences.kinds(),
        "rows": [selectors.told(event) for event in page.rows],
        "start": _address(who=who, what=what) if before else "",
        "next": _address(who=who, what=what, before=page.next_before) if page.next_before else "",
    }
    return render(request, "accounts/audit.html", context)


def _address(**asked: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value})
    return f"?{query.urlencode()}"
