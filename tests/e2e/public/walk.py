"""The steps of somebody who tells us about a child. They work with and without JavaScript."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Look = Callable[[Page], None]


def no_look(page: Page) -> None:
    """For a walk on which nobody looks around."""


def begin(page: Page, choice: str, look: Look = no_look) -> None:
    page.goto("/accounts/login/")
    page.get_by_role("link", name="I am not a professional: tell us about a child").click()
    look(page)
    page.get_by_role("button", name=choice, exact=True).click()
    look(page)


def choose(page: Page, question: str, answer: str) -> None:
    page.get_by_role("group", name=question).get_by_label(answer, exact=True).check()


def say_which_child(page: Page) -> None:
    child = page.locator("#child")
    child.get_by_label("First name").first.fill("Ada")
    child.get_by_label("Last name").first.fill("Byrne")
    child.get_by_label("Age, as near as you can").first.fill("7")
    page.get_by_label("Where do they live?").fill("Mill Lane, the house with the red door")


def say_what_happened(page: Page, danger: str = "No") -> None:
    choose(page, "What is it about, most of all?", "A child is not looked after: food, clothes, a clean home, a doctor")
    page.get_by_label("What has happened?").fill("She is alone each night until ten.\nShe told me that she is hungry.")
    choose(page, "How do you know?", "The child told me")
    choose(page, "Is a child in danger now?", danger)


def check_and_send(page: Page, look: Look = no_look) -> str:
    """Answers the code as it is printed."""
    page.get_by_role("button", name="Read it again before you send it").click()
    expect(page.get_by_role("heading", name="Read it again, then send it")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Send it now").click()
    expect(page.get_by_role("heading", name="Thank you. We have it")).to_be_visible()
    look(page)
    return page.locator(".app-receipt-code").inner_text()


def come_back(page: Page, code: str, look: Look = no_look) -> None:
    page.goto("/come-back/")
    look(page)
    page.get_by_label("Your code").fill(code)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="What we can tell you")).to_be_visible()
    look(page)
