"""The directory of local services: for everybody who looks, and for whoever keeps it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.policy import Act
from mash.access import GET_POST, POST, allows, signed_in
from referrals import visible
from referrals.errors import Refused
from referrals.forms.directory import FindHelpForm, ServiceForm
from referrals.models import LocalService
from referrals.selectors import directory as selectors
from referrals.services import directory as services
from referrals.views.attempts import attempt
from referrals.views.reader import reader
from referrals.views.submitting.drafts import posted


@signed_in("local services are about no child, and the hub needs them as much as those who ask")
def local_help(request: HttpRequest) -> HttpResponse:
    """The services in use, by worry, age and place."""
    wanted = selectors.Wanted.of(request.GET.dict())
    shown = {"worry": wanted.worry, "age": wanted.age, "postcode": wanted.postcode}
    ignored = [name for name in ("age", "postcode") if request.GET.get(name, "").strip() and not shown[name]]
    context = {
        "listing": selectors.find(reader(request), wanted),
        "find": FindHelpForm(initial=shown),
        "wanted": wanted,
        "ignored": ignored,
        "may_keep": reader(request).may(Act.MANAGE_ORGANISATIONS),
    }
    return render(request, "referrals/directory/help.html", context)


@allows(Act.MANAGE_ORGANISATIONS)
def local_services(request: HttpRequest) -> HttpResponse:
    """All of them for whoever keeps the directory, with what has not been checked for half a year."""
    listing = selectors.kept(reader(request), request.GET.dict())
    context = {"listing": listing, "parts": selectors.SHOWN, "after": request.GET.get("after", "")}
    return render(request, "referrals/directory/list.html", context)


@allows(Act.MANAGE_ORGANISATIONS, methods=GET_POST)
def add_service(request: HttpRequest) -> HttpResponse:
    """A new one."""
    form = ServiceForm(posted(request))
    if form.is_valid() and attempt(form, lambda: services.add(by=reader(request), answers=form.answers())):
        messages.success(request, f"{form.cleaned_data['name']} is in the directory.")
        return redirect("local_services")
    return render(request, "referrals/directory/form.html", {"form": form})


@allows(Act.MANAGE_ORGANISATIONS, on=visible.local_service, kwarg="pk", methods=GET_POST)
def change_service(request: HttpRequest, service: LocalService) -> HttpResponse:
    """Change it; what a colleague changed meanwhile is not lost unnoticed."""
    form = ServiceForm(posted(request), service=service)
    if form.is_valid() and attempt(
        form,
        lambda: services.change(
            by=reader(request), service=service, answers=form.answers(), seen=form.cleaned_data["seen"]
        ),
    ):
        messages.success(request, f"{form.cleaned_data['name']} is changed.")
        return redirect("local_services")
    service.refresh_from_db()
    if form.is_bound:
        form.data = _with_seen(request, services.stamp(service.changed_at))
    context = {"form": form, "service": service, "entry": selectors.entry(service)}
    return render(request, "referrals/directory/form.html", context)


@allows(Act.MANAGE_ORGANISATIONS, on=visible.local_service, kwarg="pk", methods=POST)
def check_service(request: HttpRequest, service: LocalService) -> HttpResponse:
    """It is still right, today."""
    try:
        services.confirm(by=reader(request), service=service, seen=request.POST.get("seen", ""))
        messages.success(request, f"It is written down that {service} is right today.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect("change_service", service.pk)


@allows(Act.MANAGE_ORGANISATIONS, on=visible.local_service, kwarg="pk", methods=POST)
def retire_service(request: HttpRequest, service: LocalService) -> HttpResponse:
    """Nobody is shown it any more."""
    services.retire(by=reader(request), service=service)
    messages.success(request, f"{service} is retired. Nobody is shown it any more; you can bring it back.")
    return redirect(reverse("local_services"))


@allows(Act.MANAGE_ORGANISATIONS, on=visible.local_service, kwarg="pk", methods=POST)
def bring_back_service(request: HttpRequest, service: LocalService) -> HttpResponse:
    """People are shown it again."""
    try:
        services.bring_back(by=reader(request), service=service)
        messages.success(request, f"{service} is in the directory again.")
    except Refused as refusal:
        messages.error(request, refusal.message)
    return redirect(reverse("local_services"))


def _with_seen(request: HttpRequest, seen: str) -> QueryDict:
    """What was typed, with the change that the page now knows of."""
    data = request.POST.copy()
    data["seen"] = seen
    return data
