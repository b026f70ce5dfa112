"""A worry about a teacher: from the form to the officer's decision, and nobody else at the school sees anything."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import AllegationDetails, Decision, Referral
from tests.e2e.practitioner import walk

Look = Callable[[Page], None]
NAME = "Edmund Grey"


def worry_about_a_worker(page: Page) -> None:
    page.get_by_role("link", name="What you are worried about").click()
    page.get_by_label("Somebody who works with children").check()
    page.get_by_label("All the children").check()
    page.get_by_label("What have you seen or heard?").fill("Mr Grey held Ada by the arm.")
    walk.press(page, "Save and continue")
    walk.skip(page, "When, and how you know")
    page.locator("input[value=D19]").check()
    walk.press(page, "Save and continue")
    walk.press(page, "Continue")


def say_who(page: Page, look: Look) -> None:
    page.get_by_role("link", name="The person who works with children").click()
    look(page)
    walk.press(page, "Save and continue")
    expect(page.get_by_role("alert")).to_contain_text("Enter their name")
    page.get_by_label("Their name").fill(NAME)
    page.get_by_label("What they do with children").fill("Class teacher")
    page.get_by_label("Where they do it").fill("Mill Lane Primary")
    for label, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(label, exact=True).fill(value)
    page.get_by_role("group", name="Are they still working with children?").get_by_label("Yes").check()
    page.get_by_role("group", name="Do they have, or live with").get_by_label("Yes").check()
    page.get_by_label("Who are the children?").fill("Two small ones")
    look(page)
    walk.press(page, "Save and continue")


def say_who_you_are(page: Page, look: Look) -> None:
    """A number of one's own: the organisation's is not offered."""
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Your job").fill("Head teacher")
    own = page.get_by_label("Phone number that only you answer")
    expect(own).to_have_value("")
    own.fill("07700 900123")
    look(page)
    walk.press(page, "Save and continue")


def send(page: Page, look: Look) -> None:
    walk.begin(page)
    walk.add_children(page)
    page.get_by_role("link", name="Adults in the children’s lives").click()
    page.get_by_role("button", name="I do not know of any adult").click()
    worry_about_a_worker(page)
    say_who(page, look)
    walk.say_what_the_family_knows(page)
    say_who_you_are(page, look)
    page.get_by_role("link", name="Check and send").click()
    expect(page.get_by_text(NAME)).to_be_visible()
    look(page)
    page.get_by_label("What I have written is true").check()
    walk.press(page, "Send to the hub")
    expect(page.get_by_role("heading", name="We have your referral")).to_be_visible()
    expect(page.get_by_text("Do not tell the person about the worry")).to_be_visible()
    look(page)


def decide(page: Page, look: Look) -> None:
    page.goto("/queue/")
    walk.press(page, "Take the next one")
    expect(page.get_by_role("heading", name="The person who works with children")).to_be_visible()
    expect(page.get_by_text("Consider how safe those children are now")).to_be_visible()
    expect(page.get_by_text("They learnt of it on 2 March 2026")).to_be_visible()
    look(page)
    page.get_by_role("group", name="What happens for the children?").get_by_label("Send to CADT").check()
    page.get_by_role("group", name="At which level?").first.get_by_label("Level 4").check()
    page.get_by_label("I have seen what is not known").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Waits for a registered social worker to sign").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_goes_from_the_form_to_the_officer_and_past_the_lead(
    at_work: Callable[..., Page], look: Look, tess: User, leo: User, ben: User, lara: User, width: int
) -> None:
    send(at_work(tess, width=width), look)
    referral = Referral.objects.get()
    assert (referral.lane, AllegationDetails.objects.get().name) == ("allegations", NAME)
    lead = at_work(leo, width=width)
    lead.goto("/referrals/")
    expect(lead.get_by_text("Nothing sent yet")).to_be_visible()
    assert NAME not in lead.content()
    lead.goto(f"/referrals/{referral.reference}/")
    expect(lead.get_by_text(NAME)).to_have_count(0)
    manager = at_work(ben, width=width)
    manager.goto("/queue/")
    expect(manager.get_by_text("Nothing is waiting").first).to_be_visible()
    decide(at_work(lara, width=width), look)
    assert set(Decision.objects.values_list("by", flat=True)) == {lara.pk}
