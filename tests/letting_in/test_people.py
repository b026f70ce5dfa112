"""What people are: who may change it, what nobody may, and what is kept of it."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.errors import NotNow, Refused, SomeoneElse
from accounts.models import Team, TeamKind, User
from accounts.policy import LEADS_MAY_GIVE, Role
from accounts.services import people, rights
from accounts.services.people import FIELDS
from mash.audit.models import Event
from tests.cast import person

pytestmark = pytest.mark.django_db
HUB_ROLES = sorted(set(Role) - LEADS_MAY_GIVE)


def change(by: User, whom: User, **changes: Any) -> User:
    now = {"name": whom.name, "roles": whom.roles, "team": whom.team, "registration": whom.social_work_registration}
    return people.change(by=by, person=whom, seen=rights.mark(whom, FIELDS), **{**now, **changes})


def let_go(by: User, whom: User, to: User | None = None) -> User:
    return people.let_go(by=by, person=whom, seen=rights.mark(whom, FIELDS), to=to)


def test_a_lead_makes_a_colleague_a_lead_and_both_are_written_down(leo, tess):
    change(leo, tess, roles=["safeguarding_lead", "practitioner"], name="Tess Harper")
    tess.refresh_from_db()
    assert (tess.name, tess.roles) == ("Tess Harper", ["practitioner", "safeguarding_lead"])
    event = Event.objects.get(what="person_changed")
    assert event.actor_id == leo.pk
    assert event.detail["old"] == {"name": "Tess Example", "roles": ["practitioner"]}
    assert event.detail["new"] == {"name": "Tess Harper", "roles": ["practitioner", "safeguarding_lead"]}


@pytest.mark.parametrize("role", HUB_ROLES)
def test_a_lead_gives_no_role_of_the_hub(leo, tess, role):
    with pytest.raises(Refused, match="cannot give"):
        change(leo, tess, roles=["practitioner", role])


@pytest.mark.parametrize("role", HUB_ROLES)
def test_even_the_administrator_gives_hub_roles_to_the_authoritys_people_alone(polly, tess, hub, role):
    with pytest.raises(Refused, match="Only people of the local authority"):
        change(polly, tess, roles=[role])
    assert change(polly, person("Hub", hub, Role.PRACTITIONER), roles=[role]).roles == [role]


@pytest.mark.parametrize("who", ["tess", "amira", "ben", "gus", "otto"])
def test_nobody_else_changes_anybody(who, request, pat):
    by = request.getfixturevalue(who)
    with pytest.raises(PermissionDenied):
        change(by, pat, roles=["safeguarding_lead"])
    with pytest.raises(PermissionDenied):
        let_go(by, pat)


def test_a_lead_changes_nobody_elsewhere_and_nobody_above(leo, pat, school):
    with pytest.raises(NotNow, match="not yours"):
        change(leo, pat, name="Other")
    above = person("Above", school, Role.PRACTITIONER)
    User.objects.filter(pk=above.pk).update(roles=["practitioner", "auditor"])
    with pytest.raises(NotNow, match="not yours"):
        let_go(leo, User.objects.get(pk=above.pk))


@pytest.mark.parametrize("who", ["leo", "polly"])
def test_nobody_changes_their_own_roles_but_may_mend_their_name(who, request):
    by = request.getfixturevalue(who)
    with pytest.raises(Refused, match="your own roles"):
        change(by, by, roles=[*by.roles, "practitioner"])
    assert change(by, by, name="New Name").name == "New Name"


def test_nobody_gives_themselves_a_registration(polly):
    with pytest.raises(Refused, match="your own registration"):
        change(polly, polly, registration="SW999")


def test_a_lead_leaves_team_and_registration_as_they_are(leo, tess, polly):
    team = Team.objects.create(name="Front door", kind=TeamKind.TRIAGE)
    change(leo, tess, team=team, registration="SW1")
    tess.refresh_from_db()
    assert (tess.team, tess.social_work_registration) == (None, "")
    change(polly, tess, team=team, registration="SW1")
    tess.refresh_from_db()
    assert (tess.team, tess.social_work_registration) == (team, "SW1")


def test_somebody_is_something(leo, tess):
    with pytest.raises(Refused, match="Select what they are"):
        change(leo, tess, roles=[])


def test_the_last_administrator_stays(polly, ned):
    let_go(polly, ned)
    ned.refresh_from_db()
    assert (ned.is_active, ned.roles) == (False, [])
    with pytest.raises(PermissionDenied):
        let_go(ned, polly)
    again = person("Nel", polly.organisation, Role.PARTNERSHIP_ADMINISTRATOR)
    User.objects.filter(pk=polly.pk).update(is_active=False)
    with pytest.raises(Refused, match="must be a partnership administrator"):
        people._check_last(again, stays=False)


def test_the_second_of_two_who_change_somebody_is_told_who_was_first(polly, ned, tess):
    seen = rights.mark(tess, FIELDS)
    change(ned, tess, name="Tess Harper")
    with pytest.raises(SomeoneElse, match="Ned Example"):
        people.change(
            by=polly, person=tess, seen=seen, name="Tess Marsh", roles=["practitioner"], team=None, registration=""
        )
    tess.refresh_from_db()
    assert tess.name == "Tess Harper"


def test_somebody_let_go_can_do_nothing_and_their_browser_is_signed_out(leo, tess, client_for):
    browser = client_for(tess)
    assert browser.get("/referrals/").status_code == 200
    let_go(leo, tess)
    assert browser.get("/referrals/")["Location"].startswith("/accounts/login/")
    tess.refresh_from_db()
    assert not tess.has_usable_password()
    assert Event.objects.get(what="person_let_go").detail["old"]["roles"] == ["practitioner"]


def test_nobody_lets_themselves_go_nor_anybody_twice(leo, tess):
    with pytest.raises(Refused, match="Somebody else"):
        let_go(leo, leo)
    let_go(leo, tess)
    tess.refresh_from_db()
    with pytest.raises(NotNow, match="already"):
        let_go(leo, tess)


def test_somebody_comes_back_in_new_roles_with_a_new_password(leo, tess):
    with pytest.raises(NotNow, match="open account"):
        people.let_back(by=leo, person=tess, seen=rights.mark(tess, FIELDS), roles=["practitioner"])
    let_go(leo, tess)
    tess.refresh_from_db()
    people.let_back(by=leo, person=tess, seen=rights.mark(tess, FIELDS), roles=["safeguarding_lead"])
    tess.refresh_from_db()
    assert (tess.is_active, tess.roles, tess.has_usable_password()) == (True, ["safeguarding_lead"], False)


def test_the_page_of_a_person_keeps_what_was_typed(leo, tess, client_for):
    typed = {"seen": rights.mark(tess, FIELDS), "name": "Tess Harper", "roles": []}
    page = client_for(leo).post(f"/people/{tess.pk}/change/", typed)
    assert "Select what they are" in page.content.decode()
    assert "Tess Harper" in page.content.decode()
    assert client_for(leo).post(f"/people/{tess.pk}/change/", {**typed, "roles": ["auditor"]}).status_code == 200
    tess.refresh_from_db()
    assert tess.roles == ["practitioner"]


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_let_each_other_go_leave_one(polly, ned):
    came: list[str] = []
    ready = threading.Barrier(2)

    def go(by: User, whom: User) -> None:
        try:
            ready.wait(timeout=5)
            let_go(by, whom)
            came.append("gone")
        except (Refused, PermissionDenied) as refused:
            came.append(type(refused).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=pair) for pair in ((polly, ned), (ned, polly))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert came.count("gone") == 1
    assert User.objects.filter(is_active=True, roles__contains=["partnership_administrator"]).count() == 1


def test_nothing_of_the_hub_comes_back_with_somebody_who_was_let_go(polly, ben, hub):
    team = Team.objects.create(name="Front door", kind=TeamKind.TRIAGE)
    change(polly, ben, team=team, registration="SW7")
    ben.refresh_from_db()
    let_go(polly, ben)
    was = Event.objects.get(what="person_let_go").detail["old"]
    assert (was["roles"], was["team"], was["social_work_registration"]) == (["triage_manager"], team.pk, "SW7")
    ben.refresh_from_db()
    people.let_back(by=polly, person=ben, seen=rights.mark(ben, FIELDS), roles=["practitioner"])
    ben.refresh_from_db()
    assert (ben.roles, ben.team, ben.social_work_registration) == (["practitioner"], None, "")


def test_the_authoritys_lead_does_not_open_an_account_of_the_hub_again(polly, ben, hub, client_for):
    lead = person("Lena", hub, Role.SAFEGUARDING_LEAD)
    own = person("Own", hub, Role.PRACTITIONER)
    for somebody in (ben, own):
        let_go(polly, somebody)
        somebody.refresh_from_db()
    browser = client_for(lead)
    gone = browser.get("/people/?show=gone").content.decode()
    assert "Own Example" in gone and "Ben Example" not in gone
    assert browser.get(f"/people/{ben.pk}/").status_code == 404
    assert browser.post(f"/people/{ben.pk}/let-back/", {"roles": ["practitioner"]}).status_code == 404
    with pytest.raises(NotNow, match="not yours"):
        people.let_back(by=lead, person=ben, seen=rights.mark(ben, FIELDS), roles=["practitioner"])
    people.let_back(by=lead, person=own, seen=rights.mark(own, FIELDS), roles=["practitioner"])
    people.let_back(by=polly, person=ben, seen=rights.mark(ben, FIELDS), roles=["practitioner"])
    assert browser.get(f"/people/{ben.pk}/").status_code == 200, "a colleague like any other now"


def test_it_offers_to_reset_a_second_factor_only_to_whoever_may_be_asked_for_one(polly, tess, amira, client_for):
    browser, words = client_for(polly), "They cannot show their second factor any more"
    assert words in browser.get(f"/people/{amira.pk}/").content.decode()
    assert words not in browser.get(f"/people/{tess.pk}/").content.decode()
