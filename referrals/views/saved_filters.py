"""One's own named filters of the queue."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.policy import Act
from mash.access import POST, allows
from referrals import visible
from referrals.forms.queue import SaveFilterForm
from referrals.models import SavedFilter
from referrals.selectors.wanted import Wanted
from referrals.services import saved_filters as services
from referrals.views.attempts import attempt
from referrals.views.queue import show
from referrals.views.reader import reader


@allows(Act.SEE_QUEUE, methods=POST)
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present filter under a name."""
    wanted = Wanted.of(request.POST.dict())
    form = SaveFilterForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: services.save(by=reader(request), name=form.cleaned_data["name"], wanted=wanted)
    ):
        messages.success(request, f"“{form.cleaned_data['name']}” is kept among your filters.")
        return redirect(reverse("queue") + wanted.address())
    return show(request, wanted, form)


@allows(Act.SEE_QUEUE, on=visible.saved_filter, kwarg="pk", methods=POST)
def remove_filter(request: HttpRequest, saved: SavedFilter) -> HttpResponse:
    """Remove one; the referrals are as they were."""
    services.remove(by=reader(request), saved=saved)
    messages.success(request, f"“{saved.name}” is no longer among your filters.")
    return redirect("queue")
