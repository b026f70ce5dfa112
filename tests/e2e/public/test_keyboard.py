"""The public form with the keyboard alone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from referrals.models import Referral
from tests.e2e.practitioner.test_keyboard import choose, reach, write


def press(page: Page, name: str) -> None:
    """Come to a button, and press it; the address may stay the same."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_it_takes_a_whole_form_by_keyboard(visitor: Callable[..., Page]) -> None:
    page = visitor()
    page.goto("/tell-us/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Exit this page"
    press(page, "Tell us with no name")
    choose(page, "A parent, or I care for the child", down=2)
    write(page, "First name", "Ada")
    write(page, "Where do they live?", "Mill Lane")
    choose(page, "Someone hits or hurts a child", down=3)
    write(page, "What has happened?", "She is alone each night.")
    choose(page, "I saw it")
    choose(page, "Yes", down=1)
    press(page, "Read it again before you send it")
    press(page, "Send it now")
    expect(page.get_by_role("heading", name="Thank you. We have it")).to_be_visible()
    referral = Referral.objects.get()
    assert (referral.concerns.get().category, referral.immediate_danger) == ("neglect", False)
    assert referral.referrer_role == "Neighbour"
