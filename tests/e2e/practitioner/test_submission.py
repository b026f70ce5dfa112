"""A teacher tells us about two siblings: by mouse, without JavaScript, on a phone, and after being signed out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Draft, Referral
from tests.cast import PASSWORD
from tests.e2e.practitioner import walk


def test_it_takes_two_siblings_from_the_first_page_to_the_confirmation(tess_at_work: Page, tess: User) -> None:
    shown = walk.whole(tess_at_work)
    referral = Referral.objects.get()
    assert (referral.level, referral.lane, referral.submitted_by) == (4, "cadt", tess)
    assert shown.replace("-", "") == referral.reference
    assert [child.postcode for child in referral.subjects.all()] == ["CH41 1AA"] * 2
    tess_at_work.get_by_role("link", name="See this referral and what becomes of it").click()
    expect(tess_at_work.get_by_role("heading", name="Where each child stands")).to_be_visible()
    expect(tess_at_work.get_by_text("Waiting to be read")).to_have_count(2)


def test_it_makes_one_referral_of_a_double_click_and_the_back_button(tess_at_work: Page) -> None:
    walk.begin(tess_at_work)
    walk.add_children(tess_at_work)
    walk.add_adult(tess_at_work)
    walk.add_worry(tess_at_work)
    walk.say_what_the_family_knows(tess_at_work)
    walk.say_who_you_are(tess_at_work)
    tess_at_work.get_by_role("link", name="Check and send").click()
    tess_at_work.get_by_label("What I have written is true").check()
    tess_at_work.get_by_role("button", name="Send to the hub").dblclick()
    expect(tess_at_work.get_by_role("heading", name="We have your referral")).to_be_visible()
    tess_at_work.go_back()
    tess_at_work.reload()
    expect(tess_at_work.get_by_role("heading", name="We have your referral")).to_be_visible()
    assert Referral.objects.count() == 1


def test_it_works_without_javascript(open_browser: Callable[..., Page]) -> None:
    page = open_browser(java_script_enabled=False)
    walk.whole(page, danger=True)
    assert Referral.objects.get().immediate_danger is True


@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_accessible_and_never_wider_than_the_screen_on_any_page(
    open_browser: Callable[..., Page], axe: Callable[[Any], None], width: int
) -> None:
    titles: list[str] = []

    def look(page: Page) -> None:
        axe(page)
        titles.append(page.title())
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.title()} is too wide"

    page = open_browser(width=width)
    walk.whole(page, look, danger=True)
    for name in ("All your referrals", "See this referral"):
        page.get_by_role("link", name=name).last.click()
        look(page)
        page.go_back()
    assert len(titles) >= 24


def test_it_shows_mistakes_accessibly_and_keeps_what_was_typed(
    open_browser: Callable[..., Page], axe: Callable[[Any], None]
) -> None:
    page = open_browser(width=320)
    walk.begin(page)
    page.get_by_role("link", name="The children", exact=True).click()
    walk.add_child(page, "ليلى" + "x" * 4000, ("31", "2", "2019"))
    page.get_by_label("NHS number").fill("485 777 3456")
    walk.press(page, "Save and continue")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    assert page.title().startswith("Error: ")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.get_by_label("First name").input_value().startswith("ليلىxxx")
    page.get_by_role("link", name="Date of birth must be a real date").click()
    expect(page.get_by_role("textbox", name="Day")).to_be_focused()


def test_it_keeps_what_was_typed_when_the_session_ends(
    tess_at_work: Page, tess: User, axe: Callable[[Any], None]
) -> None:
    page = tess_at_work
    walk.begin(page)
    walk.add_children(page)
    page.get_by_role("link", name="What you are worried about").click()
    page.get_by_label("Neglect").check()
    page.get_by_label("All the children").check()
    page.get_by_label("What have you seen or heard?").fill("A long story.\n\nWith two parts.")
    Session.objects.all().delete()
    walk.press(page, "Save and continue")
    page.get_by_label("Email address").fill(tess.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.press(page, "Sign in")
    expect(page.get_by_role("heading", name="We kept what you typed")).to_be_visible()
    axe(page)
    walk.press(page, "Carry on")
    walk.skip(page, "When, and how you know: Neglect")
    expect(page.get_by_role("heading", name="Go through the signs")).to_be_visible()
    assert Draft.objects.get().data["concerns"][0]["narrative"] == "A long story.\n\nWith two parts."


def test_it_comes_back_to_a_draft_after_signing_out(tess_at_work: Page, open_browser: Callable[..., Page]) -> None:
    walk.begin(tess_at_work)
    walk.add_children(tess_at_work)
    walk.press(tess_at_work, "Sign out")
    again = open_browser()
    again.goto("/referrals/")
    again.get_by_role("link", name="Continue: Ada Byrne and Bo Byrne").click()
    expect(again.get_by_role("heading", name="Your worry, step by step")).to_be_visible()


def test_it_finds_a_sign_by_a_word(tess_at_work: Page) -> None:
    page = tess_at_work
    walk.begin(page)
    walk.add_children(page)
    page.get_by_role("link", name="What you are worried about").click()
    page.get_by_label("Education").check()
    page.get_by_label("All the children").check()
    page.get_by_label("What have you seen or heard?").fill("Bo is away a lot.")
    walk.press(page, "Save and continue")
    walk.skip(page, "When, and how you know: Education")
    page.locator("input[value=D19]").check()
    page.get_by_label("Find a sign").fill("miss school")
    expect(page.locator("input[value=D05]")).to_be_visible()
    expect(page.locator("input[value=D01]")).to_be_hidden()
    expect(page.locator("input[value=D19]")).to_be_visible()
    page.get_by_label("Find a sign").fill("qqq")
    expect(page.locator("#find-said")).to_contain_text("Try another word")
