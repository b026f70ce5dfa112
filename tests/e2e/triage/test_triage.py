"""Triage in a browser: take, decide for each child, sign; by keyboard, without JavaScript, on a narrow screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from referrals.choices import Stage, Way
from referrals.models import Case, Decision, Referral
from referrals.services import decisions, queue, restricting, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_submission

pytestmark = pytest.mark.django_db(transaction=True)
AsUser = Callable[[User], None]
Axe = Callable[[Any], None]


def judged(**changes: Any) -> Judgement:
    return Judgement(**{"way": Way.CADT, "level": 4, "words": "CADT acts.", "agreement": "not_sought", **changes})


def test_it_goes_from_the_queue_to_two_services(
    live_server: LiveServer, page: Page, as_user: AsUser, axe: Axe, siblings: Referral, amira: User, ben: User
) -> None:
    as_user(amira)
    page.goto(f"{live_server.url}/queue/")
    axe(page)
    page.get_by_role("button", name="Take the next one").click()
    expect(page.get_by_text("You have taken Ada Byrne and Bo Byrne")).to_be_visible()
    axe(page)
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    assert page.title().startswith("Error: Decide for Ada Byrne and Bo Byrne")
    expect(page.get_by_text("What Mill Lane Primary is worried about")).to_be_visible()
    axe(page)
    children = page.get_by_role("group", name="What happens for the children?")
    children.get_by_label("Send to CADT").check()
    page.get_by_role("group", name="At which level?").first.get_by_label("Level 4").check()
    page.get_by_label("No, something else for Bo Byrne").check()
    bo = page.get_by_role("group", name="What happens for Bo Byrne?")
    bo.get_by_label("Send to Gateway").check()
    page.get_by_role("group", name="At which level?").last.get_by_label("Level 2").check()
    page.get_by_label("I have seen what is not known").check()
    axe(page)
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Ada Byrne: Waits for a registered social worker to sign.").first).to_be_visible()
    expect(page.get_by_text("Bo Byrne: Gateway has been asked to take the case.")).to_be_visible()

    as_user(ben)
    page.goto(f"{live_server.url}/to-sign/")
    axe(page)
    page.get_by_role("link", name="Ada Byrne").click()
    axe(page)
    page.get_by_label("Yes, I agree and sign").check()
    page.get_by_role("button", name="Send your answer").click()
    expect(page.get_by_text("Signed. Ada Byrne: CADT has been asked to take the case.")).to_be_visible()
    expect(page.get_by_text("Nothing waits for your signature")).to_be_visible()
    axe(page)
    assert sorted(Case.objects.values_list("service", flat=True)) == ["cadt", "gateway"]
    assert Referral.objects.get(pk=siblings.pk).stage == Stage.DECIDED


def test_it_decides_by_keyboard_alone(
    live_server: LiveServer, page: Page, as_user: AsUser, referral: Referral, ben: User
) -> None:
    queue.claim(by=ben, referral=referral)
    as_user(ben)
    page.goto(f"{live_server.url}/queue/{referral.reference}/")

    def tab_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.id || document.activeElement.innerText.trim()") == name:
                return
        pytest.fail(f"{name} cannot be reached with the Tab key")

    tab_to("Go to the decision")
    page.keyboard.press("Enter")
    tab_to("id_way")
    page.keyboard.press("Space")
    expect(page.locator("#id_words_cadt")).to_be_visible()
    tab_to("id_words_cadt")
    page.keyboard.press("Control+End")
    page.keyboard.type(" Please ring us.")
    tab_to("id_level-4")
    tab_to("id_seen")
    page.keyboard.press("Space")
    tab_to("Decide")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Ada Byrne: CADT has been asked to take the case.")).to_be_visible()
    decision = Decision.objects.get()
    assert (decision.level, decision.words[-15:]) == (4, "Please ring us.")


def test_it_decides_without_javascript(
    live_server: LiveServer, browser: Browser, client_for: Any, siblings: Referral, ben: User
) -> None:
    queue.claim(by=ben, referral=siblings)
    context = browser.new_context(java_script_enabled=False)
    session = client_for(ben).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}/queue/{siblings.reference}/")
    bo = siblings.subjects.last()
    assert bo is not None
    page.locator("#id_way").check()
    page.locator("#id_level-4").check()
    page.locator(f"#id_choice_{bo.pk}-2").check()
    page.locator(f"#id_way_{bo.pk}-2").check()
    page.locator(f"#id_level_{bo.pk}-2").check()
    page.locator("#id_seen").check()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text("Bo Byrne: Gateway has been asked to take the case.")).to_be_visible()
    assert {case.service for case in Case.objects.all()} == {"cadt", "gateway"}
    context.close()


def test_it_fits_a_narrow_screen_and_everybody_can_use_it(
    live_server: LiveServer,
    page: Page,
    as_user: AsUser,
    axe: Axe,
    siblings: Referral,
    tess: User,
    amira: User,
    ben: User,
    cleo: User,
) -> None:
    queue.claim(by=amira, referral=siblings)
    lowered = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=lowered)
    judgement = judged(way=Way.GATEWAY, level=3, agreement="given", reason="Seen by the GP")
    decision = decisions.decide(by=amira, subject=lowered.subjects.get(), judgement=judgement)
    closed = submitting.submit(by=tess, submission=a_submission())
    restricting.restrict(by=ben, referral=closed, restricted=True, reason="Safety")
    file = f"/queue/{siblings.reference}/"
    pages = [
        (amira, ["/queue/", "/queue/?lane=universal", "/queue/?mine=yes", "/queue/find/?reference=0000000000000000"]),
        (amira, [file, *(f"{file}{act}/" for act in ("decide", "hand-over", "put-back", "withdraw", "step-away"))]),
        (ben, ["/to-sign/", f"/to-sign/{decision.pk}/", f"{file}restrict/", f"{file}decide/"]),
        (ben, [f"/queue/{closed.reference}/", f"/queue/{closed.reference}/admit/"]),
        (cleo, [f"/queue/{closed.reference}/break-glass/", f"/queue/{lowered.reference}/"]),
    ]
    page.set_viewport_size({"width": 320, "height": 800})
    titles = set()
    for user, addresses in pages:
        as_user(user)
        for address in addresses:
            answer = page.goto(f"{live_server.url}{address}")
            assert answer is not None and answer.status == 200, address
            axe(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide == 0, f"{address} is {wide} pixels too wide"
            titles.add(page.title())
    assert len(titles) >= 15
