"""What somebody typed when their session had ended: kept for them alone, sent on with one button."""

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Organisation, User
from mash.access import held
from mash.access.models import HeldPost
from mash.audit.models import Event
from referrals.models import Draft
from referrals.services import drafts
from tests.cast import PASSWORD

STORY = "First line, “quoted” & <b>bold</b>\r\n\r\nليلى 👧🏽 last line"


class Fields(HTMLParser):
    """The hidden fields and the target of the one form on a page's main part."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self.action, self.over = "", False
        self.feed(page[page.index("<main") : page.index("</main")])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and not self.over:
            self.fields.append((given.get("name", ""), given.get("value", "")))
        if tag == "form":
            # The second form of the page throws away.
            self.action, self.over = (self.action, True) if self.action else (given.get("action", ""), False)


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
    draft.refresh_from_db()
    assert draft.data == {}


def test_it_throws_it_away_when_asked_and_sends_nothing(browser: Client, draft: Draft, tess: User, leo: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, leo, target)
    assert browser.post(target).status_code == 404, "not by somebody else"
    end_session(browser)
    sign_in(browser, tess, target)
    assert browser.post(target).status_code == 302 and not HeldPost.objects.exists()
    draft.refresh_from_db()
    assert draft.data == {}


def test_it_shows_what_was_typed_and_where_it_goes_before_it_is_sent(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    page = browser.get(target).content.decode()
    seen = re.sub(r"<input[^>]*>", "", page)
    assert escape(STORY) in seen and ">What have you seen or heard?<" in seen and worry(draft)[0] in seen
    assert "It goes to your own unsent draft." in seen
    assert ">Neglect<" in seen and "cccc1111" not in seen, "an answer in words, and nothing that the page carried"
    assert "csrfmiddlewaretoken" not in seen.lower() and ">old<" not in seen


def test_it_names_the_page_it_goes_to(browser: Client, tess: User, school: Organisation) -> None:
    away = browser.post(f"/organisations/{school.pk}/invite/", {"email": "evil@evil.example"})
    target = away["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    page = re.sub(r"<input[^>]*>", "", browser.get(target).content.decode())
    assert "the page to invite somebody" in page and "evil@evil.example" in page


def test_it_shows_a_date_as_one_answer(browser: Client, draft: Draft, tess: User) -> None:
    born = {"birth_date-day": "4", "birth_date-month": "5", "birth_date-year": "2019", "unheard_of": "x", "sex": "F"}
    away = browser.post(f"/drafts/{draft.token}/children/add/", {"given_name": "Ada", "age_kind": "born", **born})
    target = away["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    seen = re.sub(r"<input[^>]*>", "", browser.get(target).content.decode())
    for words in ("First name", "Ada", "Date of birth", "4 5 2019", "I know the date of birth", "Female", "Unheard of"):
        assert f">{words}<" in seen, words


def test_it_shows_what_went_to_a_page_that_there_is_no_more(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    HeldPost.objects.update(path="/gone/for-good/")
    sign_in(browser, tess, target)
    seen = browser.get(target).content.decode()
    assert ">Narrative<" in seen and "/gone/for-good/" in seen


def test_it_keeps_nothing_for_somebody_who_signed_out(client: Client, draft: Draft, tess: User) -> None:
    sign_in(client, tess, "/")
    assert held.COOKIE in client.cookies
    client.post("/accounts/logout/")
    away = client.post(*worry(draft))
    assert away["Location"].startswith("/accounts/login/?next=/drafts/") and not HeldPost.objects.exists()


def test_the_database_cannot_read_it(browser: Client, draft: Draft) -> None:
    browser.post(*worry(draft))
    row = HeldPost.objects.get()
    assert "First" not in row.body and ("narrative", STORY) in held.fields(row)


def test_it_writes_down_that_it_was_opened(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    browser.get(target)
    event = Event.objects.get(what="read:held_post")
    assert event.actor_id == tess.pk and event.detail["key"] in target


def test_it_is_deleted_once_it_was_sent_on_and_not_before(browser: Client, draft: Draft, tess: User) -> None:
    target = browser.post(*worry(draft))["Location"].partition("next=")[2]
    sign_in(browser, tess, target)
    kept = Fields(browser.get(target).content.decode())
    sends = {name: value for name, value in kept.fields if name != "about"}
    assert browser.post("/nowhere/", sends).status_code == 404 and HeldPost.objects.exists(), "it failed"
    end_session(browser)
    browser.post(kept.action, sends)
    row = HeldPost.objects.get()
    assert str(row.token) not in target, "kept anew, once"
    assert held.AGAIN not in dict(held.fields(row))
    sign_in(browser, tess, "/")
    browser.post(kept.action, {**sends, held.AGAIN: str(row.token)})
    assert not HeldPost.objects.exists()
    assert browser.get(f"/held/{row.token}/").status_code == 404


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
