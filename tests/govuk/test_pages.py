"""The shell that every page stands in, and the pages for when something is wrong."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from mash import errors

PAGES = ["/", "/fields/", "/question/", "/queue/", "/record/", "/done/", "/accounts/login/"]
Words = Callable[[bytes], str]


def test_it_names_each_page_and_the_product(ask: Client, words: Words) -> None:
    assert "<title>Add a child – Lantern</title>" in words(ask.get("/fields/").content)


def test_it_writes_the_title_once_and_prints_it_as_the_heading_too(ask: Client, words: Words) -> None:
    assert '<h1 class="govuk-heading-l">Add a child</h1>' in words(ask.get("/fields/").content)


def test_it_says_error_in_the_title_and_puts_the_summary_above_the_heading(ask: Client, words: Words) -> None:
    page = words(ask.post("/fields/", {"given_name": "Ada"}).content)
    assert "<title>Error: Add a child – Lantern</title>" in page
    assert page.index("There is a problem") < page.index("<h1")
    assert 'value="Ada"' in page


def test_it_lets_the_server_judge_and_not_the_browser(ask: Client, words: Words) -> None:
    page = words(ask.get("/fields/").content)
    assert "novalidate" in page
    assert " required" not in page


def test_it_tells_what_was_done_on_the_next_page(ask: Client, words: Words) -> None:
    typed = {"given_name": "Ada", "birth_date-day": "4", "birth_date-month": "5", "birth_date-year": "2019"}
    answer = ask.post(
        "/fields/", {**typed, "agreed": "yes", "signs": ["D19"], "story": "A bruise", "declaration": "yes"}, follow=True
    )
    assert "The child was added" in words(answer.content)
    assert 'role="alert"' in words(answer.content)


def test_it_signs_out_by_a_button_that_posts(ask: Client, words: Words) -> None:
    page = words(ask.get("/").content)
    assert '<form class="app-header__leave" method="post" action="/accounts/logout/">' in page


def test_it_shows_no_navigation_before_sign_in(ask: Client, words: Words) -> None:
    page = words(ask.get("/accounts/login/").content)
    assert "<nav" not in page
    assert "Sign out" not in page


@pytest.mark.parametrize("path", PAGES)
def test_it_gives_a_number_to_call_on_every_page(ask: Client, words: Words, path: str) -> None:
    page = words(ask.get(path).content)
    assert 'href="tel:999"' in page
    assert 'href="tel:01514960100"' in page


@pytest.mark.parametrize("path", PAGES)
def test_it_needs_nothing_that_the_content_policy_refuses(ask: Client, words: Words, path: str) -> None:
    page = words(ask.get(path).content)
    assert not re.search(r"<script(?![^>]* src=)", page)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)


@pytest.mark.parametrize(
    ("path", "status", "said"), [("/gone/", 404, "Page not found"), ("/nowhere/", 404, "Page not found")]
)
def test_it_has_a_page_for_what_is_not_there(ask: Client, words: Words, path: str, status: int, said: str) -> None:
    answer = ask.get(path)
    assert answer.status_code == status
    assert said in words(answer.content)


def test_it_answers_the_api_s_mistakes_as_problems(ask: Client) -> None:
    answer = ask.get("/api/v1/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json() == {"type": "about:blank", "title": "Not Found", "status": 404}


def test_it_says_sorry_without_needing_a_person_or_a_database(ask: Client, words: Words) -> None:
    answer = ask.get("/broken/")
    assert answer.status_code == 500
    assert "This is our fault, not yours" in words(answer.content)
    assert "Amira" not in words(answer.content)


def test_it_says_sorry_even_when_the_page_that_says_sorry_is_broken(
    ask: Client, words: Words, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> str:
        raise ValueError("no manifest")

    monkeypatch.setattr(errors, "render_to_string", fail)
    assert "call 999" in words(ask.get("/broken/").content)


@pytest.fixture
def strict(pages: None) -> Client:
    """A browser whose form's token is not right, as after a long pause."""
    return Client(enforce_csrf_checks=True)


def test_it_gives_back_what_was_typed_in_a_page_that_was_open_too_long(strict: Client, words: Words) -> None:
    answer = strict.post("/fields/?step=2", {"story": 'A "bruise"'}, headers={"Origin": "http://testserver"})
    page = words(answer.content)
    assert answer.status_code == 403
    assert "This page was open too long" in page
    assert 'action="/fields/?step=2"' in page
    assert '<input type="hidden" name="story" value="A &quot;bruise&quot;">' in page


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null", "http://testserver.elsewhere.example"])
def test_it_gives_back_nothing_that_another_site_sent(strict: Client, words: Words, origin: str) -> None:
    page = words(strict.post("/fields/", {"story": "forged"}, headers={"Origin": origin}).content)
    assert "forged" not in page
    assert "Open the page again" in page


def test_it_never_puts_a_password_back_on_a_page(strict: Client, words: Words) -> None:
    typed = {"login": "a@b.example", "password": "correct horse"}
    page = words(strict.post("/accounts/login/", typed, headers={"Origin": "http://testserver"}).content)
    assert "correct horse" not in page
    assert 'href="/accounts/login/"' in page


def test_it_asks_for_login_and_password(ask: Client, words: Words) -> None:
    page = words(ask.get("/accounts/login/?next=/queue/").content)
    assert 'name="login" type="email"' in page
    assert 'name="password" type="password"' in page
    assert '<input type="hidden" name="next" value="/queue/">' in page


def test_it_says_what_is_missing_at_sign_in(ask: Client, words: Words) -> None:
    page = words(ask.post("/accounts/login/", {}).content)
    assert "Enter your email address" in page
    assert "Enter your password" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/accounts/password/reset/", "Set a new password"),
        ("/accounts/password/reset/done/", "Check your email"),
        ("/accounts/password/reset/key/done/", "Your password is changed"),
        ("/accounts/inactive/", "This account is closed"),
    ],
)
def test_it_has_account_pages_of_its_own(ask: Client, words: Words, path: str, said: str) -> None:
    assert f"<title>{said} – Lantern</title>" in words(ask.get(path).content)


def test_it_gives_no_link_two_colours(root: Path) -> None:
    both = re.compile(r'class="[^"]*govuk-link--inverse[^"]*no-visited-state|no-visited-state[^"]*govuk-link--inverse')
    assert [path for path in (root / "templates").rglob("*.html") if both.search(path.read_text())] == []


def test_it_puts_no_markup_into_a_title(root: Path) -> None:
    marked = re.compile(r"{% block title %}[^\n]*\|when[^\n]*{% endblock %}")
    assert [path for path in (root / "templates").rglob("*.html") if marked.search(path.read_text())] == []
