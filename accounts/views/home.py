"""The first page after sign-in: straight to the work where there is only one kind of it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from accounts.policy import Act
from accounts.selectors.home import welcomes
from accounts.selectors.people import to_review
from mash.access import signed_in

FIRST_PAGES = (
    (Act.TRIAGE, "queue"),
    (Act.WORK_CASE, "cases"),
    (Act.REFER, "my_referrals"),
    (Act.MANAGE_ORGANISATIONS, "organisations"),
    (Act.SEE_AUDIT, "audit"),
)


@signed_in("leads each person to their own work")
def home(request: HttpRequest) -> HttpResponse:
    """The queue for triage, cases for a service, own referrals for a partner; else a page that says what is here."""
    user = request.user
    assert isinstance(user, User)
    _remind(request, user)
    for act, page in FIRST_PAGES:
        if user.may(act):
            return redirect(page)
    return render(request, "accounts/home.html", {"welcomes": welcomes(user)})


def _remind(request: HttpRequest, user: User) -> None:
    """An access review that waits is told on whatever page comes first."""
    if review := to_review(user):
        words = 'The access review of {} is waiting. <a class="govuk-notification-banner__link" href="{}">Do it now</a>'
        messages.warning(request, format_html(words, review.words, reverse("review", args=[review.pk])))
