"""A whole submission with the keyboard alone: Tab, Space, the arrow keys, Enter."""

from playwright.sync_api import Page, expect

from referrals.models import Referral

FURTHEST = 400


def reach(page: Page, name: str) -> None:
    """Tab on until what has the focus bears this label or these words."""
    for _ in range(FURTHEST):
        page.keyboard.press("Tab")
        if name in page.evaluate(LABEL_OF_FOCUS):
            return
    raise AssertionError(f"the Tab key never came to {name!r} on {page.title()!r}")


LABEL_OF_FOCUS = """() => {
  const at = document.activeElement;
  const words = [...(at.labels || [])].map((label) => label.textContent).join(" ");
  const seen = getComputedStyle(at).outlineStyle !== "none" || getComputedStyle(at).boxShadow !== "none";
  return seen || at.matches(".govuk-radios__input, .govuk-checkboxes__input") ? (words || at.textContent).trim() : "";
}"""


def write(page: Page, name: str, words: str) -> None:
    reach(page, name)
    page.keyboard.type(words)


def tick(page: Page, name: str) -> None:
    reach(page, name)
    page.keyboard.press("Space")


def choose(page: Page, first: str, *, down: int = 0) -> None:
    """Come to a group of radio buttons, which the Tab key enters at the first, and go down with the arrows."""
    reach(page, first)
    page.keyboard.press("Space")
    for _ in range(down):
        page.keyboard.press("ArrowDown")


def go(page: Page, name: str) -> None:
    before = page.url
    reach(page, name)
    page.keyboard.press("Enter")
    page.wait_for_function("before => location.href !== before", arg=before)
    page.wait_for_load_state()


def test_it_takes_a_whole_submission_by_keyboard(tess_at_work: Page) -> None:
    page = tess_at_work
    page.goto("/referrals/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    go(page, "Tell us that you are worried")
    go(page, "Start")
    choose(page, "Yes, now", down=1)
    go(page, "Continue")
    go(page, "The children")
    write(page, "First name", "Ada")
    write(page, "Last name", "Byrne")
    choose(page, "I know the date of birth")
    for label, value in (("Day", "4"), ("Month", "5"), ("Year", "2019")):
        write(page, label, value)
    go(page, "Save and continue")
    write(page, "Language spoken at home", "Polish")
    tick(page, "Hearing")
    go(page, "Save and continue")
    go(page, "Continue")
    go(page, "Adults in the children’s lives")
    go(page, "I do not know of any adults")
    go(page, "What you are worried about")
    choose(page, "Physical abuse")
    write(page, "What have you seen or heard?", "A bruise in the shape of a hand.")
    go(page, "Save and continue")
    go(page, "Skip this page")
    tick(
        page,
        page.locator("label:has(~ *), label").filter(has=page.locator("xpath=../input[@value='D19']")).inner_text(),
    )
    go(page, "Save and continue")
    go(page, "Continue")
    go(page, "What works well, what should happen")
    write(page, "What have you and your colleagues done already?", "We met her mother.")
    go(page, "Save and continue")
    go(page, "Agreement, sharing and what the family knows")
    choose(page, "Yes, they agree")
    choose(page, "It is part of our public work")
    choose(page, "Yes")
    go(page, "Save and continue")
    go(page, "Your details")
    write(page, "Your job", "Class teacher")
    go(page, "Save and continue")
    go(page, "Check and send")
    tick(page, "What I have written is true")
    go(page, "Send to the hub")
    expect(page.get_by_role("heading", name="We have your referral")).to_be_visible()
    referral = Referral.objects.get()
    assert (referral.level, referral.done_already) == (4, "We met her mother.")
    assert referral.subjects.get().disabilities == ["HEAR"]
