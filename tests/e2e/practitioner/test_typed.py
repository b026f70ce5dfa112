"""A page left in the middle of a sentence: a power cut, a closed tab. What was typed is put back, or thrown away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Response, expect

from accounts.models import User
from referrals.models import Draft, TypedPage
from tests.e2e.practitioner import walk

Window = Callable[..., Page]
Look = Callable[[Page], None]
STORY = "She hid under the table, and then\nthe lights went"
PUT_BACK = "You left this page before it was saved. We have put back what you typed."


def is_kept(answer: Response) -> bool:
    return "/typed/" in answer.url and answer.request.method == "POST"


def is_sent(request: Request) -> bool:
    return "/typed/" in request.url and request.method == "POST"


def wait_for(page: Page, kept: Callable[[], bool]) -> None:
    """A page that is left sends what was typed by itself: nobody sees it go."""
    for _ in range(50):
        if kept():
            return
        page.wait_for_timeout(100)
    pytest.fail("It was never kept.")


def half_a_worry(page: Page) -> None:
    """Typed, and nothing pressed."""
    walk.begin(page)
    walk.add_children(page)
    page.get_by_role("link", name="What you are worried about").click()
    page.get_by_label("Domestic abuse").check()
    page.get_by_label("All the children").check()
    with page.expect_response(is_kept) as kept:
        page.get_by_label("What have you seen or heard?").fill(STORY)
    assert kept.value.status == 204


def test_it_puts_back_what_a_power_cut_left_and_saves_it_once(open_browser: Window, look: Look) -> None:
    page = open_browser()
    half_a_worry(page)
    address = page.url
    page.context.close()
    assert "concerns" not in Draft.objects.get().data

    page = open_browser(width=320)
    page.goto(address)
    expect(page.get_by_text(PUT_BACK)).to_be_visible()
    expect(page.get_by_label("What have you seen or heard?")).to_have_value(STORY)
    expect(page.get_by_label("All the children")).to_be_checked()
    look(page)
    walk.press(page, "Save and continue")
    expect(page.get_by_role("heading", name="When, and how you know")).to_be_visible()
    assert [one["narrative"] for one in Draft.objects.get().data["concerns"]] == [STORY]
    page.goto(address)
    expect(page.get_by_label("What have you seen or heard?")).to_have_value("")
    expect(page.get_by_text(PUT_BACK)).to_have_count(0)


def test_it_throws_away_what_was_put_back(open_browser: Window, look: Look) -> None:
    page = open_browser()
    half_a_worry(page)
    address = page.url
    page.context.close()

    page = open_browser(width=320)
    page.goto(address)
    with page.expect_response(is_kept):
        walk.press(page, "Throw it away")
    expect(page.get_by_text("It is thrown away.")).to_be_focused()
    expect(page.get_by_label("What have you seen or heard?")).to_have_value("")
    expect(page.get_by_label("All the children")).not_to_be_checked()
    look(page)
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text(PUT_BACK)).to_have_count(0)
    assert TypedPage.objects.get(page__endswith="/concerns/add/").boxes == {}


def test_it_keeps_what_was_typed_a_moment_before_the_page_was_left(open_browser: Window) -> None:
    page = open_browser()
    walk.begin(page)
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Your job").fill("Class tea")
    page.get_by_role("link", name="Back", exact=True).click()
    expect(page.get_by_role("heading", name="Your worry, step by step")).to_be_visible()
    wait_for(page, TypedPage.objects.filter(boxes__role__now=["Class tea"]).exists)
    page.get_by_role("link", name="Your details").click()
    expect(page.get_by_label("Your job")).to_have_value("Class tea")
    expect(page.get_by_text(PUT_BACK)).to_be_visible()


def test_it_keeps_what_a_refused_page_shows(open_browser: Window) -> None:
    page = open_browser()
    walk.begin(page)
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Your job").fill("Class teacher")
    page.get_by_label("Email address").fill("nonsense")
    with page.context.expect_event("request", is_sent):
        walk.press(page, "Save and continue")
    expect(page.get_by_text("There is a problem")).to_be_visible()
    expect(page.get_by_text(PUT_BACK)).to_have_count(0)
    address = page.url
    page.context.close()
    page = open_browser()
    page.goto(address)
    expect(page.get_by_label("Your job")).to_have_value("Class teacher")
    expect(page.get_by_label("Email address")).to_have_value("nonsense")


def test_it_says_when_something_else_was_saved_meanwhile(open_browser: Window) -> None:
    page = open_browser()
    walk.begin(page)
    page.get_by_role("link", name="Your details").click()
    with page.expect_response(is_kept):
        page.get_by_label("Your job").fill("Class teacher")
    address = page.url
    page.context.close()
    draft = Draft.objects.get()
    Draft.objects.update(data={**draft.data, "referrer": {"role": "Head teacher"}})
    page = open_browser()
    page.goto(address)
    expect(page.get_by_text("Something else was saved here meanwhile.")).to_be_visible()
    expect(page.get_by_label("Your job")).to_have_value("Class teacher")


def test_it_shows_a_colleague_nothing_of_it(open_browser: Window, leo: User) -> None:
    page = open_browser()
    half_a_worry(page)
    address = page.url
    page.context.close()
    page = open_browser(user=leo)
    page.goto(f"{address.partition('concerns')[0]}take-over/")
    page.get_by_label("Why").fill("Tess is ill")
    page.get_by_role("button", name="Take").click()
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_label("What have you seen or heard?")).to_have_value("")
    assert not TypedPage.objects.filter(owner__name__startswith="Tess").exists()


@pytest.mark.parametrize("answer", [401, 403, 500, None])
def test_it_goes_on_without_a_word_when_nothing_can_be_kept(open_browser: Window, answer: int | None) -> None:
    page = open_browser()
    wrong: list[str] = []
    walk.begin(page)
    page.route("**/typed/**", lambda route: route.fulfill(status=answer) if answer else route.abort())
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.get_by_role("link", name="Your details").click()
    page.get_by_label("Your job").fill("Class teacher")
    walk.press(page, "Save and continue")
    expect(page.get_by_role("heading", name="Your worry, step by step")).to_be_visible()
    assert not wrong
