"""The first page after sign-in: straight to the work where there is only one kind of it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from accounts.policy import Act
from accounts.selectors.home import welcomes
from mash.access import signed_in

FIRST_PAGES = (
    (Act.TRIAGE, "queue"),
    (Act.WORK_CASE, "cases"),
    (Act.REFER, "my_referrals"),
    (Act.SEE_AUDIT, "audit"),
)


@signed_in("leads each person to their own work")
def home(request: HttpRequest) -> HttpResponse:
    """The queue for triage, cases for a service, own referrals for a partner; else a page that says what is here."""
    user = request.user
    assert isinstance(user, User)
    for act, page in FIRST_PAGES:
        if user.may(act):
            return redirect(page)
    return render(request, "accounts/home.html", {"welcomes": welcomes(user)})
