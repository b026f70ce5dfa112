"""Where one is signed in, in words; ending it elsewhere; ending all of somebody's."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from accounts.models import User
from accounts.selectors.sessions import device
from accounts.services import sessions
from mash.local import codes
from tests.cast import PASSWORD
from tests.signing_in.hands import SECRET, code, password, signed_in

pytestmark = pytest.mark.django_db
SESSIONS = "/accounts/sessions/"
MOZILLA = "Mozilla/5.0"
AGENTS = {
    f"{MOZILLA} (Windows NT 10.0; x64) Chrome/131.0 Safari/537.36 Edg/131.0": "Edge on a Windows computer",
    f"{MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604": "Safari on an iPhone",
    f"{MOZILLA} (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0": "Firefox on a Linux computer",
    f"{MOZILLA} (Linux; Android 15) Chrome/131.0 Safari/537.36": "Chrome on an Android phone or tablet",
    "": "A browser on a computer",
}


@pytest.mark.parametrize("agent", AGENTS)
def test_it_says_in_words_what_the_browser_says(agent: str) -> None:
    assert device(agent) == AGENTS[agent]


def test_it_lists_ones_own_sessions_and_ends_the_others(tess: User, leo: User) -> None:
    here, there, other = Client(HTTP_USER_AGENT=next(iter(AGENTS))), Client(), Client()
    for client, user in ((here, tess), (there, tess), (other, leo)):
        password(client, user)
    page = here.get(SESSIONS).content.decode()
    assert page.count("Signed in <time") == 2 and "Edge on a Windows computer" in page
    answer = here.post(SESSIONS, follow=True).content.decode()
    assert "You are signed out everywhere else" in answer
    assert signed_in(here) and not signed_in(there) and signed_in(other)


def test_it_ends_all_of_somebodys(tess: User, leo: User) -> None:
    clients = [Client(), Client(), Client()]
    for client, user in zip(clients, (tess, tess, leo), strict=True):
        password(client, user)
    assert sessions.end_all(tess) == 2
    assert [signed_in(client) for client in clients] == [False, False, True]
    assert not UserSession.objects.filter(user=tess).exists()


def test_a_new_password_ends_the_other_sessions_and_not_this_one(tess: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        password(client, tess)
    new = {"password1": "another quiet lamp", "password2": "another quiet lamp"}
    assert here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert here.get(SESSIONS).status_code == 200
    assert there.get(SESSIONS).status_code == 302


def test_a_reset_ends_every_session(tess: User) -> None:
    from accounts.services import sign_in

    client = Client()
    password(client, tess)
    sign_in.change_password(user=tess, password="another quiet lamp")
    assert client.get(SESSIONS).status_code == 302


def test_it_knows_a_session_that_was_not_noted_at_sign_in(tess: User) -> None:
    client = Client()
    client.force_login(tess, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/referrals/")
    assert sessions.end_all(tess) == 1
    assert not signed_in(client)


def test_make_code_shows_what_an_app_shows() -> None:
    import time

    assert codes.code(SECRET, at=time.time()) == code(SECRET)
