"""The teacher's long form with every part filled: interrupted, cut off by a power cut, sent and read."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Draft, Referral
from tests.cast import PASSWORD
from tests.e2e.practitioner import long_form, walk

Window = Callable[..., Page]
Look = Callable[[Page], None]
STORY = "Worry number 1.\n\nShe hid under the table, and then the bell rang for half an hour."


def sign_in(page: Page, user: User) -> None:
    page.get_by_label("Email address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    walk.press(page, "Sign in")


def come_back(page: Page, user: User) -> None:
    """After a power cut: another browser, the sign-in page, and the draft that is still there."""
    page.goto("/referrals/")
    sign_in(page, user)
    page.get_by_role("link", name="Continue: Ada Byrne and Unborn child").click()
    expect(page.get_by_role("heading", name="Your worry, step by step")).to_be_visible()


def test_it_keeps_every_part_through_an_interruption_and_a_power_cut_until_the_hub_reads_it(
    open_browser: Window, look: Look, tess: User, amira: User
) -> None:
    page = open_browser()
    walk.begin(page)
    long_form.a_child_with_everything(page)
    long_form.an_unborn_child(page)
    long_form.two_adults(page)
    half_an_hour_in_the_middle_of_a_sentence(page, tess)
    long_form.end_worry(page, "D19")
    before = Draft.objects.get().data
    page.context.close()

    page = open_browser(user=None)
    come_back(page, tess)
    assert Draft.objects.get().data == before
    for n, category in enumerate(("Exploitation", "Neglect"), start=2):
        page.get_by_role("link", name="What you are worried about").click()
        walk.press(page, "Add another worry")
        long_form.begin_worry(page, category, f"Worry number {n}.")
        walk.press(page, "Save and continue")
        long_form.end_worry(page, "D05")
        walk.press(page, "Continue")
    walk.say_what_works_well(page)
    look(page)
    long_form.tools(page, look)
    walk.say_what_the_family_knows(page)
    walk.say_who_you_are(page)
    walk.check_and_send(page)
    read_by_the_hub(open_browser(user=amira), look)


def half_an_hour_in_the_middle_of_a_sentence(page: Page, user: User) -> None:
    """The page stays open, the session ends; what was typed is kept over the sign-in and goes on."""
    page.get_by_role("link", name="What you are worried about").click()
    long_form.begin_worry(page, "Domestic abuse", STORY)
    with time_machine.travel(timezone.now() + timedelta(minutes=31), tick=True):
        Session.objects.all().delete()
        walk.press(page, "Save and continue")
        sign_in(page, user)
        expect(page.get_by_role("heading", name="We kept what you typed")).to_be_visible()
        walk.press(page, "Carry on")
        expect(page.get_by_role("heading", name="When, and how you know: Domestic abuse")).to_be_visible()
    assert Draft.objects.get().data["concerns"][0]["narrative"] == STORY


def read_by_the_hub(page: Page, look: Look) -> None:
    """Each answer is on the file page, and the level follows the signs and the tools."""
    referral = Referral.objects.get()
    page.goto(f"/queue/{referral.reference}/")
    text = " ".join(page.locator("main").inner_text().split())
    assert not [answer for answer in long_form.said() if answer not in text]
    look(page)
    rules = {reason["rule"] for subject in referral.subjects.all() for reason in subject.hub_assessment.reasons}
    assert {"dash", "dash-grade", "exploitation", "neglect-grade", "D19"} <= rules
    assert referral.level == 4


def test_it_fits_a_phone_and_needs_no_script_on_the_pages_of_the_tools(open_browser: Window, look: Look) -> None:
    for options in ({"width": 320}, {"java_script_enabled": False}):
        page = open_browser(**options)
        walk.begin(page)
        walk.add_children(page)
        for n, category in enumerate(("Domestic abuse", "Exploitation", "Neglect")):
            page.get_by_role("link", name="What you are worried about").click()
            if n:
                walk.press(page, "Add another worry")
            long_form.begin_worry(page, category, "She hid.")
            walk.press(page, "Save and continue")
            long_form.end_worry(page, "D05")
            walk.press(page, "Continue")
        seen = look if options.get("width") else walk.no_look
        seen(page)
        long_form.tools(page, seen)
        expect(page.get_by_role("listitem").filter(has_text="Completed")).to_have_count(6)
        assert Draft.objects.order_by("-started_at")[0].data["tools"]["dash"] == 11


def test_it_shows_a_mistake_in_a_score_and_what_another_tab_said(open_browser: Window, look: Look) -> None:
    page = open_browser(width=320)
    walk.begin(page)
    walk.add_children(page)
    page.get_by_role("link", name="What you are worried about").click()
    long_form.begin_worry(page, "Domestic abuse", "She hid.")
    walk.press(page, "Save and continue")
    long_form.end_worry(page, "D05")
    walk.press(page, "Continue")
    long_form.link(page, "Domestic abuse: DASH or DARA")
    other = page.context.new_page()
    other.set_viewport_size({"width": 320, "height": 900})
    other.goto(page.url)
    page.get_by_label("Yes, DASH").check()
    page.get_by_label("How many questions were answered yes?").fill("99")
    walk.press(page, "Save and continue")
    page.get_by_role("link", name="must be between 0 and 27").click()
    expect(page.get_by_label("How many questions were answered yes?")).to_be_focused()
    look(page)
    page.get_by_label("How many questions were answered yes?").fill("9")
    walk.press(page, "Save and continue")
    other.get_by_label("Yes, DARA").check()
    other.get_by_role("radio", name="Medium risk").check()
    walk.press(other, "Save and continue")
    expect(other.get_by_text("DASH: 9 of 27")).to_be_visible()
    look(other)
    walk.press(other, "Save and continue")
    held = Draft.objects.get().data["tools"]
    assert (held["dash"], held["dara"]) == (None, "medium")


@pytest.mark.parametrize("answer", ["More about Ada Byrne", "How to reach", "When, and how you know"])
def test_it_comes_back_to_a_second_page_that_was_skipped(open_browser: Window, answer: str) -> None:
    page = open_browser()
    walk.begin(page)
    walk.add_children(page)
    walk.add_adult(page)
    walk.add_worry(page)
    places = {
        "More about Ada Byrne": ("The children", "More (Ada Byrne)"),
        "How to reach": ("Adults in the children’s lives", "Contact (Carl Dunne)"),
        "When, and how you know": ("What you are worried about", "More (Physical abuse)"),
    }
    for name in places[answer]:
        long_form.link(page, name)
    expect(page.get_by_role("heading", name=answer)).to_be_visible()
    expect(page.get_by_role("link", name="Skip this page")).to_have_count(0)
