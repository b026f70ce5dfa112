"""Organisations and teams: who may add and change them, and what is kept of it."""

import threading
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.errors import NotNow, Refused, SomeoneElse
from accounts.models import Organisation, OrganisationKind, Team, TeamKind, User
from accounts.models.organisations import AUTOMATIC
from accounts.policy import Role
from accounts.services import automatic, invitations, keys, organisations, rights
from accounts.services.organisations import FIELDS
from mash.audit.models import Event
from tests.cast import person

pytestmark = pytest.mark.django_db


def fields(**changes: Any) -> dict[str, Any]:
    usual = {"name": "Lighthouse", "kind": "charity", "source_code": "", "hours": "", "shared_inbox": "", "phone": ""}
    return {**usual, "second_factor_required": False, **changes}


def change(by: User, organisation: Organisation, **changes: Any) -> Organisation:
    shown = rights.values(organisation, FIELDS) | changes
    return organisations.change(by=by, organisation=organisation, seen=rights.mark(organisation, FIELDS), **shown)


@pytest.mark.parametrize("who", ["tess", "leo", "amira", "ben", "otto", "lara"])
def test_it_lets_nobody_else_add_or_change_one(who, request, school):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        organisations.add(by=by, **fields())
    with pytest.raises(PermissionDenied):
        change(by, school, name="Ours")
    with pytest.raises(PermissionDenied):
        organisations.add_team(by=by, name="A", kind=TeamKind.TRIAGE)


def test_it_counts_a_new_one_as_its_kind_unless_something_else_is_said(polly):
    assert organisations.add(by=polly, **fields()).counted_as == "8"
    assert organisations.add(by=polly, **fields(name="Children’s centre", source_code="5D")).counted_as == "5D"


def test_it_writes_down_what_it_was_and_what_it_is(polly, school):
    change(polly, school, hours="8 to 4", second_factor_required=True)
    event = Event.objects.get(what="organisation_changed")
    assert event.about_id == school.pk
    assert event.detail == {
        "old": {"hours": "", "second_factor_required": False},
        "new": {"hours": "8 to 4", "second_factor_required": True},
    }


def test_it_writes_nothing_when_nothing_changes(polly, school):
    change(polly, school)
    assert not Event.objects.filter(what="organisation_changed").exists()


@pytest.mark.parametrize("name", ["Mill Lane Primary", "mill lane PRIMARY"])
def test_it_refuses_a_name_that_is_taken_in_any_case(polly, school, hub, name):
    with pytest.raises(Refused, match="already") as refused:
        organisations.add(by=polly, **fields(name=name))
    assert refused.value.field == "name"
    with pytest.raises(Refused, match="already"):
        change(polly, hub, name=name)
    assert change(polly, school, name="MILL LANE PRIMARY").name == "MILL LANE PRIMARY"


def test_it_tells_the_second_of_two_who_was_first(polly, ned, school):
    seen = rights.mark(school, FIELDS)
    change(ned, school, hours="8 to 4")
    shown = rights.values(school, FIELDS) | {"phone": "0151 496 0009"}
    with pytest.raises(SomeoneElse, match="Ned Example"):
        organisations.change(by=polly, organisation=school, seen=seen, **shown)
    school.refresh_from_db()
    assert (school.hours, school.phone) == ("8 to 4", "0151 496 0001")


def test_nobody_there_can_act_once_it_is_closed(polly, tess, leo, school, client_for):
    change(polly, school, active=False)
    assert client_for(User.objects.get(pk=leo.pk)).get("/people/").status_code == 403
    change(polly, Organisation.objects.get(pk=school.pk), active=True)
    assert client_for(User.objects.get(pk=leo.pk)).get("/people/").status_code == 200


def test_it_does_not_close_ones_own_nor_that_of_the_last_administrator(polly, hub, db):
    with pytest.raises(Refused, match="your own"):
        change(polly, hub, active=False)
    other = Organisation.objects.create(name="Other Council", kind=OrganisationKind.AUTHORITY)
    ada = person("Ada", other, Role.PARTNERSHIP_ADMINISTRATOR)
    User.objects.filter(pk=polly.pk).update(is_active=False)
    with pytest.raises(Refused, match="last partnership administrator"):
        change(User(pk=0, organisation=hub, is_active=True, roles=ada.roles), other, active=False)


def test_an_authority_whose_people_work_in_the_hub_stays_one(polly, hub):
    with pytest.raises(Refused, match="only the local authority"):
        change(polly, hub, kind="charity")


def test_it_adds_and_renames_teams_once(polly, ned):
    team = organisations.add_team(by=polly, name="Front door", kind=TeamKind.TRIAGE)
    with pytest.raises(Refused, match="already"):
        organisations.add_team(by=polly, name="Front door", kind=TeamKind.CADT)
    seen = rights.mark(team, ("name",))
    organisations.rename_team(by=ned, team=team, seen=seen, name="First door")
    with pytest.raises(SomeoneElse, match="Ned"):
        organisations.rename_team(by=polly, team=team, seen=seen, name="Third door")
    assert Team.objects.get().name == "First door"
    assert Event.objects.get(what="team_renamed").detail == {"old": "Front door", "new": "First door"}


def test_it_keeps_what_was_typed_when_it_refuses(polly, school, client_for):
    typed = {"name": "Mill Lane Primary", "kind": "school", "hours": "8 to 4", "second_factor_required": "yes"}
    page = client_for(polly).post("/organisations/add/", typed).content.decode()
    assert "There is an organisation with this name already" in page
    assert "8 to 4" in page


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_name_at_once_make_one(polly, ned):
    came: list[object] = []

    def add(by: User) -> None:
        try:
            came.append(organisations.add(by=by, **fields()))
        except Refused as refused:
            came.append(refused)
        finally:
            connection.close()

    threads = [threading.Thread(target=add, args=[by]) for by in (polly, ned)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Organisation.objects.filter(name="Lighthouse").count() == 1
    assert sorted(type(one).__name__ for one in came) == ["Organisation", "Refused"]


def test_an_authority_stays_one_while_somebody_is_invited_to_the_hub(polly):
    second = organisations.add(by=polly, **fields(name="Second Council", kind="authority"))
    asked = invitations.invite(
        by=polly, organisation=second, name="Pal", email="pal@second.example", roles=["triage_manager"]
    )
    with pytest.raises(Refused, match="invited to a role of the hub"):
        change(polly, second, kind="charity")
    invitations.revoke(by=polly, invitation=asked)
    assert change(polly, second, kind="charity").kind == "charity"


@pytest.mark.parametrize("name", ["members of the  public", "An organisation that is not on the list"])
def test_it_keeps_the_names_of_what_makes_itself(polly, name):
    with pytest.raises(Refused, match="kept for"):
        organisations.add(by=polly, **fields(name=name))
    with pytest.raises(Refused, match="kept for"):
        change(polly, organisations.add(by=polly, **fields()), name=name)


@pytest.mark.parametrize("kind", ["public", "unlisted"])
def test_it_makes_nobody_one_that_makes_itself_nor_the_other_way(polly, kind):
    with pytest.raises(Refused, match="made by the product"):
        organisations.add(by=polly, **fields(kind=kind))
    with pytest.raises(Refused, match="made by the product"):
        change(polly, organisations.add(by=polly, **fields()), kind=kind)
    with pytest.raises(Refused, match="made by the product"):
        change(polly, automatic.the_one(OrganisationKind(kind)), kind="charity")
    assert change(polly, automatic.the_one(OrganisationKind(kind)), hours="Always").hours == "Always"


@pytest.mark.parametrize("kind", sorted(AUTOMATIC))
def test_nobody_joins_one_that_makes_itself_or_holds_its_key(polly, kind, client_for):
    row = automatic.the_one(kind)
    with pytest.raises(NotNow):
        invitations.invite(by=polly, organisation=row, name="Pal", email="pal@x.example", roles=["safeguarding_lead"])
    with pytest.raises(NotNow):
        keys.issue(by=polly, organisation=row, page=uuid4(), name="k", scopes=["refer"], days=5)
    typed = {"page": str(uuid4()), "name": "Records", "scopes": ["refer"], "days": "30"}
    shown = client_for(polly).post(f"/organisations/{row.pk}/keys/issue/", typed).content.decode()
    assert "mash_" not in shown
    assert "Nobody here has a system" in shown


@pytest.mark.parametrize("kind", sorted(AUTOMATIC))
def test_its_page_offers_nothing_that_is_refused(polly, school, kind, client_for):
    client, row = client_for(polly), automatic.the_one(kind)
    for one, offered in ((school, True), (row, False)):
        here = f"/organisations/{one.pk}/"
        page = client.get(here).content.decode()
        for more in ("change/", "keys/", "invite/", "load/"):
            assert (f'href="{here}{more}"' in page) is offered, more
        assert (f"{here}keys/issue/" in client.get(f"{here}keys/").content.decode()) is offered
    assert "Nobody belongs here" in page and "Invite" not in page


@pytest.mark.parametrize("kind", sorted(AUTOMATIC))
def test_it_finds_them_by_what_they_are_and_not_by_their_name(school, kind):
    Organisation.objects.filter(pk=school.pk).update(name=automatic.NAMES[kind].upper())
    row = automatic.the_one(kind)
    assert row.pk != school.pk
    assert row.kind == kind
    assert automatic.the_one(kind) == row
