"""The second factor: set up, shown, spent, lost and reset."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.errors import Refused
from accounts.models import KnownBrowser, Organisation, User
from accounts.policy import Role
from accounts.services import second_factor
from mash.access.models import HeldPost
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals.models import Referral
from tests.cast import person, sign_in
from tests.signing_in.hands import (
    APP,
    CODE,
    CODES,
    INDEX,
    SHOW,
    code,
    give_app,
    give_codes,
    password,
    secret_on,
    signed_in,
    with_app,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def polly(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


def test_it_sends_a_hub_worker_without_one_to_set_one_up_and_then_on_to_where_they_were_going(
    client: Client, amira: User
) -> None:
    password(client, amira, next="/queue/")
    away = client.get("/queue/")
    assert away["Location"] == f"{INDEX}?next=/queue/"
    assert "Before you go on" in client.get(away["Location"]).content.decode()
    secret = secret_on(client.get(APP).content.decode())
    done = client.post(APP, {"code": code(secret)})
    assert done["Location"] == CODES
    page = client.get(CODES).content.decode()
    assert 'href="/queue/"' in page and page.count("<code>") == 10
    assert client.get("/queue/").status_code == 200
    assert "They were shown once" in client.get(CODES).content.decode()


def test_it_asks_for_the_code_before_anybody_is_signed_in(client: Client, amira: User) -> None:
    give_app(amira)
    assert password(client, amira)["Location"] == CODE
    assert not signed_in(client)
    assert client.get("/queue/")["Location"].startswith("/accounts/login/")
    assert client.post(CODE, {"code": code()}).status_code == 302
    assert signed_in(client) and client.get("/queue/").status_code == 200


def test_it_takes_each_code_once(amira: User) -> None:
    give_app(amira)
    now = code()
    first, second = Client(), Client()
    for client in (first, second):
        password(client, amira)
    assert first.post(CODE, {"code": now}).status_code == 302
    page = second.post(CODE, {"code": now})
    assert "it was used before" in page.content.decode() and not signed_in(second)


def test_it_takes_no_code_older_than_the_last(client: Client, amira: User) -> None:
    give_app(amira)
    assert second_factor.spend_code(user=amira, code=code(steps=1)) is not None
    assert second_factor.spend_code(user=amira, code=code(steps=1)) is None
    assert second_factor.spend_code(user=amira, code=code()) is None
    assert second_factor.spend_code(user=amira, code=code(steps=5)) is None


def test_it_spends_the_code_that_set_the_app_up(client: Client, amira: User) -> None:
    password(client, amira)
    secret = secret_on(client.get(APP).content.decode())
    used = code(secret)
    client.post(APP, {"code": used})
    again = Client()
    password(again, amira)
    assert again.post(CODE, {"code": used}).status_code == 200
    assert not signed_in(again)


def test_it_takes_each_recovery_code_once_and_no_other(amira: User) -> None:
    give_app(amira)
    codes = give_codes(amira)
    first, second = Client(), Client()
    for client in (first, second):
        password(client, amira)
    assert first.post(CODE, {"code": f"{codes[0][:5]} {codes[0][5:]}"}).status_code == 302
    assert second.post(CODE, {"code": codes[0]}).status_code == 200
    assert not signed_in(second)
    assert second_factor.recovery_codes_left(amira) == 9


def test_it_lets_a_session_that_showed_none_do_nothing_but_show_it(amira: User) -> None:
    give_app(amira)
    client = Client()
    client.force_login(amira, backend="django.contrib.auth.backends.ModelBackend")
    for page in ("/queue/", APP, INDEX, CODES, "/accounts/password/change/", "/accounts/sessions/"):
        assert client.get(page)["Location"] == f"{SHOW}?next={page}", page
    assert client.post(SHOW, {"code": code(), "next": "/queue/"})["Location"] == "/queue/"
    assert client.get("/queue/").status_code == 200


def test_it_holds_what_was_posted_until_the_factor_was_shown(amira: User, referral: Referral) -> None:
    give_app(amira)
    client = Client()
    client.force_login(amira, backend="django.contrib.auth.backends.ModelBackend")
    client.get(SHOW)
    away = client.post(f"/queue/{referral.reference}/claim/", {"words": "kept"})
    held = HeldPost.objects.get()
    assert away["Location"] == f"{SHOW}?next=/held/{held.token}/"
    there = client.post(SHOW, {"code": code(), "next": f"/held/{held.token}/"})
    assert "kept" in client.get(there["Location"]).content.decode()


def test_it_asks_a_practitioner_only_when_their_organisation_does(client: Client, tess: User) -> None:
    password(client, tess)
    assert client.get("/")["Location"] == "/referrals/"
    Organisation.objects.filter(pk=tess.organisation_id).update(second_factor_required=True)
    assert client.get("/")["Location"] == f"{INDEX}?next=/"


def test_it_asks_a_practitioner_who_chose_to_have_one(client: Client, tess: User) -> None:
    password(client, tess)
    secret = secret_on(client.get(APP).content.decode())
    client.post(APP, {"code": code(secret)})
    assert password(Client(), tess)["Location"] == CODE


def test_it_ends_other_sessions_when_the_first_is_set_up(tess: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        password(client, tess)
    secret = secret_on(here.get(APP).content.decode())
    here.post(APP, {"code": code(secret)})
    assert signed_in(here) and not signed_in(there)


def test_it_keeps_the_last_one_where_one_must_be_shown(amira: User, tess: User) -> None:
    for user, stays in ((amira, True), (tess, False)):
        give_app(user)
        client = with_app(Client(), user)
        page = client.post("/accounts/second-factor/app/remove/")
        assert ("You must keep one" in page.content.decode()) == stays
        assert Authenticator.objects.filter(user=user).exists() == stays


def test_it_keeps_the_last_passkey_too(amira: User) -> None:
    key = Authenticator.objects.create(user=amira, type=Authenticator.Type.WEBAUTHN, data={"name": "k"})
    client = sign_in(Client(), amira)
    page = client.post(f"/accounts/second-factor/passkeys/{key.pk}/remove/")
    assert "You must keep one" in page.content.decode()
    give_app(amira)
    assert client.post(f"/accounts/second-factor/passkeys/{key.pk}/remove/")["Location"] == INDEX
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_it_leaves_other_peoples_passkeys_alone(amira: User, ben: User) -> None:
    key = Authenticator.objects.create(user=ben, type=Authenticator.Type.WEBAUTHN, data={"name": "k"})
    client = sign_in(Client(), amira)
    for act in ("remove", "name"):
        assert client.post(f"/accounts/second-factor/passkeys/{key.pk}/{act}/", {"name": "x"}).status_code == 404


def test_it_asks_for_the_password_again_after_a_while(amira: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client = sign_in(Client(), amira)
    session = client.session
    old = [{**record, "at": 0} for record in session["account_authentication_methods"]]
    session["account_authentication_methods"] = old
    session.save()
    assert client.get(APP)["Location"].startswith("/accounts/reauthenticate/")
    assert "That is not your password" in client.post("/accounts/reauthenticate/", {"password": "x"}).content.decode()
    from tests.cast import PASSWORD

    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": APP})["Location"] == APP
    assert client.get(APP).status_code == 200


def test_it_stores_the_key_of_an_app_encrypted(client: Client, amira: User) -> None:
    password(client, amira)
    secret = secret_on(client.get(APP).content.decode())
    client.post(APP, {"code": code(secret)})
    kept = Authenticator.objects.get(user=amira, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in kept and kept.startswith("gAAAA")


def test_it_writes_each_change_down_and_tells_the_person(client: Client, amira: User) -> None:
    password(client, amira)
    client.post(APP, {"code": code(secret_on(client.get(APP).content.decode()))})
    client.post("/accounts/second-factor/recovery-codes/new/")
    told = set(Message.objects.filter(recipient_user=amira).values_list("kind", flat=True))
    assert told == {"second_factor_added", "recovery_codes_made"}
    assert told <= set(Event.objects.values_list("what", flat=True))


@pytest.mark.parametrize(
    "sent",
    [
        *("{", "{}", "[]", '"x"', '{"id": 1, "rawId": null}', '{"response": {"userHandle": 5}}'),
        pytest.param("9" * 5_000, id="a number without end"),
        pytest.param("[" * 5_000, id="a nest without a bottom"),
        pytest.param('{"id": "\\ud800"}', id="half a character"),
    ],
)
@pytest.mark.parametrize("page", [CODE, "/accounts/second-factor/passkeys/add/", f"{SHOW}passkey/"])
def test_it_refuses_in_words_what_no_passkey_says(amira: User, sent: str, page: str) -> None:
    Authenticator.objects.create(user=amira, type=Authenticator.Type.TOTP, data={"secret": ""})
    client = Client()
    if page == CODE:
        password(client, amira)
    else:
        sign_in(client, amira)
    assert client.post(page, {"credential": sent}).status_code in {200, 302}


def test_it_says_at_the_top_that_no_passkey_answered(amira: User) -> None:
    Authenticator.objects.create(user=amira, type=Authenticator.Type.TOTP, data={"secret": ""})
    form = sign_in(Client(), amira).post("/accounts/second-factor/passkeys/add/", {"name": "Laptop"}).context["form"]
    assert list(form.error_links()) == [("", "Your passkey did not answer. Try again, or use a code")]


def test_it_says_so_while_signing_in_as_an_error_of_the_page(client: Client, amira: User) -> None:
    give_app(amira)
    password(client, amira)
    page = client.post(CODE, {"credential": ""}).content.decode()
    assert "<title>Error: " in page and "Your passkey did not answer. Try again, or use a code" in page


def test_it_lets_an_administrator_reset_it_with_a_reason(polly: User, amira: User) -> None:
    give_app(amira)
    give_codes(amira)
    theirs = with_app(Client(), amira)
    assert KnownBrowser.objects.filter(user=amira).exists()
    client = sign_in(Client(), polly)
    address = f"/people/{amira.pk}/second-factor/"
    assert "Enter why" in client.post(address, {"reason": " "}).content.decode()
    assert client.post(address, {"reason": "New phone; I called her back."}).status_code == 302
    assert not Authenticator.objects.filter(user=amira).exists()
    assert not signed_in(theirs) and not KnownBrowser.objects.filter(user=amira).exists()
    event = Event.objects.get(what="second_factor_reset")
    assert event.actor_id == polly.pk and event.detail["reason"].startswith("New phone")
    assert Message.objects.get(kind="second_factor_reset").recipient_user == amira
    fresh = Client()
    assert password(fresh, amira).status_code == 302
    assert fresh.get("/queue/")["Location"].startswith(INDEX)


def test_it_lets_nobody_reset_their_own_nor_a_lead_anybodys(polly: User, leo: User, tess: User) -> None:
    with pytest.raises(Refused):
        second_factor.reset(by=polly, person=polly, reason="mine")
    with pytest.raises(PermissionDenied):
        second_factor.reset(by=leo, person=tess, reason="hers")


def test_it_does_not_go_round_the_factor_by_a_new_password(amira: User) -> None:
    from accounts.services import sign_in as service

    give_app(amira)
    service.change_password(user=amira, password="another quiet lamp")
    client = Client()
    assert password(client, amira, "another quiet lamp")["Location"] == CODE
    assert not signed_in(client)


def test_it_counts_wrong_codes_and_then_looks_at_none(amira: User) -> None:
    give_app(amira)
    client = Client()
    password(client, amira)
    answers: list[Any] = [client.post(CODE, {"code": "000000"}).content.decode() for _ in range(5)]
    assert all("not right" in page for page in answers)
    assert "too many wrong codes" in client.post(CODE, {"code": code()}).content.decode()
    assert not signed_in(client)
