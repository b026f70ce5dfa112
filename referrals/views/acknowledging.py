"""The page behind the link in an organisation's shared inbox: a reference, and a button."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render

from mash.access import GET_POST, callers, limits
from mash.access.limit import Limit
from mash.access.middleware import too_many
from referrals.services import acknowledging
from referrals.views.publicly import public

WRONG_LINKS = Limit(
    name="inbox_wrong_links",
    most=60,
    per=timedelta(minutes=10),
    says="Too many links that do not work have come from this place. Open the link in your email once more: it works.",
    counts="answers to links of shared inboxes that there are not, by one address; the right link always opens",
)


@public("whoever looks after a shared inbox says with its link that news has arrived", methods=GET_POST)
def got_it(request: HttpRequest, token: str) -> HttpResponseBase:
    """Scanners open links: opening says nothing, pressing does. What the news is, is for whoever signs in."""
    try:
        news = acknowledging.acknowledge(token=token) if request.method == "POST" else acknowledging.opened(token)
    except acknowledging.TooOld:
        return render(request, "referrals/inbox/too_old.html", status=410)
    except acknowledging.NotALink:
        if request.method == "POST" and not limits.spend(WRONG_LINKS, callers.address(request)):
            return too_many(request, WRONG_LINKS)
        return render(request, "referrals/inbox/no_link.html", status=404)
    if request.method == "POST":
        return redirect("got_it", token=token)
    return render(request, "referrals/inbox/got_it.html", {"news": news})
