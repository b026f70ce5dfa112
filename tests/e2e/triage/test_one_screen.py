"""Deciding beside the file: nothing by accident, words that follow, keys, and the queue that tells what has come."""

from collections.abc import Callable
from string import ascii_letters, digits, punctuation
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from mash.audit.models import Event
from referrals.choices import Stage, Way
from referrals.drafted import draft
from referrals.models import Decision, Referral
from referrals.services import queue
from tests.queue.homes import send

pytestmark = pytest.mark.django_db(transaction=True)
Window = Callable[..., Page]
Look = Callable[[Page], None]
EVERY = 45_000


@pytest.fixture
def mine(tess: User, amira: User) -> Referral:
    """A Level 2 worry on Amira's desk: all that is missing to decide is which way."""
    row = send(tess, "D05", home=1)
    queue.claim(by=amira, referral=row)
    return row


@pytest.fixture
def page(at_work: Window, amira: User, mine: Referral) -> Page:
    window = at_work(amira)
    window.goto(f"/queue/{mine.reference}/")
    return window


def ready(page: Page) -> None:
    """Everything is answered: one press on the button would decide."""
    form = page.locator("#decide")
    form.get_by_label("Send to Gateway").check()
    form.get_by_label("I have seen what is not known").check()


def test_no_single_key_decides_wherever_one_stands(page: Page, mine: Referral) -> None:
    ready(page)
    places = ("#id_way", "#id_way-2", "#id_level-2", "#id_agreement", "#id_seen")
    for place in places:
        page.locator(place).focus()
        page.keyboard.press("Enter")
    page.locator("h1").click()
    for key in (*ascii_letters, *digits, *punctuation, "Enter", "Space", "Escape"):
        if key not in "qhbnt?":  # these lead to other pages, or open the list of keys
            page.keyboard.press(key)
    assert page.url.endswith(f"/queue/{mine.reference}/")
    page.reload()
    assert not Decision.objects.exists() and Referral.objects.get(pk=mine.pk).stage == Stage.IN_TRIAGE


def test_without_javascript_neither(
    live_server: LiveServer, browser: Browser, client_for: Any, mine: Referral, amira: User
) -> None:
    context = browser.new_context(java_script_enabled=False)
    session = client_for(amira).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/queue/{mine.reference}/")
    page.locator("#id_way-2").check()
    page.locator("#id_seen").check()
    page.locator("#id_seen").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is decided yet")
    assert not Decision.objects.exists()
    expect(page.locator("#id_way-2")).to_be_checked()
    expect(page.locator("#id_seen")).to_be_checked()
    page.locator("#id_agreement").check()
    page.get_by_role("button", name="Decide and take the next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing is waiting")
    assert Decision.objects.get().words == draft(Way.GATEWAY, 2, "given")
    context.close()


def test_our_words_follow_the_answers_until_somebody_changes_them(page: Page) -> None:
    words = page.locator("#id_words_gateway")
    page.locator("#decide").get_by_label("Send to Gateway").check()
    expect(words).to_have_value(draft(Way.GATEWAY, 2, "not_sought"))
    page.locator("#id_level-3").check()
    expect(words).to_have_value(draft(Way.GATEWAY, 3, "not_sought"))
    page.locator("#id_agreement").check()
    expect(words).to_have_value(draft(Way.GATEWAY, 3, "given"))
    words.fill("Dear Tess, Gateway will ring you.")
    page.locator("#id_level-2").check()
    expect(words).to_have_value("Dear Tess, Gateway will ring you.")
    page.locator("#id_seen").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Ada Byrne: Gateway has been asked to take the case.")).to_be_visible()
    assert Decision.objects.get().words == "Dear Tess, Gateway will ring you."


def test_our_words_for_one_child_come_with_what_happens_for_that_child(
    at_work: Window, siblings: Referral, amira: User
) -> None:
    queue.claim(by=amira, referral=siblings)
    bo = siblings.subjects.get(given_name="Bo").pk
    page = at_work(amira)
    page.goto(f"/queue/{siblings.reference}/")
    page.get_by_label("No, something else for Bo Byrne").check()
    words = page.locator(f"#id_words_{bo}")
    expect(words).to_have_value("")
    for way in (Way.GATEWAY, Way.ADVICE):
        page.locator(f"input[name=way_{bo}][value={way}]").check()
        expect(words).to_have_value(draft(way, 2, "not_sought"))
    words.fill("Dear Tess, Bo is well.")
    page.locator(f"input[name=way_{bo}][value={Way.GATEWAY}]").check()
    expect(words).to_have_value("Dear Tess, Bo is well.")


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_keys_do_what_buttons_do(at_work: Window, look: Look, tess: User, amira: User) -> None:
    for home, name in enumerate(("Ada", "Bo", "Cy"), start=1):
        send(tess, "D05", home=home, name=name)
    page = at_work(amira)
    page.goto("/queue/")
    for key, child in (("j", "Ada"), ("j", "Bo"), ("j", "Cy"), ("j", "Cy"), ("k", "Bo")):
        page.keyboard.press(key)
        assert focused(page).startswith(f"{child} Byrne")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    look(page)
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert not Referral.objects.exclude(owner=None).exists(), "no key works behind an open dialog"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cy Byrne")
    page.keyboard.press("t")
    expect(page.get_by_text("You have taken Cy Byrne.")).to_be_visible()
    page.keyboard.press("d")
    assert focused(page) == "id_way"
    page.keyboard.press("h")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand it over to a colleague")
    page.go_back()
    page.keyboard.press("q")
    expect(page.get_by_role("heading", level=1)).to_have_text("Shared queue")
    page.keyboard.press("n")
    expect(page.get_by_text("You have taken Ada Byrne.")).to_be_visible()


def test_no_key_works_while_somebody_types(page: Page) -> None:
    page.locator("#id_reason").press_sequentially("qhbnt?djk")
    assert page.locator("#id_reason").input_value() == "qhbnt?djk"
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+b")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Byrne")


def test_the_keys_can_be_switched_off_and_stay_off(page: Page, look: Look) -> None:
    page.get_by_role("link", name="Keyboard shortcuts").click()
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    dialog.get_by_role("button", name="Switch the keys off").click()
    expect(dialog.get_by_text("The keys are switched off in this browser.")).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    page.reload()
    for key in ("q", "h", "?"):
        page.keyboard.press(key)
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ada Byrne")
    page.goto("/queue/keys/")
    look(page)
    page.get_by_role("button", name="Switch the keys on").click()
    page.goto("/queue/")
    page.keyboard.press("f")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Find")


def test_the_queue_tells_what_has_come_and_moves_nothing(at_work: Window, look: Look, tess: User, amira: User) -> None:
    send(tess, "D05", home=1)
    page = at_work(amira)
    page.clock.install()
    page.goto("/queue/")
    status, rows = page.get_by_role("status").first, page.locator("[data-rows] tbody tr")
    page.keyboard.press("j")
    for home in (2, 3):
        send(tess, "D19", home=home, name=f"New{home}")
    page.clock.run_for(EVERY + 1000)
    expect(status).to_have_text("2 new since you opened this page.")
    expect(rows).to_have_count(1)
    assert focused(page).startswith("Ada Byrne")
    look(page)
    assert Event.objects.filter(what="list:queue").count() == 1, "asking leaves no trace"
    page.keyboard.press("s")
    expect(rows).to_have_count(3)
    expect(status).to_have_text("")


def test_a_page_that_nobody_looks_at_asks_nothing(at_work: Window, tess: User, amira: User) -> None:
    send(tess, "D05", home=1)
    page = at_work(amira)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/queue/since/" in request.url else None)
    page.clock.install()
    page.goto("/queue/")
    hidden = "Object.defineProperty(document, 'visibilityState', {value: '%s', configurable: true});"
    told = "document.dispatchEvent(new Event('visibilitychange'))"
    page.evaluate(hidden % "hidden" + told)
    page.clock.run_for(10 * EVERY)
    assert asked == []
    with page.expect_response("**/queue/since/**") as answer:
        page.evaluate(hidden % "visible" + told)
        page.clock.run_for(1000)
    assert answer.value.request.headers["x-automatic"] == "1" and len(asked) == 1


@pytest.mark.parametrize("width", [1280, 320])
def test_several_go_to_a_colleague_and_a_filter_is_kept(
    at_work: Window, look: Look, tess: User, amira: User, ben: User, width: int
) -> None:
    for home in (1, 2, 3):
        row = send(tess, "D05", home=home, name=f"Child{home}")
        queue.claim(by=amira, referral=row)
    page = at_work(amira, width=width)
    page.goto("/queue/?mine=yes")
    page.get_by_text("Keep this filter").first.click()
    look(page)
    page.get_by_label("A name for this filter").fill("My desk")
    page.get_by_role("button", name="Keep this filter").click()
    expect(page.get_by_role("link", name="My desk (3)")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Hand over several").click()
    page.get_by_label("Child1 Byrne").check()
    page.get_by_label("Child3 Byrne").check()
    page.get_by_role("button", name="Hand them over").click()
    expect(page.get_by_role("alert")).to_contain_text("Select who takes it")
    look(page)
    page.get_by_label("Who takes it?").select_option(label="Ben Example, Triage manager")
    page.get_by_label("Why are you handing it over?").fill("On leave from tomorrow.")
    page.get_by_role("button", name="Hand them over").click()
    expect(page.get_by_text("Ben Example has 2 referrals more now.")).to_be_visible()
    look(page)
    page.goto("/queue/")
    expect(page.get_by_role("link", name="My desk (1)")).to_be_visible()
    assert Referral.objects.filter(owner=ben).count() == 2


@pytest.mark.parametrize("width", [1280, 320])
def test_it_looks_right_and_everybody_can_use_it(
    page: Page, look: Look, siblings: Referral, amira: User, width: int
) -> None:
    queue.claim(by=amira, referral=siblings)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/queue/{siblings.reference}/")
    look(page)
    form = page.locator("#decide")
    if width == 320:
        expect(page.get_by_role("link", name="Go to the decision")).to_be_in_viewport()
    else:
        assert form.bounding_box()["x"] > page.locator(".app-glance").bounding_box()["width"]  # type: ignore[index]
    form.get_by_label("No, something else for Bo Byrne").check()
    look(page)
    form.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    look(page)
    for address in ("/queue/clear/", f"/queue/{siblings.reference}/decide/"):
        page.goto(address)
        look(page)
