"""A teacher with a Level 1 worry is offered help, asks for advice instead, reads it, and makes it a referral after all;
the administrator keeps the list of local services."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals.models import Consultation, Draft, LocalService, Referral
from referrals.services import directory
from tests.advice.conftest import a_service, ask, filled  # noqa: F401
from tests.cast import person
from tests.e2e.practitioner.walk import press
from tests.e2e.services.test_keyboard import go, reach

Filled = Callable[..., Draft]


@pytest.fixture
def polly(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def listed(polly: User) -> None:
    directory.add(by=polly, answers=a_service(districts=["MB1"], area="Harbour"))
    directory.add(by=polly, answers=a_service(name="School Nurse Line", phone="0151 496 0173", access="either"))
    directory.add(by=polly, answers=a_service(name="Roof and Hearth", categories=["housing"]))


def look_below(page: Page, draft: Draft, look: Callable[[Page], None]) -> None:
    page.goto(f"/drafts/{draft.token}/")
    page.get_by_role("link", name="See what may help now").click()
    expect(page.get_by_role("heading", name="What may help now")).to_be_visible()
    expect(page.get_by_text("Harbour Family Hub")).to_be_visible()
    expect(page.get_by_text("Roof and Hearth")).to_have_count(0)
    look(page)
    page.get_by_role("button", name="Send it all the same").click()
    expect(page.get_by_role("heading", name="Send", exact=True)).to_be_visible()
    look(page)
    page.get_by_role("link", name="See what may help now").click()


def ask_instead(page: Page, look: Callable[[Page], None]) -> None:
    page.get_by_role("link", name="Ask for advice instead").click()
    expect(page.get_by_label("What is it mostly about?")).to_have_value("education")
    look(page)
    press(page, "Send the question")
    expect(page.get_by_role("alert")).to_contain_text("Write what you would like advice about")
    look(page)
    page.get_by_label("What would you like advice about?").fill("A child in my class is often late.\nMum is worn out.")
    press(page, "Send the question")
    expect(page.get_by_text("We have your question")).to_be_visible()
    look(page)


def answer(page: Page, look: Callable[[Page], None]) -> None:
    page.goto("/advice/waiting/")
    look(page)
    page.get_by_role("link", name="Education").click()
    look(page)
    press(page, "I am answering this")
    page.get_by_label("Your advice").fill("Meet mum this week.\n\nThen tell us: this sounds like more.")
    page.get_by_label("Send a referral").check()
    press(page, "Send this advice")
    expect(page.get_by_text("is told that there is an answer to read")).to_be_visible()
    page.get_by_role("link", name="Advised to refer, not yet referred (1)").click()
    look(page)
    page.get_by_role("link", name="Education").click()
    look(page)
    page.get_by_role("link", name="End this question").click()
    expect(page.get_by_label("If no referral has come of it")).to_be_visible()
    look(page)
    page.get_by_label("It should be a referral").check()
    press(page, "End it")
    expect(page.get_by_role("alert")).to_contain_text("Say why no referral has come of it")
    look(page)


def read_and_refer(page: Page, look: Callable[[Page], None]) -> None:
    page.goto("/advice/")
    expect(page.get_by_text("Answer for you")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Education").click()
    expect(page.get_by_role("heading", name="This should be a referral", exact=True)).to_be_visible()
    look(page)
    press(page, "Go on with the referral")
    expect(page.get_by_role("heading", name="Your worry, step by step")).to_be_visible()
    page.get_by_role("link", name="Check and send").click()
    page.get_by_label("What I have written is true").check()
    press(page, "Send to the hub")
    expect(page.get_by_role("heading", name="We have your referral")).to_be_visible()


@pytest.mark.parametrize(("width", "script"), [(1280, True), (320, True), (320, False)])
def test_it_offers_help_takes_a_question_and_makes_it_a_referral(
    at_work: Callable[..., Page],
    look: Callable[[Page], None],
    filled: Filled,  # noqa: F811
    listed: None,
    tess: User,
    amira: User,
    width: int,
    script: bool,
) -> None:
    draft = filled("D02")
    options: dict[str, Any] = {"width": width, "java_script_enabled": script}
    seen = look if script else (lambda _page: None)
    teacher, hub = at_work(tess, **options), at_work(amira, **options)
    look_below(teacher, draft, seen)
    ask_instead(teacher, seen)
    answer(hub, seen)
    read_and_refer(teacher, seen)
    assert Referral.objects.get().level == 1 and Consultation.objects.get().draft == draft
    hub.goto("/advice/waiting/?show=advised")
    expect(hub.get_by_text("Everybody has sent what we advised")).to_be_visible()
    teacher.goto("/advice/")
    expect(teacher.get_by_text("Referral sent")).to_be_visible()


def test_it_answers_by_keyboard_alone(at_work: Callable[..., Page], tess: User, amira: User) -> None:
    row = ask(tess)
    page = at_work(amira)
    page.goto("/advice/waiting/")
    go(page, "Education")
    go(page, "I am answering this")
    reach(page, "Your advice")
    page.keyboard.type("Meet the parents.")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    go(page, "Send this advice")
    expect(page.get_by_text("is told that there is an answer to read")).to_be_visible()
    assert row.exchanges.get().should_refer is False


@pytest.mark.parametrize("width", [1280, 320])
def test_it_keeps_and_searches_the_list_of_local_services(
    at_work: Callable[..., Page],
    look: Callable[[Page], None],
    listed: None,
    polly: User,
    tess: User,
    width: int,
) -> None:
    page = at_work(polly, width=width)
    page.goto("/local-services/")
    look(page)
    page.get_by_role("button", name="Add a service").click()
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Enter the name of the service")
    look(page)
    page.get_by_label("Name", exact=True).fill("Steady Minds")
    page.get_by_label("What does it do?").fill("Somebody to talk to.")
    page.get_by_label("Mental health").check()
    page.get_by_label("From what age?").fill("8")
    page.get_by_label("Phone number").fill("0151 496 0174")
    page.get_by_label("The family can ask for it themselves").check()
    press(page, "Save")
    page.get_by_role("link", name="Steady Minds").click()
    look(page)
    press(page, "It is still right")
    expect(page.get_by_text("Steady Minds is right today")).to_be_visible()
    assert LocalService.objects.get(name="Steady Minds").checked_by == polly
    teacher = at_work(tess, width=width)
    teacher.goto("/local-help/")
    look(teacher)
    teacher.get_by_label("What is the worry?").select_option("Mental health")
    teacher.get_by_label("Age of the child").fill("9")
    press(teacher, "Show")
    expect(teacher.get_by_role("heading", name="Steady Minds")).to_be_visible()
    expect(teacher.get_by_text("Harbour Family Hub")).to_have_count(0)


def test_it_asks_and_reads_by_keyboard_alone(at_work: Callable[..., Page], tess: User) -> None:
    page = at_work(tess)
    page.goto("/advice/")
    page.get_by_role("button", name="Ask for advice").focus()
    page.keyboard.press("Enter")
    page.get_by_label("What would you like advice about?").focus()
    page.keyboard.type("A child is often late.")
    page.keyboard.press("Tab")
    page.keyboard.type("Educ")
    page.keyboard.press("Tab")
    page.keyboard.type("5 to")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "Send the question":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("We have your question")).to_be_visible()
    assert Consultation.objects.get().category == "education"
