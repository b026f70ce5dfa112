"""People without an account, on their way to us and back."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from accounts.models import User
from referrals.choices import Identity
from referrals.models import Amendment, Referral, SealedIdentity
from tests.e2e.public import walk

Look = Callable[[Page], None]
Visitor = Callable[..., Page]
PHONE = 320


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
def test_it_hears_a_grandmother_who_gives_no_name_and_comes_back(
    visitor: Visitor, at_work: Callable[..., Page], amira: User, look: Look, scripts: bool
) -> None:
    seen = look if scripts else walk.no_look
    page = visitor(width=PHONE, java_script_enabled=scripts)
    walk.begin(page, "Tell us with no name", seen)
    expect(page.get_by_label("Your name")).to_have_count(0)
    page.get_by_role("button", name="Read it again before you send it").click()
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    seen(page)
    walk.choose(page, "Who are you to the child?", "Family: a gran, an uncle, a sister")
    walk.say_which_child(page)
    page.get_by_text("Add one more child").first.click()
    page.locator("input[name=given_2]").fill("Bo")
    walk.say_what_happened(page)
    code = walk.check_and_send(page, seen)
    referral = Referral.objects.get()
    assert (referral.referrer_identity, referral.source_code) == (Identity.ANONYMOUS, "9")
    assert [str(child) for child in referral.subjects.all()] == ["Ada Byrne", "Bo"]

    page = visitor(width=PHONE, java_script_enabled=scripts)
    walk.come_back(page, code.lower(), seen)
    expect(page.get_by_text("A person will look at it")).to_be_visible()
    page.get_by_label("What do you want to add?").fill("He was there again last night.")
    page.get_by_role("button", name="Send what I added").click()
    expect(page.get_by_text("We have what you added")).to_be_visible()
    seen(page)
    page.get_by_role("button", name="Close this page").click()
    expect(page.get_by_role("heading", name="This is closed now")).to_be_visible()
    seen(page)
    page.goto("/come-back/news/")
    expect(page.get_by_role("heading", name="Come back with your code")).to_be_visible()

    hub = at_work(amira)
    hub.goto(f"/queue/{referral.reference}/")
    expect(hub.get_by_text("No name was given.")).to_be_visible()
    expect(hub.get_by_text("He was there again last night.")).to_be_visible()
    assert Amendment.objects.count() == 1


def test_it_locks_a_neighbours_name_away_and_a_manager_lets_one_person_see_it(
    visitor: Visitor, at_work: Callable[..., Page], amira: User, ben: User, look: Look
) -> None:
    page = visitor()
    walk.begin(page, "Tell us, and keep my name from the family", look)
    walk.choose(page, "Who are you to the child?", "A neighbour")
    page.get_by_label("Your name").fill("Nora Nextdoor")
    page.get_by_label("How can we reach you safely?").fill("Text me first.")
    walk.say_which_child(page)
    walk.say_what_happened(page)
    page.get_by_role("button", name="Read it again before you send it").click()
    page.get_by_role("button", name="Change About you").click()
    expect(page.get_by_label("Your name")).to_have_value("Nora Nextdoor")
    page.get_by_label("Your name").fill("Nora Nearby")
    walk.check_and_send(page, look)
    assert SealedIdentity.objects.get().name == "Nora Nearby"

    address = f"/queue/{Referral.objects.get().reference}/"
    manager = at_work(ben)
    manager.goto(address)
    look(manager)
    expect(manager.get_by_text("Nora")).to_have_count(0)
    manager.get_by_role("link", name="Let somebody see the name").click()
    look(manager)
    manager.get_by_label("Who may see the name?").select_option(label="Amira Example, Triage worker")
    manager.get_by_label("Why do they need it?").fill("To ask when it was")
    manager.get_by_role("button", name="Let them see the name").click()
    expect(manager.get_by_text("may see the name now")).to_be_visible()

    worker = at_work(amira, width=PHONE)
    worker.goto(address)
    worker.get_by_role("link", name="See who raised it").click()
    expect(worker.get_by_text("Nora Nearby")).to_be_visible()
    look(worker)


def test_it_hears_a_parent_who_says_who_they_are(visitor: Visitor, look: Look) -> None:
    page = visitor()
    walk.begin(page, "Tell us with your name", look)
    walk.choose(page, "Who are you to the child?", "A parent, or I care for the child")
    page.get_by_label("Your name").fill("Pam Byrne")
    page.get_by_label("Your email").fill("pam@example.org")
    walk.say_which_child(page)
    walk.say_what_happened(page, danger="Yes")
    walk.check_and_send(page, look)
    expect(page.get_by_text("please do not wait until we have read this")).to_be_visible()
    referral = Referral.objects.get()
    assert (referral.level, referral.referrer_email) == (4, "pam@example.org")


def test_it_hears_a_child_in_words_of_their_own(visitor: Visitor, look: Look) -> None:
    page = visitor(width=PHONE)
    page.goto("/tell-us/")
    page.get_by_role("link", name="I am the child or young person").click()
    expect(page.get_by_role("link", name="0800 1111")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Tell us with no name").click()
    expect(page.get_by_label("Your first name")).to_have_count(0)
    page.get_by_label("How old are you?").fill("14")
    page.get_by_label("Your school or college").fill("Hill Top High")
    walk.choose(page, "What is it about?", "Someone is cruel to me, or scares me")
    page.get_by_label("What has happened?").fill("My uncle shouts at me and I am scared.")
    walk.choose(page, "Are you in danger now?", "No")
    look(page)
    walk.check_and_send(page, look)
    child = Referral.objects.get().subjects.get()
    assert (str(child), child.estimated_age, child.school) == ("Child not named", 14, "Hill Top High")


@pytest.mark.parametrize("address", ["/tell-us/", "/tell-us/withheld/", "/come-back/"])
def test_it_lets_people_leave_at_once_by_button_and_by_shift(visitor: Visitor, address: str) -> None:
    page = visitor()
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="Sunny"))
    page.goto(address)
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    page.goto(address)
    page.wait_for_selector("body[data-govuk-frontend-exit-this-page-keypress]")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://www.bbc.co.uk/weather")


@pytest.mark.parametrize("how", ["button", "shift"])
def test_it_brings_nobody_back_who_left_at_once(visitor: Visitor, settings: Any, live_server: Any, how: str) -> None:
    """Neither the code nor the news comes back with “Back”; the news is closed, and opened afresh asks for the code."""
    elsewhere = settings.EXIT_ADDRESS = f"{live_server.url}/accounts/login/"
    page = visitor(width=PHONE)
    walk.begin(page, "Tell us with no name")
    walk.choose(page, "Who are you to the child?", "A neighbour")
    walk.say_which_child(page)
    walk.say_what_happened(page)
    code = walk.check_and_send(page)
    _leave_and_try_back(page, how, elsewhere)
    walk.come_back(page, code)
    _leave_and_try_back(page, how, elsewhere)
    page.goto("/come-back/news/")
    expect(page.get_by_role("heading", name="Come back with your code")).to_be_visible()


def _leave_and_try_back(page: Page, how: str, elsewhere: str) -> None:
    if how == "button":
        page.get_by_role("button", name="Exit this page").click()
    else:
        page.wait_for_selector("body[data-govuk-frontend-exit-this-page-keypress]")
        for _ in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(elsewhere)
    with suppress(Error):  # The browser itself shows no page that a form led to.
        page.go_back()
    for words in ("Your code is", "What we can tell you", "She is alone each night"):
        expect(page.get_by_text(words)).to_have_count(0)


def test_it_offers_only_what_works_without_scripts(visitor: Visitor) -> None:
    for scripts in (True, False):
        page = visitor(java_script_enabled=scripts)
        page.goto("/tell-us/anonymous/")
        expect(page.get_by_text("press the Shift key")).to_be_visible(visible=scripts)
        walk.choose(page, "Who are you to the child?", "A neighbour")
        walk.say_which_child(page)
        walk.say_what_happened(page)
        walk.check_and_send(page)
        expect(page.get_by_text("Print this page")).to_be_visible(visible=scripts)


def test_it_lets_people_leave_without_scripts_and_tells_the_next_site_nothing(visitor: Visitor) -> None:
    page = visitor(java_script_enabled=False)
    told = []
    page.route("https://www.bbc.co.uk/**", lambda route: (told.append(route.request.headers), route.fulfill(body="-")))
    page.goto("/tell-us/anonymous/")
    page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url("https://www.bbc.co.uk/weather")
    assert "referer" not in told[0]
