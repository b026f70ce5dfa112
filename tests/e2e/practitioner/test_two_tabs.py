"""The same child open in two tabs of one browser."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.practitioner import walk


def test_it_loses_nothing_in_two_tabs_and_shows_both_answers_where_they_differ(
    open_browser: Callable[..., Page], axe: Callable[[Any], None]
) -> None:
    one = open_browser(width=320)
    walk.begin(one)
    walk.add_children(one)
    one.get_by_role("link", name="The children", exact=True).click()
    one.get_by_role("link", name="Change Ada Byrne").click()
    other = one.context.new_page()
    other.goto(one.url)
    one.get_by_label("Nursery, school or college").fill("Mill Lane Primary")
    one.get_by_label("Address line 1").fill("9 Dock Road")
    walk.press(one, "Save and continue")
    assert one.get_by_text("9 Dock Road, CH41 1AA").count() == 2, "Bo lives with Ada"
    other.get_by_label("Nursery, school or college").fill("Dock Road Primary")
    other.get_by_label("Male", exact=True).check()
    walk.press(other, "Save and continue")
    expect(other.get_by_role("link", name="Nursery, school or college was also changed in another tab")).to_be_visible()
    expect(other.get_by_text("Mill Lane Primary")).to_be_visible()
    expect(other.get_by_label("Nursery, school or college")).to_have_value("Dock Road Primary")
    axe(other)
    assert other.evaluate("document.documentElement.scrollWidth") <= 320
    walk.press(other, "Save and continue")
    other.get_by_role("link", name="Change Ada Byrne").click()
    expect(other.get_by_label("Nursery, school or college")).to_have_value("Dock Road Primary")
    expect(other.get_by_label("Address line 1")).to_have_value("9 Dock Road")
    other.get_by_role("link", name="Back", exact=True).click()
    other.get_by_role("link", name="Change Bo Byrne").click()
    expect(other.get_by_label("Lives with Ada Byrne: 9 Dock Road, CH41 1AA")).to_be_checked()
