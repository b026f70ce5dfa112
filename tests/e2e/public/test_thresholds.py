"""A councillor reads how worries are weighed, on a phone and at a desk, without an account."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visitor = Callable[..., Page]
Look = Callable[[Page], None]


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without"])
@pytest.mark.parametrize("width", [320, 1280])
def test_it_is_read_by_somebody_without_an_account(visitor: Visitor, look: Look, width: int, scripts: bool) -> None:
    page = visitor(width=width, java_script_enabled=scripts)
    page.goto("/thresholds/")
    expect(page.get_by_role("heading", name="How worries about children are weighed")).to_be_visible()
    hungry = page.get_by_text("The child goes without meals, or often says they are hungry.").first
    expect(hungry).to_be_hidden()
    page.locator("summary", has_text="Neglect").first.press("Enter")
    page.locator("summary", has_text="Neglect").nth(1).press("Enter")
    expect(hungry).to_be_visible()
    expect(page.get_by_text("Source or reason: Children Act 1989, section 47")).to_be_visible()
    if scripts:
        look(page)


def test_it_prints_what_is_folded_away(visitor: Visitor) -> None:
    page = visitor(width=1280)
    page.goto("/thresholds/")
    page.emulate_media(media="print")
    expect(page.get_by_text("The child goes without meals, or often says they are hungry.").first).to_be_visible()
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
