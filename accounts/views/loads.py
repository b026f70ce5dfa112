"""A list of people in a file: send it, see what would happen, confirm."""

import csv

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import csv_people, visible
from accounts.forms.people import LoadForm, roles_for
from accounts.models import Organisation, PeopleLoad
from accounts.policy import Act
from accounts.services import loads as services
from accounts.views.attempts import attempt, reader
from mash.access import GET_POST, allows
from mash.govuk.forms import GovukForm


@allows(Act.MANAGE_PEOPLE, on=visible.organisation, kwarg="pk", methods=GET_POST)
def load_people(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Take in a file; nobody is invited yet."""
    user, form = reader(request), LoadForm(request.POST or None, request.FILES or None)
    made: list[PeopleLoad] = []
    if form.is_valid() and attempt(form, lambda: made.append(_prepared(request, organisation, form))):
        return redirect("load", made[0].pk)
    context = {"form": form, "organisation": organisation, "roles": roles_for(user, organisation)}
    return render(request, "accounts/people/load.html", context)


@allows(Act.MANAGE_PEOPLE, on=visible.load, kwarg="pk", methods=GET_POST)
def load(request: HttpRequest, load: PeopleLoad) -> HttpResponse:
    """Each row with what would happen; confirming it invites those that can be, once."""
    user, form = reader(request), GovukForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and attempt(form, lambda: services.confirm(by=user, load=load)):
        load.refresh_from_db()
        messages.success(request, f"{load.invited} invitation{'' if load.invited == 1 else 's'} on the way.")
        return redirect("organisation", load.organisation_id)
    rows = services.judged(user, load.organisation, services.rows_of(load))
    context = {
        "form": form,
        "load": load,
        "rows": rows,
        "inviting": sum(row.becomes == services.INVITE for row in rows),
        "already": sum(row.becomes == services.AGAIN for row in rows),
        "problems": sum(bool(row.problem) for row in rows),
    }
    return render(request, "accounts/people/preview.html", context)


@allows(Act.MANAGE_PEOPLE)
def people_template(request: HttpRequest) -> HttpResponse:
    """An empty list with one example, for a spreadsheet: the mark at its start makes it read the letters rightly."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="people.csv"'
    csv.writer(response).writerows((csv_people.COLUMNS, *csv_people.EXAMPLE))
    return response


def _prepared(request: HttpRequest, organisation: Organisation, form: LoadForm) -> PeopleLoad:
    file = form.cleaned_data["file"]
    data = file.read(csv_people.MOST_BYTES + 1)
    return services.prepare(by=reader(request), organisation=organisation, data=data)
