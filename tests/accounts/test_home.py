"""The first page after sign-in."""

import pytest

from accounts.models import Organisation, User
from accounts.policy import Role
from tests.cast import person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("who", "page"),
    [("amira", "queue"), ("ben", "queue"), ("lara", "queue"), ("gita", "cases"), ("carl", "cases"), ("otto", "audit")],
)
def test_it_leads_each_person_to_their_work(who, page, request, client_for):
    response = client_for(request.getfixturevalue(who)).get("/")
    assert (response.status_code, response["Location"]) == (302, f"/{page}/")


def test_it_leads_a_partner_to_their_own_referrals(tess, client_for):
    assert client_for(tess).get("/")["Location"] == "/referrals/"


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.CONFERENCE_CHAIR, "Conferences that you chair"),
        (Role.CONFERENCE_ADMINISTRATOR, "invitations and letters"),
        (Role.ANALYST, "never show a child"),
    ],
)
def test_it_says_plainly_what_is_here_for_a_role_without_work_yet(role, words, hub, client_for):
    page = client_for(person("Connie", hub, role)).get("/")
    assert page.status_code == 200
    assert words in page.content.decode()


def test_it_helps_somebody_without_a_role(hub, client_for):
    nobody: User = person("Nick", hub)
    assert "no role yet" in client_for(nobody).get("/").content.decode()


def test_it_asks_strangers_to_sign_in(client, db):
    assert client.get("/").status_code == 302


def test_it_leaves_nothing_to_people_whose_organisation_has_left(client_for, referral, tess):
    browser = client_for(tess)
    assert browser.get(f"/referrals/{referral.reference}/").status_code == 200
    Organisation.objects.filter(pk=tess.organisation_id).update(active=False)
    assert browser.get(f"/referrals/{referral.reference}/").status_code == 404
    assert browser.get("/referrals/").status_code == 403
    assert browser.get("/", follow=True).status_code == 200


def test_it_leads_the_partnership_administrator_to_the_organisations(hub, client_for):
    polly = person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)
    assert client_for(polly).get("/")["Location"] == "/organisations/"
