"""What somebody typed when their session had ended: kept for them alone, sent on with one button."""

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.access import held
from mash.access.models import HeldPost
from referrals.models import Draft
from referrals.services import drafts
from tests.cast import PASSWORD

STORY = "First line, “quoted” & <b>bold</b>\r\n\r\nليلى 👧🏽 last line"


class Fields(HTMLParser):
    """The hidden fields and the target of the one form on a page's main part."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.action = ""
        self.feed(page[page.index("<main") : page.index("</main")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input":
            self.fields.append((given.get("name", ""), given.get("value", "")))
        self.action = given.get("action", "") if tag == "form" else self.action


@pytest.fixture
def draft(tess: User) -> Draft:
    return drafts.start(by=tess)


@pytest.fixture
def browser(tess: User, client_for: Callable[[User], Client]) -> Client:
    """Tess's, in which she has just seen a page; its session then ends."""
    client = client_for(tess)
    client.get("/referrals/")
    end_session(client)
    return client


def end_session(client: Client) -> None:
    client.session.flush()


def worry(draft: Draft) -> tuple[str, dict[str, Any]]:
    return f"/drafts/{draft.token}/concerns/add/?from=check", {
        "key": "cccc1111",
        "category": "neglect",
        "narrative": STORY,
        "about": ["a", "b"],
        "csrfmiddlewaretoken": "old",
    }


def sign_in(client: Client, user: User, target: str) -> Any:
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD, "next": target})


def test_it_keeps_what_was_typed_and_sends_it_on_after_sign_in(browser: Client, draft: Draft, tess: User) -> None:
    place, answers = worry(draft)
    away = browser.post(place, answers)
    assert away.status_code == 302 and away["Location"].startswith("/accounts/login/?next=/held/")
    target = away["Location"].partition("next=")[2]
    form = Fields(browser.get(away["Location"]).content.decode())
    assert ("next", target) in form.fields, "the sign-in page leads back to what was kept"
    assert sign_in(browser, tess, target)["Location"] == target
    page = browser.get(target).content.decode()
    assert "We kept what you typed" in page
    kept = Fields(page)
    assert kept.action == place
    sent = [field for field in kept.fields if field[0] != "csrfmiddlewaretoken"]
    assert ("narrative", STORY) in sent and [value for name, value in sent if name == "about"] == ["a", "b"]
    answer = browser.post(kept.action, {name: value for name, value in sent if name != "about"})
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.data["concerns"][0]["narrative"] == STORY.replace("\r\n", "\n")


def test_it_sends_it_on_with_a_token_of_the_new_session(draft: Draft, tess: User) -> None:
    client = Client(enforce_csrf_checks=True)
    token = _token(client, "/accounts/login/")
    client.post("/accounts/login/", {"login": tess.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    place = f"/drafts/{draft.token}/danger/"
    token = _token(client, place)
    end_session(client)
    away = client.post(place, {"immediate_danger": "no", "csrfmiddlewaretoken": token})
    target = away["Location"].partition("next=")[2]
    token = _token(client, away["Location"])
    client.post("/accounts/login/", {"login": tess.email, "password": PASSWORD, "csrfmiddlewaretoken": token})
    kept = Fields(client.get(target).content.decode())
    assert client.post(kept.action, dict(kept.fields)).status_code == 302
    draft.refresh_from_db()
    assert draft.data == {"immediate_danger": False}


def _token(client: Client, place: str) -> str:
    return dict(Fields(client.get(place).content.decode()).fields)["csrfmiddlewaretoken"]


def test_it_shows_it_to_nobody_else(
    browser: Client, draft: Draft, leo: User, client_for: Callable[[User], Client]
) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    assert client_for(leo).get(target).status_code == 404
    assert Client().get(target).status_code == 302, "first sign in"


def test_it_shows_it_to_nobody_else_in_the_same_browser(browser: Client, draft: Draft, leo: User, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, leo, target)
    assert browser.get(target).status_code == 404
    browser.post("/accounts/logout/")
    sign_in(browser, tess, target)
    assert browser.get(target).status_code == 200, "it is still there for Tess"


def test_it_stores_nothing_for_a_stranger(draft: Draft) -> None:
    place, answers = worry(draft)
    away = Client().post(place, answers)
    assert away["Location"].startswith("/accounts/login/?next=/drafts/") and not HeldPost.objects.exists()


@pytest.mark.parametrize("cookie", ["1", "1:abc:def", "", "x" * 5000])
def test_it_stores_nothing_for_a_forged_cookie(draft: Draft, cookie: str) -> None:
    client = Client()
    client.cookies[held.COOKIE] = cookie
    client.post(*worry(draft))
    assert not HeldPost.objects.exists()


def test_it_stores_nothing_for_somebody_whose_account_is_closed_or_gone(
    browser: Client, draft: Draft, tess: User
) -> None:
    tess.is_active = False
    tess.save()
    browser.post(*worry(draft))
    assert not HeldPost.objects.exists()


def test_it_keeps_no_password(browser: Client) -> None:
    browser.post("/accounts/login/", {"login": "a@b.example", "password": "secret"})
    browser.post("/accounts/password/change/", {"oldpassword": "secret", "password1": "x", "password2": "x"})
    assert not HeldPost.objects.exists()


def test_it_works_for_a_garbage_or_foreign_address(browser: Client, tess: User) -> None:
    sign_in(browser, tess, "/")
    assert browser.get("/held/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert browser.get("/held/nonsense/").status_code == 404


def test_it_never_sends_on_by_itself(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    browser.get(target)
    assert browser.post(target).status_code == 405
    draft.refresh_from_db()
    assert draft.data == {}


def test_it_makes_one_thing_of_a_page_that_is_sent_on_twice(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    kept = Fields(browser.get(target).content.decode())
    for _ in range(2):
        browser.post(kept.action, {name: value for name, value in kept.fields if name != "about"})
    draft.refresh_from_db()
    assert len(draft.data["concerns"]) == 1


def test_it_forgets_after_a_day(browser: Client, draft: Draft) -> None:
    browser.post(*worry(draft))
    assert held.forget_old() == 0
    HeldPost.objects.update(held_at=timezone.now() - timedelta(hours=25))
    assert held.forget_old() == 1 and not HeldPost.objects.exists()


def test_it_leads_a_plain_page_back_to_itself(browser: Client, draft: Draft) -> None:
    assert (
        browser.get(f"/drafts/{draft.token}/?a=b")["Location"]
        == f"/accounts/login/?next=/drafts/{draft.token}/%3Fa%3Db"
    )
