"""Organisations and teams: see them, add one, change one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import visible
from accounts.forms.organisations import AddTeamForm, OrganisationForm, RenameTeamForm
from accounts.models import Organisation, Team
from accounts.policy import Act
from accounts.selectors import organisations as selectors
from accounts.services import organisations as services
from accounts.views.attempts import address, attempt, reader
from mash.access import GET_POST, allows


@allows(Act.MANAGE_ORGANISATIONS)
def organisations(request: HttpRequest) -> HttpResponse:
    """Fifty a page in the order of their names; part of a name finds one."""
    after = request.GET.get("after", "")
    wanted = {"q": request.GET.get("q", ""), "show": request.GET.get("show", "")}
    listing = selectors.listing(reader(request), after=after, **wanted)
    context = {
        "listing": listing,
        "start": address(q=listing.q, show=listing.show) if after else "",
        "next": address(q=listing.q, show=listing.show, after=listing.later) if listing.later else "",
    }
    return render(request, "accounts/organisations/list.html", context)


@allows(Act.MANAGE_ORGANISATIONS, methods=GET_POST)
def add_organisation(request: HttpRequest) -> HttpResponse:
    """A new organisation, and then its people."""
    form = OrganisationForm(request.POST or None)
    made: list[Organisation] = []
    if form.is_valid() and attempt(form, lambda: made.append(services.add(by=reader(request), **form.answers()))):
        messages.success(request, f"{made[0].name} is added. Now invite its people.")
        return redirect("organisation", made[0].pk)
    return render(request, "accounts/organisations/add.html", {"form": form})


@allows(Act.MANAGE_PEOPLE, on=visible.organisation, kwarg="pk")
def organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """One organisation: its facts, its people, who is invited, open work in numbers."""
    user = reader(request)
    context = {
        "organisation": organisation,
        "one": selectors.one(user, organisation),
        "administers": user.may(Act.MANAGE_ORGANISATIONS),
        "open_to_people": organisation.active and not organisation.automatic,
        "has_keys": user.may(Act.MANAGE_KEYS) and not organisation.automatic,
    }
    return render(request, "accounts/organisations/organisation.html", context)


@allows(Act.MANAGE_ORGANISATIONS, on=visible.organisation, kwarg="pk", methods=GET_POST)
def change_organisation(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Change an organisation; of two who do so at once, one wins."""
    form = OrganisationForm(request.POST or None, organisation=organisation)
    if form.is_valid() and attempt(
        form,
        lambda: services.change(
            by=reader(request), organisation=organisation, seen=form.cleaned_data["seen"], **form.answers()
        ),
    ):
        messages.success(request, "Saved.")
        return redirect("organisation", organisation.pk)
    return render(request, "accounts/organisations/change.html", {"form": form, "organisation": organisation})


@allows(Act.MANAGE_ORGANISATIONS)
def teams(request: HttpRequest) -> HttpResponse:
    """The authority's teams."""
    return render(request, "accounts/teams/list.html", {"teams": selectors.teams(reader(request))})


@allows(Act.MANAGE_ORGANISATIONS, methods=GET_POST)
def add_team(request: HttpRequest) -> HttpResponse:
    """A new team."""
    form = AddTeamForm(request.POST or None)
    if form.is_valid() and attempt(form, lambda: services.add_team(by=reader(request), **form.cleaned_data)):
        messages.success(request, f"{form.cleaned_data['name']} is here.")
        return redirect("teams")
    return render(request, "accounts/teams/add.html", {"form": form})


@allows(Act.MANAGE_ORGANISATIONS, on=visible.team, kwarg="pk", methods=GET_POST)
def team(request: HttpRequest, team: Team) -> HttpResponse:
    """Who is in a team, and its name to change."""
    form = RenameTeamForm(request.POST or None, team=team)
    if form.is_valid() and attempt(
        form, lambda: services.rename_team(by=reader(request), team=team, **form.cleaned_data)
    ):
        messages.success(request, "Saved.")
        return redirect("teams")
    members = visible.people(reader(request)).filter(team=team, is_active=True).order_by("name", "pk")
    return render(request, "accounts/teams/team.html", {"form": form, "team": team, "members": members})
