"""A case from the offer to the end with the keyboard alone."""

from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Case, Closure

FURTHEST = 60
AT = """() => {
  const at = document.activeElement;
  return ([...(at.labels || [])].map((label) => label.textContent).join(" ") || at.textContent).trim();
}"""


def reach(page: Page, name: str) -> None:
    """Tab on until what has the focus bears this label or these words."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if name in page.evaluate(AT):
            return
    raise AssertionError(f"the Tab key never came to {name!r} on {page.title()!r}")


def go(page: Page, name: str) -> None:
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_gateway_accepts_and_closes_by_keyboard(at_work, bo: Case, gita: User) -> None:
    page = at_work(gita)
    page.goto("/cases/")
    go(page, "Bo Byrne")
    go(page, "Accept this case")
    expect(page.get_by_role("alert")).to_contain_text("You have accepted Bo Byrne")
    go(page, "Close this case")
    reach(page, "The child's needs are met")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    reach(page, "What will the referrer be told?")
    page.keyboard.press("Control+A")
    page.keyboard.type("School will carry on.")
    go(page, "Continue")
    go(page, "Close the case and tell them")
    assert (Closure.objects.get().reason, Closure.objects.get().outcome.words) == ("universal", "School will carry on.")
