"""The guide in a real browser: nothing for axe to find, nothing wider than a telephone, nothing that needs a script."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

PAGES = ["", "fields/", "question/", "queue/", "record/", "done/", "gone/", "broken/", "accounts/login/"]


def test_it_gives_axe_nothing_to_find_and_fits_a_telephone(
    guide_address: str, page: Page, axe: Callable[[Page], None]
) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for path in PAGES:
            page.goto(f"{guide_address}/{path}")
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than {width}px"


def test_it_moves_to_the_summary_and_from_there_to_the_box(
    guide_address: str, page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(f"{guide_address}/fields/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    axe(page)
    page.get_by_role("link", name="Enter the date of birth").click()
    expect(page.get_by_label("Day")).to_be_focused()


def test_it_opens_what_an_answer_opens_and_axe_is_still_content(
    guide_address: str, page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(f"{guide_address}/fields/")
    expect(page.get_by_label("What did they say?")).to_be_hidden()
    page.get_by_label("No", exact=True).check()
    expect(page.get_by_label("What did they say?")).to_be_visible()
    axe(page)


def test_it_breaks_no_rule_of_its_own_content_policy(guide_address: str, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("", "fields/", "queue/", "record/", "done/", "accounts/login/"):
        page.goto(f"{guide_address}/{path}")
    assert said == []


def test_it_tells_how_many_signs_are_ticked_in_a_group(guide_address: str, page: Page) -> None:
    page.goto(f"{guide_address}/fields/")
    page.get_by_label("Self-harm").check()
    expect(page.locator(".app-group__count").first).to_have_text("1 ticked")


@pytest.fixture
def without_scripts(browser: Browser) -> Page:
    return browser.new_context(java_script_enabled=False).new_page()


def test_it_works_without_scripts(guide_address: str, without_scripts: Page) -> None:
    page = without_scripts
    page.goto(f"{guide_address}/fields/")
    expect(page.get_by_label("What did they say?")).to_be_visible()
    expect(page.get_by_role("link", name="Queue")).to_be_visible()
    page.get_by_label("Given name").fill("Ada")
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_title("Error: Add a child – Lantern")
    expect(page.get_by_label("Given name")).to_have_value("Ada")
    page.context.close()
