"""Signing in on our own page, with real accounts."""

import re

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client

from accounts.models import Organisation, User
from accounts.policy import Role
from mash.govuk import navigation
from tests.cast import sign_in
from tests.signing_in.hands import carry

pytestmark = pytest.mark.django_db
PASSWORD = "three quiet lanterns"


@pytest.fixture(autouse=True)
def account_pages_alone(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ROOT_URLCONF = "tests.govuk.guide"
    monkeypatch.setattr(navigation, "_items", {})


@pytest.fixture
def amira() -> User:
    school = Organisation.objects.create(name="Oak Lane Primary School", kind="school")
    return User.objects.create_user(
        "amira@school.example", PASSWORD, name="Amira Hussain", organisation=school, roles=[Role.AUDITOR]
    )


def test_it_signs_in_whatever_case_the_address_is_typed_in(client: Client, amira: User) -> None:
    answer = client.post("/accounts/login/", {"login": "Amira@School.example ", "password": PASSWORD})
    assert answer.status_code == 302


def test_it_refuses_beside_the_box_and_keeps_the_address(client: Client, amira: User) -> None:
    page = client.post("/accounts/login/", {"login": "amira@school.example", "password": "wrong"}).content.decode()
    assert '<a href="#id_login">Your email address or password is not right, or there were too many tries</a>' in page
    assert 'value="amira@school.example"' in page
    assert "wrong" not in page


def test_it_says_the_same_to_somebody_without_an_account(client: Client, amira: User) -> None:
    page = client.post("/accounts/login/", {"login": "nobody@school.example", "password": "x"}).content.decode()
    assert "Your email address or password is not right" in page


def test_it_sets_a_new_password_by_a_link_that_works_once(client: Client, amira: User) -> None:
    client.post("/accounts/password/reset/", {"email": "Amira@school.example"})
    carry()
    link = re.search(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    assert link is not None
    assert "Amira Hussain" not in mail.outbox[0].body
    page = client.get(link[1], follow=True)
    assert "Choose a new password" in page.content.decode()
    here = page.redirect_chain[-1][0]
    assert "too short" in client.post(here, {"password1": "short", "password2": "short"}).content.decode()
    assert client.post(here, {"password1": "another quiet lamp", "password2": "another quiet lamp"}).status_code == 302
    amira.refresh_from_db()
    assert amira.check_password("another quiet lamp")
    assert "This link no longer works" in Client().get(link[1], follow=True).content.decode()


def test_it_changes_a_password_for_somebody_who_knows_it(client: Client, amira: User) -> None:
    sign_in(client, amira)
    new = {"password1": "another quiet lamp", "password2": "another quiet lamp"}
    page = client.post("/accounts/password/change/", {"oldpassword": "wrong", **new}).content.decode()
    assert "That is not your password" in page
    assert client.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new}).status_code == 302


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("short", "short", "This password is too short. It must contain at least 12 characters"),
        ("password1234", "password1234", "This password is too common"),
        ("amira@school.example", "amira@school.example", "The password is too similar to the email address"),
        ("another quiet lamp", "a quiet lamp", "You must type the same password each time"),
    ],
)
def test_it_ends_what_is_wrong_with_a_password_without_a_full_stop(
    client: Client, amira: User, first: str, second: str, says: str
) -> None:
    sign_in(client, amira)
    typed = {"oldpassword": PASSWORD, "password1": first, "password2": second}
    page = client.post("/accounts/password/change/", typed).content.decode()
    lines = [line for line in re.split(r"[<>\n]", page) if says in line]
    assert len(lines) == 2, "in the summary and beside the box"
    assert [line.strip() for line in lines] == [says, says]


def test_it_signs_out_only_by_posting(client: Client, amira: User) -> None:
    sign_in(client, amira)
    assert "Sign out?" in client.get("/accounts/logout/").content.decode()
    assert "_auth_user_id" in client.session
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session
