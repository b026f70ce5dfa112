"""Signing in with an organisation's own provider: a real one, another process, spoken to over HTTP."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.conf import LazySettings
from django.test import Client

from accounts import oidc
from accounts.models import Organisation, User
from tests.signing_in.hands import APP, CODE, INDEX, code, give_app, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("oidc")]
LOGIN = "/accounts/oidc/council/login/"
# Who the provider knows, by what they choose on its page.
KNOWN: dict[str, dict[str, Any]] = {
    "tess": {"email": "Tess@Mill.example", "email_verified": True},
    "amira": {"email": "amira@merebrook.example", "email_verified": True},
    "amira-with-factor": {"email": "amira@merebrook.example", "email_verified": True, "amr": ["pwd", "mfa"]},
    "amira-password-only": {"email": "amira@merebrook.example", "email_verified": True, "amr": ["pwd"]},
    "unverified": {"email": "tess@mill.example", "email_verified": False},
    "says-nothing": {"email": "tess@mill.example"},
    "says-a-word": {"email": "tess@mill.example", "email_verified": "true"},
    "stranger": {"email": "stranger@elsewhere.example", "email_verified": True},
    "nameless": {"email_verified": True},
}


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The provider's address, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    claims = [f"--user-claims={json.dumps({'sub': sub, **said})}" for sub, said in KNOWN.items()]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield _up(f"http://127.0.0.1:{port}")
        finally:
            # Asked to end, it waits for as long as anybody is connected.
            process.kill()


def _up(address: str) -> str:
    for _ in range(200):
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=1).raise_for_status()
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the provider never answered")


@pytest.fixture(autouse=True)
def configured(settings: LazySettings, provider: str) -> None:
    app = {
        "provider_id": "council",
        "name": "Merebrook Council",
        "client_id": "lantern",
        "secret": "not a secret",
        "settings": {"server_url": provider},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def by_provider(client: Client, sub: str, **query: str) -> Any:
    """Go to the provider, choose who one is, and come back; what our callback answers."""
    away = client.get(LOGIN, query)
    assert away.status_code == 302 and "code_challenge=" in away["Location"]
    back = requests.post(away["Location"], data={"sub": sub}, allow_redirects=False, timeout=5).headers["Location"]
    path = urlsplit(back)
    return client.get(f"{path.path}?{path.query}")


def test_it_offers_the_provider_on_the_sign_in_page(client: Client) -> None:
    assert "Sign in with Merebrook Council" in client.get("/accounts/login/").content.decode()


def test_it_signs_in_whoever_has_an_account_and_goes_on(client: Client, tess: User) -> None:
    assert by_provider(client, "tess", next="/referrals/new/")["Location"] == "/referrals/new/"
    assert client.get("/referrals/").wsgi_request.user == tess
    tess.refresh_from_db()
    assert tess.has_usable_password()


@pytest.mark.parametrize("sub", ["stranger", "unverified", "says-nothing", "says-a-word", "nameless"])
def test_it_signs_in_nobody_else_and_makes_no_account(client: Client, tess: User, sub: str) -> None:
    before = User.objects.count()
    answer = by_provider(client, sub)
    assert answer["Location"] == "/accounts/login/" and not signed_in(client)
    assert "You could not be signed in that way" in client.get("/accounts/login/").content.decode()
    assert User.objects.count() == before


def test_it_refuses_a_closed_account_and_an_organisation_that_left(tess: User) -> None:
    User.objects.filter(pk=tess.pk).update(is_active=False)
    closed = Client()
    assert by_provider(closed, "tess")["Location"] == "/accounts/login/"
    User.objects.filter(pk=tess.pk).update(is_active=True)
    Organisation.objects.filter(pk=tess.organisation_id).update(active=False)
    gone = Client()
    assert by_provider(gone, "tess")["Location"] == "/accounts/login/"
    assert not signed_in(closed) and not signed_in(gone)


def test_it_asks_for_our_second_factor_all_the_same(client: Client, amira: User) -> None:
    give_app(amira)
    assert by_provider(client, "amira-with-factor")["Location"] == CODE
    assert not signed_in(client)
    client.post(CODE, {"code": code()})
    assert client.get("/queue/").status_code == 200


def test_it_sends_whoever_has_none_to_set_one_up(client: Client, amira: User) -> None:
    by_provider(client, "amira-with-factor")
    assert client.get("/queue/")["Location"] == f"{INDEX}?next=/queue/"
    assert client.get(APP).status_code == 200


@pytest.mark.parametrize(
    ("sub", "enough"), [("amira-with-factor", True), ("amira-password-only", False), ("amira", False)]
)
def test_it_trusts_the_provider_for_it_only_when_told_to_and_only_its_word(
    client: Client, amira: User, settings: LazySettings, sub: str, enough: bool
) -> None:
    settings.OIDC_SECOND_FACTOR = True
    give_app(amira)
    by_provider(client, sub)
    assert signed_in(client) == enough
    assert (client.get("/queue/").status_code == 200) == enough


def test_it_links_nothing_to_whoever_is_signed_in(client: Client, tess: User, amira: User) -> None:
    client.force_login(tess, backend="django.contrib.auth.backends.ModelBackend")
    away = client.get(LOGIN, {"process": "connect"})
    back = requests.post(away["Location"], data={"sub": "amira"}, allow_redirects=False, timeout=5).headers["Location"]
    path = urlsplit(back)
    assert client.get(f"{path.path}?{path.query}")["Location"] == "/accounts/login/"
    assert not oidc.SocialApp.objects.exists()


def test_it_takes_no_answer_that_it_did_not_ask_for(client: Client, tess: User) -> None:
    mine, theirs = Client(), Client()
    away = mine.get(LOGIN)
    back = requests.post(away["Location"], data={"sub": "tess"}, allow_redirects=False, timeout=5).headers["Location"]
    path = urlsplit(back)
    assert parse_qs(path.query)["state"]
    assert theirs.get(f"{path.path}?{path.query}")["Location"] == "/accounts/login/"
    assert not signed_in(theirs)
    assert mine.get(f"{path.path}?{path.query}").status_code == 302 and signed_in(mine)
    again = Client()
    again.cookies = mine.cookies
    again.post("/accounts/logout/")
    again.get(f"{path.path}?{path.query}")
    assert not signed_in(again)


def test_it_says_so_when_the_provider_is_away(client: Client, settings: LazySettings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    assert client.get(LOGIN)["Location"] == "/accounts/login/"


def test_it_has_no_such_page_where_none_is_configured(client: Client, settings: LazySettings) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert client.get(LOGIN).status_code == 404
    assert client.get("/accounts/oidc/council/callback/").status_code == 404
    assert "Sign in with" not in client.get("/accounts/login/").content.decode()
