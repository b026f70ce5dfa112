"""Wrong passwords and codes: each limit tripped alone, and whom it shuts out. It never shuts somebody's own browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts import lockout
from accounts.models import KnownBrowser, User
from accounts.services import browsers, sign_in
from mash.access import limits
from mash.access.limit import Limit
from mash.access.models import Tally
from mash.outbox.models import Message
from tests.cast import PASSWORD
from tests.signing_in.hands import CODE, LOGIN, code, give_app, password, signed_in

pytestmark = pytest.mark.django_db
HOME, ATTACKER = "192.0.2.10", "203.0.113.66"


@pytest.fixture(autouse=True)
def in_one_stretch() -> object:
    """All within one quarter of an hour of the clock."""
    start = timezone.now().replace(minute=1, second=0)
    with time_machine.travel(start, tick=True):
        yield


def at(address: str) -> Client:
    return Client(REMOTE_ADDR=address)


def known(user: User, address: str = HOME) -> Client:
    """The browser in which they signed in yesterday."""
    client = at(address)
    assert password(client, user).status_code == 302
    client.post("/accounts/logout/")
    return client


def guess(client: Client, email: str, times: int) -> None:
    for _ in range(times):
        assert client.post(LOGIN, {"login": email, "password": "wrong"}).status_code == 200


def gets_in(client: Client, user: User) -> bool:
    password(client, user)
    return signed_in(client)


def test_a_strangers_guesses_shut_out_strangers_and_not_the_person(tess: User, pat: User) -> None:
    own = known(tess)
    guess(at(ATTACKER), tess.email, lockout.ACCOUNT.most)
    assert not gets_in(at(ATTACKER), tess)
    assert gets_in(own, tess), "on their own browser"
    assert gets_in(at(ATTACKER), pat), "somebody else at the attacker's address"


def test_guesses_at_many_accounts_shut_one_address_and_nobody_known_there(tess: User, pat: User) -> None:
    own = known(tess, ATTACKER)
    for number in range(lockout.ADDRESS.most):
        guess(at(ATTACKER), f"nobody{number}@mill.example", 1)
    assert not gets_in(at(ATTACKER), pat)
    assert gets_in(own, tess), "a known browser at the same address"
    assert gets_in(at(HOME), pat), "the same person from elsewhere"


def test_guesses_in_ones_own_browser_shut_that_browser_alone(tess: User) -> None:
    own, other = known(tess), known(tess, "192.0.2.11")
    guess(own, tess.email, lockout.OWN_BROWSER.most)
    assert not gets_in(own, tess)
    assert gets_in(at("192.0.2.99"), tess), "as a stranger"
    assert gets_in(other, tess), "whoever guesses at a shared computer shuts out nobody at home"


def test_a_colleague_who_signs_in_between_gets_no_more_guesses_at_a_shared_computer(tess: User, leo: User) -> None:
    shared = known(tess)
    for _ in range(2):
        guess(shared, tess.email, lockout.OWN_BROWSER.most // 2)
        assert gets_in(shared, leo)
        shared.post("/accounts/logout/")
    assert not gets_in(shared, tess)


def test_wrong_codes_shut_codes_and_not_ones_own_browser(amira: User) -> None:
    give_app(amira)
    own = at(HOME)
    password(own, amira)
    own.post(CODE, {"code": code(steps=-1)})
    own.post("/accounts/logout/")
    thief = at(ATTACKER)
    password(thief, amira)
    for _ in range(lockout.CODES.most):
        thief.post(CODE, {"code": "000000"})
    assert "too many wrong codes" in thief.post(CODE, {"code": code()}).content.decode()
    password(own, amira)
    own.post(CODE, {"code": code()})
    assert signed_in(own) and not signed_in(thief)


@pytest.mark.parametrize("limit", [lockout.ACCOUNT, lockout.ADDRESS, lockout.OWN_BROWSER, lockout.CODES])
def test_it_opens_again_after_a_quarter_of_an_hour(limit: Limit) -> None:
    counts = [(limit, "somebody")]
    for _ in range(limit.most):
        assert not lockout.is_shut(counts)
        assert lockout.spend(counts)
    assert lockout.is_shut(counts) and not lockout.spend(counts)
    with time_machine.travel(timezone.now() + timedelta(minutes=15)):
        assert not lockout.is_shut(counts)


def test_the_right_password_does_not_wipe_a_strangers_count(tess: User) -> None:
    attacker = at(ATTACKER)
    guess(attacker, tess.email, lockout.ACCOUNT.most - 1)
    known(tess)
    guess(attacker, tess.email, 1)
    assert not gets_in(at(ATTACKER), tess)


def test_the_mark_of_a_browser_cannot_be_made_up_nor_taken_for_another_account(tess: User, pat: User) -> None:
    own = known(tess)
    mark = own.cookies[browsers.COOKIE].value
    for forged in ("", "x", mark[:-1] + "x", mark.split(":")[0]):
        stranger = at(ATTACKER)
        stranger.cookies[browsers.COOKIE] = forged
        stranger.get(LOGIN)
        assert not browsers.knows(stranger.get(LOGIN).wsgi_request, email=tess.email), forged
    assert browsers.knows(own.get(LOGIN).wsgi_request, email=tess.email)
    assert not browsers.knows(own.get(LOGIN).wsgi_request, email=pat.email)


def test_the_mark_is_made_anew_at_each_sign_in_and_the_old_one_is_worth_nothing(tess: User, pat: User) -> None:
    own = known(tess)
    old = own.cookies[browsers.COOKIE].value
    assert gets_in(own, tess)
    assert own.cookies[browsers.COOKIE].value != old
    thief = at(ATTACKER)
    thief.cookies[browsers.COOKIE] = old
    assert not browsers.knows(thief.get(LOGIN).wsgi_request, email=tess.email)


def test_two_people_at_one_computer_are_both_known_there(tess: User, leo: User) -> None:
    shared = known(tess)
    assert gets_in(shared, leo)
    shared.post("/accounts/logout/")
    for user in (tess, leo):
        assert browsers.knows(shared.get(LOGIN).wsgi_request, email=user.email)


def test_a_new_password_forgets_every_other_browser(tess: User) -> None:
    here, there = at(HOME), known(tess, "192.0.2.12")
    assert gets_in(here, tess)
    new = {"password1": "another quiet lamp", "password2": "another quiet lamp"}
    assert here.post("/accounts/password/change/", {"oldpassword": PASSWORD, **new}).status_code == 302
    assert browsers.knows(here.get("/stay/").wsgi_request, email=tess.email)
    assert not browsers.knows(there.get(LOGIN).wsgi_request, email=tess.email)


def set_by_link(client: Client, user: User, words: str) -> None:
    """They ask for a link, open it in this browser and choose a password."""
    sign_in.ask_for_new_password(email=user.email)
    sign_in.answer_resets()
    link = sign_in.reset_link(Message.objects.filter(kind="password_reset").latest("pk"))
    place = client.get(link)["Location"]
    assert client.post(place, {"password1": words, "password2": words}).status_code == 302


@pytest.mark.parametrize("make", [known, lambda user: at(HOME)], ids=["known browser", "new browser"])
def test_the_link_lets_its_owner_in_whatever_strangers_try(make: Callable[[User], Client], tess: User) -> None:
    own, words = make(tess), "three odd words here 9"
    guess(at(ATTACKER), tess.email, lockout.ACCOUNT.most)
    set_by_link(own, tess, words)
    assert not lockout.is_shut([(lockout.ACCOUNT, tess.email)]), "it forgives strangers"
    guess(at(ATTACKER), tess.email, lockout.ACCOUNT.most)
    password(own, tess, words)
    assert signed_in(own)


def test_the_link_gives_no_more_tries_at_codes(amira: User) -> None:
    give_app(amira)
    thief, words = at(ATTACKER), "three odd words here 9"
    set_by_link(thief, amira, words)
    password(thief, amira, words)
    for _ in range(lockout.CODES.most):
        thief.post(CODE, {"code": "000000"})
    assert "too many wrong codes" in thief.post(CODE, {"code": code()}).content.decode()


def test_a_browser_known_before_stays_so_after_the_link_and_one_of_the_link_becomes_so(amira: User) -> None:
    give_app(amira)
    own = at(HOME)
    set_by_link(own, amira, "three odd words here 9")
    assert KnownBrowser.objects.get().by_link
    password(own, amira, "three odd words here 9")
    own.post(CODE, {"code": code()})
    assert signed_in(own) and not KnownBrowser.objects.get().by_link
    own.post("/accounts/logout/")
    set_by_link(own, amira, "four odd words here 9")
    assert not KnownBrowser.objects.get().by_link


@pytest.fixture
def at_the_same_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks first finds that there were no wrong ones yet."""
    monkeypatch.setattr(limits, "allows", lambda *_: True)


def test_many_passwords_at_once_get_no_more_answers(tess: User, at_the_same_moment: None) -> None:
    guess(at(ATTACKER), tess.email, lockout.ACCOUNT.most)
    assert not gets_in(at(ATTACKER), tess)


def test_many_codes_at_once_get_no_more_answers(amira: User, at_the_same_moment: None) -> None:
    give_app(amira)
    thief = at(ATTACKER)
    password(thief, amira)
    for _ in range(lockout.CODES.most):
        thief.post(CODE, {"code": "000000"})
    thief.post(CODE, {"code": code()})
    assert not signed_in(thief)


def test_what_is_right_counts_for_nothing(tess: User, amira: User) -> None:
    give_app(amira)
    for _ in range(lockout.ACCOUNT.most + 1):
        assert gets_in(at(HOME), tess)
    for step in (-1, 0, 1):
        client = at(HOME)
        password(client, amira)
        client.post(CODE, {"code": code(steps=step)})
        assert signed_in(client)
    assert not Tally.objects.filter(spent__gt=0).exists()


def test_it_tells_the_owner_once_that_somebody_with_the_password_tried_codes(amira: User) -> None:
    give_app(amira)
    for _ in range(2):
        thief = at(ATTACKER)
        password(thief, amira)
        for _ in range(lockout.CODES.most + 2):
            thief.post(CODE, {"code": "000000"})
        Tally.objects.all().delete()
    told = Message.objects.get(kind=sign_in.CODES_REFUSED)
    assert (told.recipient_user, told.recipient_email) == (amira, amira.email)


def test_a_few_wrong_codes_tell_nobody(amira: User) -> None:
    give_app(amira)
    client = at(HOME)
    password(client, amira)
    for _ in range(lockout.CODES.most - 1):
        client.post(CODE, {"code": "000000"})
    assert not Message.objects.exists()


def test_a_password_alone_marks_no_browser_where_a_factor_is_asked_for(amira: User) -> None:
    password(at(HOME), amira)
    assert not KnownBrowser.objects.exists()


def test_it_forgets_marks_that_have_run_out(tess: User, mark_old: Callable[[], None]) -> None:
    known(tess)
    mark_old()
    assert browsers.forget_old() == 1


@pytest.fixture
def mark_old() -> Callable[[], None]:
    return lambda: (
        KnownBrowser.objects.update(signed_in_at=timezone.now() - browsers.COOKIE_AGE - timedelta(1)) and None
    )
