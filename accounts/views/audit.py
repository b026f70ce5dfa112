"""Who did and saw what, newest first."""

from datetime import date

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
    """Fifty events a page; who, what, which reference and which days narrow it; `before` is the last event of the
    page before.

    Reading the trail is itself written down.
    """
    assert isinstance(request.user, User)
    who, what, reference = (request.GET.get(name, "").strip() for name in ("who", "what", "reference"))
    since, until = (_day(request.GET.get(name, "")) for name in ("since", "until"))
    before = request.GET.get("before", "")
    page = Page.of(trail(who=who, what=what, reference=reference, since=since, until=until), before=before)
    events.listed(by=request.user, what="audit", ids=[row.pk for row in page.rows])
    words = {"who": who, "what": what, "reference": reference, "since": _text(since), "until": _text(until)}
    context = words | {
        "page": page,
        "narrowed": any(words.values()),
        "kinds": sentences.kinds(),
        "rows": selectors.told(page.rows),
        "start": _address(**words) if before else "",
        "next": _address(**words, before=page.next_before) if page.next_before else "",
    }
    return render(request, "accounts/audit.html", context)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""


def _address(**asked: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in asked.items() if value})
    return f"?{query.urlencode()}"
