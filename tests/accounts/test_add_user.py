"""The first person of an installation."""

import re

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Organisation, User
from tests.signing_in.hands import carry

pytestmark = pytest.mark.django_db
PASSWORD = "a lantern on a long quay 7"


def add(email: str = "Polly@council.example", **options: object) -> None:
    call_command(
        "add_user",
        email,
        name="Polly Reed",
        organisation="Merebrook Council",
        role=["partnership_administrator"],
        **options,
    )


def test_it_lets_the_first_person_in_by_a_password_that_they_set_themselves(client: Client) -> None:
    add()
    user = User.objects.get(email="polly@council.example")
    assert not user.has_usable_password()
    client.post("/accounts/password/reset/", {"email": "polly@council.example"})
    carry()
    link = re.search(r"https?://[^/]+(/accounts/password/reset/key/\S+)", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link[1], follow=True)
    address = page.redirect_chain[-1][0] if page.redirect_chain else link[1]
    client.post(address, {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": "polly@council.example", "password": PASSWORD})
    assert client.get("/").wsgi_request.user == user


def test_it_puts_the_second_person_in_the_same_organisation() -> None:
    add()
    add("amira@council.example")
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(("email", "words"), [("nobody", "not an email"), ("POLLY@council.example", "already")])
def test_it_says_what_is_wrong(email: str, words: str) -> None:
    add()
    with pytest.raises(CommandError, match=words):
        add(email)
