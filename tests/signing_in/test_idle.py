"""A session that nobody uses ends; a page that looks by itself does not keep it alive."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.access.models import HeldPost
from referrals.models import Referral
from tests.signing_in.hands import password, signed_in

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


def after(minutes: float) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes), tick=True)


@pytest.mark.parametrize(("who", "minutes"), [("amira", 30), ("tess", 60)])
def test_it_ends_a_session_that_was_left(
    client_for: Browser, request: pytest.FixtureRequest, who: str, minutes: int
) -> None:
    client = client_for(request.getfixturevalue(who))
    with after(minutes - 1):
        assert client.get("/accounts/second-factor/").status_code == 200
    with after(minutes - 1 + minutes - 1):
        assert client.get("/accounts/second-factor/").status_code == 200
    with after(minutes - 1 + minutes - 1 + minutes + 1):
        answer = client.get("/accounts/second-factor/", follow=True)
        assert answer.redirect_chain[0][0].startswith("/accounts/login/?next=/accounts/second-factor/")
        assert "you had not used this for a while" in answer.content.decode()
        assert not signed_in(client)


def test_it_takes_no_look_of_the_pages_own_for_use(client_for: Browser, amira: User) -> None:
    client = client_for(amira)
    with after(20):
        looked = client.get("/stay/", headers={"X-Automatic": "1"}).json()["seconds"]
        assert 9 * 60 <= looked <= 10 * 60
    with after(31):
        assert client.get("/stay/", headers={"X-Automatic": "1"}).status_code == 302


def test_it_stays_for_whoever_asks_to(client_for: Browser, amira: User) -> None:
    client = client_for(amira)
    with after(29):
        assert client.post("/stay/").json()["seconds"] >= 29 * 60
    with after(58):
        assert client.get("/queue/").status_code == 200


def test_it_ends_the_busiest_session_after_its_full_age(client_for: Browser, amira: User) -> None:
    client = client_for(amira)
    for minutes in range(20, 8 * 60, 20):
        with after(minutes):
            assert client.get("/stay/").status_code == 200
    with after(8 * 60 + 5):
        assert client.get("/stay/").status_code == 302


def test_it_keeps_what_was_typed(client_for: Browser, amira: User, referral: Referral) -> None:
    client = client_for(amira)
    client.get("/queue/")
    with after(40):
        away = client.post(f"/queue/{referral.reference}/claim/", {"words": "kept"})
        assert away["Location"] == f"/accounts/login/?next=/held/{HeldPost.objects.get().token}/"


def test_it_says_when_without_a_script(client_for: Browser, tess: User) -> None:
    page = client_for(tess).get("/accounts/second-factor/").content.decode()
    assert "If you do nothing more, you are signed out at" in page


def test_it_takes_its_minutes_from_the_settings(client_for: Browser, amira: User, settings: LazySettings) -> None:
    settings.IDLE_MINUTES_HUB = 5
    client = client_for(amira)
    with after(6):
        assert client.get("/queue/").status_code == 302


def test_it_begins_anew_at_each_sign_in(client: Client, tess: User) -> None:
    password(client, tess)
    client.get("/stay/")
    client.post("/accounts/logout/")
    with after(300):
        password(client, tess)
        assert client.get("/stay/").json()["seconds"] > 59 * 60
