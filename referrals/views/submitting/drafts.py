"""What every page of an unsent draft has in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.policy import Act
from mash.access import GET_POST, allows
from referrals import visible
from referrals.errors import AlreadySent, TakenOver
from referrals.models import Draft
from referrals.views.submitting.typed import page_posted

View = Callable[..., HttpResponse]
CHECK = "check"


def draft_page(view: View) -> Callable[..., HttpResponseBase]:
    """One's own draft, by its token; once it has been sent, a page that says so and leads to what was sent."""

    @allows(Act.REFER, on=visible.draft, kwarg="token", methods=GET_POST)
    @wraps(view)
    def page(request: HttpRequest, draft: Draft, **kwargs: Any) -> HttpResponse:
        if draft.referral_id:
            return sent_already(request, draft)
        try:
            response = view(request, draft, **kwargs)
        except AlreadySent:
            draft.refresh_from_db()
            return sent_already(request, draft)
        except TakenOver as late:
            return taken_over(request, late)
        page_posted(request, draft, response)
        return response

    return page


def sent_already(request: HttpRequest, draft: Draft) -> HttpResponse:
    """409: what was sent is frozen. A page that was being changed shows what was typed, to be copied elsewhere."""
    context = {"referral": draft.referral, "typed": _typed(request)}
    return render(request, "referrals/submit/sent_already.html", context, status=409)


def taken_over(request: HttpRequest, late: TakenOver) -> HttpResponse:
    """409: a colleague has it. What was typed on this page is shown, to be passed on to them."""
    context = {"said": late.message, "typed": _typed(request)}
    return render(request, "referrals/follow/taken_over.html", context, status=409)


def _typed(request: HttpRequest) -> list[str]:
    """The longer texts of the page that was sent."""
    return [str(value) for name, value in request.POST.items() if len(value) > 40 and name != "csrfmiddlewaretoken"]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: a page that was sent, be it empty."""
    return request.POST if request.method == "POST" else None


def onward(request: HttpRequest, draft: Draft, page: str, *args: Any) -> HttpResponse:
    """To the next page, or back to the answers that were being checked."""
    if request.GET.get("from") == CHECK:
        return redirect("draft_check", draft.token)
    return redirect(page, draft.token, *args)


def back(request: HttpRequest, draft: Draft, page: str) -> str:
    """The address of the page that this one was opened from."""
    return reverse("draft_check" if request.GET.get("from") == CHECK else page, args=[draft.token])
