"""The page behind the link in an organisation's shared inbox: a reference, and a button."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mash.access import GET_POST
from mash.access.limit import Limit
from referrals.services import acknowledging
from referrals.views.publicly import public

PRESSES = Limit(
    name="inbox_presses",
    most=120,
    per=timedelta(minutes=10),
    says="The button was pressed very often from one place. Wait a few minutes and press it again, or sign in.",
    counts="presses of the button in messages to shared inboxes, from one address",
)


@public("whoever looks after a shared inbox says with its link that news has arrived", methods=GET_POST, limit=PRESSES)
def got_it(request: HttpRequest, token: str) -> HttpResponse:
    """Scanners open links: opening says nothing, pressing does. What the news is, is for whoever signs in."""
    try:
        news = acknowledging.acknowledge(token=token) if request.method == "POST" else acknowledging.opened(token)
    except acknowledging.TooOld:
        return render(request, "referrals/inbox/too_old.html", status=410)
    except acknowledging.NotALink as wrong:
        raise Http404 from wrong
    if request.method == "POST":
        return redirect("got_it", token=token)
    return render(request, "referrals/inbox/got_it.html", {"news": news})
