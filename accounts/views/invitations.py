"""Invitations: send one, see what became of it, and accept it."""

from datetime import timedelta

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import visible
from accounts.errors import Refused
from accounts.forms.people import AcceptForm, InviteForm
from accounts.models import Invitation, Organisation
from accounts.policy import Act
from accounts.selectors.people import carriage
from accounts.services import invitations as services
from accounts.views.attempts import attempt, reader
from mash.access import GET_POST, POST, allows, anyone, callers, limits
from mash.access.limit import Limit
from mash.access.middleware import too_many

ACCEPTING = Limit(
    "accept-invitation",
    60,
    timedelta(minutes=10),
    "Too many links that do not work have come from this place. Open the link in your email once more: it still works.",
    "answers to invitations that there are not, by one address; the right link always opens",
)


@allows(Act.MANAGE_PEOPLE, on=visible.organisation, kwarg="pk", methods=GET_POST)
def invite(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Ask one person to join."""
    user = reader(request)
    form = InviteForm(request.POST or None, by=user, organisation=organisation)
    if form.is_valid() and attempt(
        form, lambda: services.invite(by=user, organisation=organisation, **form.cleaned_data)
    ):
        messages.success(request, f"An invitation is on its way to {form.cleaned_data['email'].lower()}.")
        return redirect("organisation", organisation.pk)
    return render(request, "accounts/people/invite.html", {"form": form, "organisation": organisation})


@allows(Act.MANAGE_PEOPLE, on=visible.invitation, kwarg="pk")
def invitation(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """Where an invitation has got to."""
    state = invitation.state(timezone.now())
    context = {"invitation": invitation, "state": state, "carriage": carriage(invitation)}
    context["holds"] = state != "open" or services.holds(invitation)
    return render(request, "accounts/people/invitation.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.invitation, kwarg="pk", methods=POST)
def send_invitation_again(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The same link once more, for another 14 days."""
    try:
        services.send_again(by=reader(request), invitation=invitation)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"It is on its way to {invitation.email} again.")
    return redirect("invitation", invitation.pk)


@allows(Act.MANAGE_PEOPLE, on=visible.invitation, kwarg="pk", methods=POST)
def revoke_invitation(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    """The link opens nothing any more."""
    try:
        services.revoke(by=reader(request), invitation=invitation)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("invitation", invitation.pk)
    messages.success(request, f"{invitation.name} can no longer use the link.")
    return redirect("organisation", invitation.organisation_id)


@anyone("an invitation that came by email; the account is made on POST", methods=GET_POST)
def accept_invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """The page behind the link. Opening it does nothing, so that a mail scanner spends no link."""
    found = services.find(token)
    if found is None:
        if request.method == "POST" and not limits.spend(ACCEPTING, callers.address(request)):
            return too_many(request, ACCEPTING)
        return render(request, "accounts/accept/unknown.html", status=404)
    state = found.state(timezone.now())
    if state != "open" or not found.organisation.active:
        return _over(request, found, state)
    if not services.holds(found):
        return _over(request, found, "unfounded")
    form = AcceptForm(request.POST or None, invitation=found)
    if form.is_valid() and attempt(form, lambda: services.accept(invitation=found, **form.cleaned_data)):
        return _signed_in(request, found)
    context = {"form": form, "invitation": found, "elsewhere": request.user.is_authenticated}
    return render(request, "accounts/accept/accept.html", context)


def _signed_in(request: HttpRequest, accepted: Invitation) -> HttpResponse:
    """As if they had just typed their password, which they have."""
    accepted.refresh_from_db()
    assert accepted.user is not None
    messages.success(request, f"Welcome. You belong to {accepted.organisation} now.")
    login = Login(user=accepted.user, email=accepted.email)
    response: HttpResponse = perform_password_login(request, {"email": accepted.email}, login)
    return response


def _over(request: HttpRequest, found: Invitation, state: str) -> HttpResponse:
    """Why the link does not work, and the way on; whoever holds an old one may ask for a new one."""
    asked = state == "expired" and request.method == "POST"
    if asked:
        services.ask_again(invitation=found)
    return render(
        request, "accounts/accept/over.html", {"invitation": found, "state": state, "asked": asked}, status=410
    )
