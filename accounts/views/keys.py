"""Keys of an organisation's systems."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts import visible
from accounts.forms.keys import IssueKeyForm, RevokeKeyForm
from accounts.models import ApiKey, Organisation
from accounts.policy import Act
from accounts.services import keys as services
from accounts.views.attempts import attempt, reader
from mash.access import GET_POST, allows
from mash.lib.paging import Page


@allows(Act.MANAGE_KEYS, on=visible.organisation, kwarg="pk")
def keys(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Fifty keys a page, the newest first, the revoked ones too."""
    rows = visible.keys(reader(request)).filter(organisation=organisation).select_related("issued_by", "revoked_by")
    before = request.GET.get("before", "")
    now = timezone.now()
    context = {
        "organisation": organisation,
        "page": Page.of(rows, before=before),
        "before": before,
        "now": now,
        "soon": now + services.WARNED,
    }
    return render(request, "accounts/keys/list.html", context)


@allows(Act.MANAGE_KEYS, on=visible.organisation, kwarg="pk", methods=GET_POST)
def issue_key(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Make a key. The page that answers shows it this once; loaded again, it neither shows it nor makes another."""
    form = IssueKeyForm(request.POST or None)
    made: list[tuple[ApiKey, str]] = []
    if form.is_valid() and attempt(form, lambda: made.append(_made(request, organisation, form.cleaned_data))):
        key, text = made[0]
        return render(request, "accounts/keys/shown.html", {"organisation": organisation, "key": key, "text": text})
    return render(request, "accounts/keys/issue.html", {"form": form, "organisation": organisation})


@allows(Act.MANAGE_KEYS, on=visible.key, kwarg="pk", methods=GET_POST)
def revoke_key(request: HttpRequest, key: ApiKey) -> HttpResponse:
    """End a key at once, with a reason."""
    form = RevokeKeyForm(request.POST or None)
    if form.is_valid() and attempt(
        form, lambda: services.revoke(by=reader(request), key=key, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, f"The key “{key.name}” opens nothing any more.")
        return redirect("keys", key.organisation_id)
    return render(request, "accounts/keys/revoke.html", {"form": form, "key": key})


def _made(request: HttpRequest, organisation: Organisation, typed: dict[str, Any]) -> tuple[ApiKey, str]:
    return services.issue(by=reader(request), organisation=organisation, **typed)
