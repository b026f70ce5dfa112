"""A referral is taken while the caller speaks: one page, by keyboard alone."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from referrals.choices import Via
from referrals.models import Referral, SealedIdentity

pytestmark = pytest.mark.django_db(transaction=True)


def to(page: Page, label: str, typed: str = "") -> None:
    """Go forward by Tab until the control with this label has the focus, and type."""
    for _ in range(250):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.labels?.[0]?.innerText || document.activeElement.innerText || ''")
        if name.strip().startswith(label):
            page.keyboard.type(typed)
            return
    raise AssertionError(f"no way by Tab to {label}")


def test_it_takes_a_call_by_keyboard_alone(
    at_work: Any, look: Callable[[Page], None], amira: User, tess: User, school: Organisation
) -> None:
    page = at_work(amira)
    page.goto("/queue/")
    page.get_by_role("link", name="Take a call").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Take a call or a letter")
    look(page)
    to(page, "Yes", "")
    page.keyboard.press("ArrowRight")
    to(page, "A professional", " ")
    to(page, "Organisation", "Mill Lane Primary")
    to(page, "Job", "Class teacher")
    to(page, "Name", "Tess Example")
    to(page, "Email address", tess.email)
    to(page, "First name", "Ada")
    to(page, "Last name", "Byrne")
    to(page, "Date of birth", "4/5/2019")
    to(page, "Sex", "F")
    to(page, "More about this child")
    page.keyboard.press("Enter")
    to(page, "NHS number", "943 476 5919")
    to(page, "School or nursery", "Mill Lane Primary")
    to(page, "Interpreter needed?", "Yes")
    to(page, "Language", "Polish")
    to(page, "First name", "Bo")
    to(page, "Last name", "Byrne")
    to(page, "or age", "2")
    to(page, "Address", "1 Mill Lane")
    to(page, "Postcode", "CH41 1AA")
    to(page, "What is it mostly about?", "Neg")
    to(page, "What do they say?", "Ada came without breakfast for the third week.")
    to(page, "Store it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stored")
    look(page)
    referral = Referral.objects.get()
    assert (referral.via, referral.recorded_by, referral.submitted_by) == (Via.PHONE, amira, tess)
    assert referral.subjects.count() == 2
    ada = referral.subjects.get(given_name="Ada")
    assert (ada.nhs_number, ada.interpreter, ada.language) == ("9434765919", "yes", "Polish")
    page.get_by_role("link", name="Open it in the queue").press("Enter")
    expect(page.get_by_role("button", name="Take this").first).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_takes_a_letter_from_somebody_who_withholds_their_name(
    at_work: Any, look: Callable[[Page], None], amira: User, width: int
) -> None:
    page = at_work(amira, width=width, java_script_enabled=False)
    page.goto("/take-a-call/")
    page.get_by_label("By letter").check()
    page.get_by_label("When did the letter come?").fill("20/11/2026")
    page.get_by_role("group", name="Is a child in danger now?").get_by_label("No").check()
    page.get_by_label("A member of the public").check()
    page.get_by_label("Withhold it from the family").check()
    page.get_by_role("button", name="Add another child").click()
    expect(page.get_by_role("group", name="Child 5")).to_be_visible()
    page.get_by_role("group", name="Child 1").get_by_label("First name").fill("Ada")
    page.get_by_role("group", name="Child 1").get_by_text("More about this child").click()
    page.get_by_label("School or nursery").first.fill("Mill Lane Nursery")
    page.get_by_label("What is it mostly about?").select_option(label="Neglect")
    page.get_by_label("What do they say?").fill("They write that she is left alone at night.")
    page.get_by_role("button", name="Store it").click()
    expect(page.get_by_text("Enter their name").first).to_be_visible()
    expect(page.get_by_label("School or nursery").first).to_be_visible()
    expect(page.get_by_label("School or nursery").first).to_have_value("Mill Lane Nursery")
    page.get_by_label("Name", exact=True).first.fill("Winifred Whisper")
    page.get_by_role("button", name="Store it").click()
    expect(page.get_by_role("heading", name="Their receipt code")).to_be_visible()
    assert "Winifred" not in page.content()
    assert SealedIdentity.objects.get().name == "Winifred Whisper"
    seen = at_work(amira, width=width)
    seen.goto("/take-a-call/")
    look(seen)
    seen.get_by_role("button", name="Store it").click()
    look(seen)
