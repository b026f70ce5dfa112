"""People: see them, change what they may do, let them go, let them in again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import leaving, visible
from accounts.forms.people import LetBackForm, LetGoForm, PersonForm
from accounts.models import User
from accounts.policy import Act
from accounts.selectors import organisations as organisation_selectors
from accounts.selectors import people as selectors
from accounts.services import people as services
from accounts.views.attempts import address, attempt, reader
from mash.access import GET_POST, allows, second_factor


@allows(Act.MANAGE_PEOPLE)
def people(request: HttpRequest) -> HttpResponse:
    """Fifty a page in the order of their names; part of a name, an address or an organisation finds them."""
    user, after = reader(request), request.GET.get("after", "")
    wanted = {"q": request.GET.get("q", ""), "show": request.GET.get("show", "")}
    listing = selectors.listing(user, after=after, **wanted)
    context = {
        "listing": listing,
        "invitations": [] if after or listing.q else organisation_selectors.waiting(user),
        "review": selectors.to_review(user),
        "start": address(q=listing.q, show=listing.show) if after else "",
        "next": address(q=listing.q, show=listing.show, after=listing.later) if listing.later else "",
    }
    return render(request, "accounts/people/list.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.person, kwarg="pk")
def person(request: HttpRequest, person: User) -> HttpResponse:
    """One person: what they are, and since when."""
    user = reader(request)
    factor = person.must_show_second_factor or second_factor.has_one(person)
    context = {
        "person": person,
        "themselves": user.pk == person.pk,
        "resets": factor and user.may(Act.MANAGE_ORGANISATIONS),
    }
    return render(request, "accounts/people/person.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.person, kwarg="pk", methods=GET_POST)
def change_person(request: HttpRequest, person: User) -> HttpResponse:
    """Change a person's name, roles, team and registration."""
    user = reader(request)
    teams = list(organisation_selectors.teams(user))
    form = PersonForm(request.POST or None, by=user, person=person, teams=teams)
    if form.is_valid() and attempt(form, lambda: services.change(by=user, person=person, **form.answers())):
        messages.success(request, f"Saved: {form.cleaned_data['name']}.")
        return redirect("person", person.pk)
    context = {"form": form, "person": person, "themselves": user.pk == person.pk}
    return render(request, "accounts/people/change.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.person, kwarg="pk", methods=GET_POST)
def let_go(request: HttpRequest, person: User) -> HttpResponse:
    """What they still have and where it goes; then the account is closed."""
    user = reader(request)
    held, colleagues = leaving.held(of=person, reader=user), services.colleagues(person)
    needed = any(one.to_colleague for one in held)
    form = LetGoForm(request.POST or None, person=person, colleagues=colleagues, needed=needed)
    if form.is_valid() and attempt(
        form,
        lambda: services.let_go(by=user, person=person, seen=form.cleaned_data["seen"], to=form.colleague()),
    ):
        messages.success(request, f"{person.name} can no longer sign in.")
        return redirect("person", person.pk)
    context = {
        "form": form,
        "person": person,
        "held": held,
        "stuck": needed and not colleagues,
        "themselves": user.pk == person.pk,
    }
    return render(request, "accounts/people/let_go.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.person, kwarg="pk", methods=GET_POST)
def let_back(request: HttpRequest, person: User) -> HttpResponse:
    """Open a closed account again."""
    user = reader(request)
    form = LetBackForm(request.POST or None, by=user, person=person)
    if form.is_valid() and attempt(form, lambda: services.let_back(by=user, person=person, **form.cleaned_data)):
        messages.success(
            request, f"{person.name} can come back. Ask them to choose a new password at the sign-in page."
        )
        return redirect("person", person.pk)
    return render(request, "accounts/people/let_back.html", {"form": form, "person": person})
