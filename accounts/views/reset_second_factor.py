"""Letting somebody set up another second factor, who has lost theirs."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import visible
from accounts.forms.second_factor import ResetSecondFactorForm
from accounts.models import User
from accounts.policy import Act
from accounts.services import second_factor
from accounts.views.attempts import attempt, reader
from mash.access import GET_POST, allows


@allows(Act.MANAGE_ORGANISATIONS, on=visible.person, kwarg="pk", methods=GET_POST)
def reset_second_factor(request: HttpRequest, person: User) -> HttpResponse:
    """Takes it away, with a reason; the person is told and signed out everywhere."""
    form = ResetSecondFactorForm(request.POST or None)
    by = reader(request)
    if form.is_valid() and attempt(form, lambda: second_factor.reset(by=by, person=person, **form.cleaned_data)):
        messages.success(request, f"{person.name} sets up a new second factor when they next sign in.")
        return redirect("person", pk=person.pk)
    return render(request, "accounts/people/reset_second_factor.html", {"person": person, "form": form})
