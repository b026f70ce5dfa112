"""A manager takes a child on and names a worker; a family that is asked; a transfer that waits for its receipt."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from referrals.choices import CaseStage, ClosureReason
from referrals.models import AgreementOnCase, Allocation, Case, CaseTransfer, Closure, Outcome

Look = Callable[[Page], None]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def now(page: Page) -> None:
    """Today is there already; the time is typed, to the minute as people do."""
    page.get_by_label("At what time?").fill(f"{timezone.localtime():%H:%M}")


@pytest.mark.parametrize("width", [1280, 320])
def test_a_manager_accepts_looks_again_and_gives_the_case_to_a_worker(
    at_work, look: Look, bo: Case, gus: User, gita: User, width: int
) -> None:
    page = at_work(gus, width=width)
    page.goto(f"/cases/{bo.pk}/")
    look(page)
    press(page, "Accept now, name a worker next")
    expect(page.get_by_text("Now name a worker")).to_be_visible()
    look(page)
    page.goto("/cases/?show=waiting")
    expect(page.get_by_text("Not since it was accepted")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Bo Byrne").click()
    page.get_by_role("link", name="Write down that you looked again").click()
    look(page)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Write what you found")
    page.get_by_label("What did you find, and can this child wait?").fill("Spoke to Mum. No new risk.")
    press(page, "Save")
    expect(page.get_by_text("Gus Example looked at it last")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Give it to a worker").click()
    press(page, "Give them the case")
    expect(page.get_by_role("alert")).to_contain_text("Select a worker")
    look(page)
    page.get_by_label("Gita Example").check()
    press(page, "Give them the case")
    expect(page.get_by_text("Gita Example has Bo Byrne now.")).to_be_visible()
    look(page)
    page.goto("/cases/loads/")
    expect(page.get_by_role("row", name="Gita Example")).to_contain_text("1")
    look(page)
    assert Case.objects.get().worker == gita and Allocation.objects.get().by == gus


@pytest.mark.parametrize("width", [1280, 320])
def test_a_family_takes_back_its_agreement_and_people_are_asked_to_think(
    at_work, look: Look, bo: Case, gita: User, width: int
) -> None:
    page = at_work(gita, width=width)
    page.goto(f"/cases/{bo.pk}/")
    press(page, "Accept this case")
    page.get_by_role("link", name="Record what the family says").click()
    look(page)
    page.get_by_label("They agreed before, and no longer do").check()
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Say why there is no agreement")
    look(page)
    page.get_by_label("Why is there no agreement").fill("Mum rang: they will manage.")
    press(page, "Save")
    expect(page.get_by_role("heading", name="The family no longer agrees")).to_be_visible()
    expect(page.get_by_text("That lowers no risk")).to_be_visible()
    look(page)
    assert Case.objects.get().stage == CaseStage.OPEN and AgreementOnCase.objects.get().by == gita


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [1280, 320])
def test_cadt_keeps_a_child_until_the_other_authority_has_proved_receipt(
    at_work, look: Look, ada: Case, cleo: User, carl: User, width: int, scripts: bool
) -> None:
    page = at_work(cleo, width=width, java_script_enabled=scripts)
    seen = look if scripts else (lambda page: None)
    page.goto(f"/cases/{ada.pk}/")
    press(page, "Accept this case")
    expect(page.get_by_text("Section 47")).to_be_visible()
    page.get_by_role("link", name="Transfer to another authority").click()
    seen(page)
    press(page, "Save: they have been asked")
    expect(page.get_by_role("alert")).to_contain_text("Enter the name of the other authority")
    seen(page)
    page.get_by_label("Which authority?").fill("Eastmoor Council")
    page.get_by_label("Whom did you reach there?").fill("Neela Crane, duty manager")
    page.get_by_label("How can we reach them again?").fill("0151 496 0177")
    page.get_by_label("By telephone").check()
    now(page)
    page.get_by_label("What did you tell or send them?").fill("They live with her aunt now.")
    press(page, "Save: they have been asked")
    expect(page.get_by_text("stays open here until they confirm").first).to_be_visible()
    expect(page.get_by_text("Another authority was asked to take this child over")).to_be_visible()
    expect(page.get_by_text("Ask Carl Example.")).to_be_visible()
    expect(page.get_by_role("link", name="Close this case")).to_have_count(0)
    seen(page)
    page.get_by_role("link", name="They have confirmed: record it").click()
    seen(page)
    page.get_by_label("Who confirmed it there?").fill("Neela Crane, duty manager")
    page.get_by_label("By secure email").check()
    now(page)
    page.get_by_label("Their reference").fill("EM-1")
    press(page, "Record that they have the child")
    expect(page.get_by_text("Receipt proved")).to_be_visible()
    seen(page)
    page = at_work(carl, width=width, java_script_enabled=scripts)
    page.goto(f"/cases/{ada.pk}/")
    page.get_by_role("link", name="Close this case").click()
    page.get_by_label("The child has moved to another area, which knows about them").check()
    page.get_by_label("What will the referrer be told?").fill("Our work has ended.")
    press(page, "Continue")
    press(page, "Close the case and tell them")
    expect(page.get_by_text("is closed. The referrer will be told.")).to_be_visible()
    assert CaseTransfer.objects.get().answer == "received"
    assert Closure.objects.get().reason == ClosureReason.MOVED_AREA
    assert not Outcome.objects.filter(words__contains="Eastmoor").exists()


def test_a_worker_is_named_with_keys_alone(at_work, bo: Case, gus: User, gita: User) -> None:
    page = at_work(gus)
    page.goto(f"/cases/{bo.pk}/allocate/")
    page.get_by_label("Gita Example").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Least loaded.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Gita Example has Bo Byrne now.")).to_be_visible()
