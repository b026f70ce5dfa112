"""The access review: does everybody who can sign in still need to?"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import visible
from accounts.models import AccessReview
from accounts.policy import Act
from accounts.selectors import people as selectors
from accounts.services import reviews as services
from accounts.views.attempts import address, attempt, reader
from mash.access import GET_POST, allows
from mash.govuk.forms import GovukForm


@allows(Act.MANAGE_PEOPLE)
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews of one's organisation, or of all: what waits, and what is overdue."""
    before, show = request.GET.get("before", ""), request.GET.get("show", "")
    listing = selectors.review_list(reader(request), show=show, before=before)
    context = {
        "listing": listing,
        "start": address(show=listing.show) if before else "",
        "next": address(show=listing.show, before=listing.later) if listing.later else "",
    }
    return render(request, "accounts/reviews/list.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.review, kwarg="pk", methods=GET_POST)
def review(request: HttpRequest, review: AccessReview) -> HttpResponse:
    """Everybody with their roles and last sign-in: still right, to be changed, or to be let go."""
    user, form = reader(request), GovukForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and attempt(form, lambda: _answer(request, review)):
        return redirect("reviews" if "finish" in request.POST else "review", *_after(request, review))
    lines = selectors.lines(user, review)
    context = {
        "form": form,
        "review": review,
        "lines": lines,
        "left": sum(not line.answer for line in lines),
    }
    return render(request, "accounts/reviews/review.html", context)


def _answer(request: HttpRequest, review: AccessReview) -> None:
    """One answer, or the end of the review."""
    user = reader(request)
    if "finish" in request.POST:
        services.finish(by=user, review=review)
        messages.success(request, "The access review is finished. Thank you.")
        return
    person = services.subject(user, review, request.POST.get("keep", ""))
    services.keep(by=user, review=review, person=person)
    messages.success(request, f"Kept: {person.name}.")


def _after(request: HttpRequest, review: AccessReview) -> tuple[int, ...]:
    return () if "finish" in request.POST else (review.pk,)
