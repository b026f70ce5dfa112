"""Between the check and sending: what may help where a worry looks below Level 2. Never a barrier."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from referrals import drafting
from referrals.models import Draft
from referrals.selectors import below as selectors
from referrals.views.reader import reader
from referrals.views.submitting.drafts import draft_page


@draft_page
def below(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the agency can do, services nearby, advice, or to send it all the same. Any other draft: the check page."""
    instead = selectors.instead(reader(request), draft)
    if instead is None:
        return redirect("draft_check", draft.token)
    context = {"draft": draft, "instead": instead, "names": drafting.names(draft.data)}
    return render(request, "referrals/below/below.html", context)
