"""After sending: add, put right, withdraw, be answered; and take over what a colleague began."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.models import Draft, Referral
from referrals.services import drafts, queue, submitting
from tests.cast import a_submission
from tests.e2e.practitioner import walk

Look = Callable[[Page], None]


@pytest.mark.parametrize("width", [320, 1280])
def test_it_adds_puts_right_and_is_answered(
    at_work: Callable[..., Page], look: Look, tess: User, amira: User, siblings: Referral, width: int
) -> None:
    queue.claim(by=amira, referral=siblings)
    page = at_work(tess, width=width)
    page.goto(f"/referrals/{siblings.reference}/")
    page.get_by_role("link", name="Add or correct something").click()
    look(page)
    page.get_by_role("link", name="Put right date of birth (Ada Byrne)").click()
    look(page)
    page.get_by_label("What should it say?").fill("4 May 2018")
    page.get_by_label("How do you know?").fill("Their mother told me")
    walk.press(page, "Send it to the hub")
    expect(page.get_by_text("It is kept with your referral")).to_be_visible()
    page.get_by_role("link", name="Add or correct something").click()
    walk.press(page, "Tell us what is new")
    look(page)
    page.get_by_label("Bo Byrne").check()
    page.get_by_label("What is new?").fill("Bo was away today.")
    walk.press(page, "Send it to the hub")
    expect(page.get_by_role("heading", name="What was added later")).to_be_visible()
    look(page)
    hub = at_work(amira, width=width)
    hub.goto("/owed/")
    look(hub)
    hub.goto("/queue/?mine=yes")
    expect(hub.get_by_text("New from the referrer")).to_be_visible()
    hub.get_by_role("link", name="Ada Byrne").click()
    expect(hub.get_by_role("heading", name="New from the referrer")).to_be_visible()
    look(hub)
    hub.get_by_role("link", name="I have looked at this").last.click()
    look(hub)
    hub.get_by_label("What shall we tell them?").fill("Thank you, we have called.")
    walk.press(hub, "I have looked at this")
    expect(hub.get_by_text("Added later by the referrer, and looked at (1)")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Thank you, we have called.")).to_be_visible()


@pytest.mark.parametrize(("width", "code"), [(320, "D05"), (1280, "D19")])
def test_it_says_first_what_withdrawing_does(
    at_work: Callable[..., Page], look: Look, tess: User, width: int, code: str
) -> None:
    referral = submitting.submit(by=tess, submission=a_submission(code))
    page = at_work(tess, width=width)
    page.goto(f"/referrals/{referral.reference}/")
    page.get_by_role("link", name="Withdraw", exact=True).click()
    look(page)
    page.get_by_label("Why do you want to withdraw it?").fill("It was another family.")
    page.get_by_role("button", name="Withdraw it" if code == "D05" else "Tell the hub what I wish").click()
    expect(page.get_by_text("is withdrawn" if code == "D05" else "The hub has been told what you wish")).to_be_visible()
    look(page)


def test_it_downloads_a_receipt_named_by_its_reference(
    at_work: Callable[..., Page], tess: User, referral: Referral
) -> None:
    page = at_work(tess)
    page.goto(f"/referrals/{referral.reference}/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt of what was sent (PDF)").click()
    assert download.value.suggested_filename == f"{referral.reference}.pdf"


@pytest.mark.parametrize("width", [320, 1280])
def test_it_continues_later_and_a_colleague_takes_over(
    at_work: Callable[..., Page], look: Look, tess: User, leo: User, width: int
) -> None:
    draft = drafts.start(by=tess)
    drafts.put(draft=draft, kind="children", item={"id": "item1", "given_name": "Zebediah"})
    page = at_work(tess, width=width)
    page.goto(f"/drafts/{draft.token}/")
    look(page)
    walk.press(page, "Continue later")
    expect(page.get_by_text("Kept until")).to_be_visible()
    lead = at_work(leo, width=width)
    lead.goto("/referrals/")
    expect(lead.get_by_text("Begun by colleagues, and not sent")).to_be_visible()
    look(lead)
    lead.get_by_role("link", name="Take it over from Tess Example").click()
    look(lead)
    lead.get_by_label("Why are you taking it over?").fill("Tess is ill.")
    walk.press(lead, "Take it over")
    expect(lead.get_by_text("Zebediah")).to_be_visible()
    assert Draft.objects.get().owner == leo
