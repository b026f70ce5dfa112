"""The night in a browser: a rota is made, an alarm is answered from the red banner, and the morning is signed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.models import Handover, NightAlarm, NightHours, Shift
from referrals.services import nights, submitting
from tests.cast import a_child, a_submission
from tests.nights.conftest import NIGHT, OFFICE, Clock

Look = Callable[[Page], None]
WIDTHS = pytest.mark.parametrize("width", [1280, 320])
MORNING = datetime(2035, 12, 27, 8, 40, tzinfo=LONDON)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def send(by: User, name: str = "Ada") -> NightAlarm:
    submission = a_submission(children=(a_child(given_name=name),))
    return NightAlarm.objects.get(referral=submitting.submit(by=by, submission=submission))


def silence(clock: Clock) -> None:
    """Nobody on call answers, and the managers are called."""
    for _ in range(2):
        clock.shift(timedelta(minutes=10, seconds=5))
        nights.sweep()


@WIDTHS
def test_who_has_it_says_so_on_the_red_banner(
    at_work: Callable[..., Page],
    look: Look,
    tess: User,
    amira: User,
    cleo: User,
    ben: User,
    on_call: Callable[..., Shift],
    clock: Clock,
    width: int,
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    alarm = send(tess)
    silence(clock)
    page = at_work(ben, width=width)
    page.goto("/queue/")
    banner = page.get_by_role("region", name="Night alarm")
    expect(banner).to_contain_text("Nobody has answered since today at 2:10am.")
    look(page)
    page.goto("/nights/")
    look(page)
    banner.get_by_role("link").first.click()
    expect(page.get_by_text("Nobody has it yet.")).to_be_visible()
    look(page)
    banner.get_by_role("button", name="I have it").click()
    expect(page.get_by_text("You have it. Nobody else will be called.")).to_be_visible()
    expect(banner).to_have_count(0)
    look(page)
    alarm.refresh_from_db()
    assert alarm.taken_by == ben
    late = at_work(amira, width=width)
    late.goto(f"/nights/{alarm.pk}/")
    expect(late.get_by_text("Ben Example has it")).to_be_visible()


def test_it_can_be_answered_by_keyboard_and_without_javascript(
    at_work: Callable[..., Page], tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    alarm = send(tess)
    silence(clock)
    page = at_work(amira, java_script_enabled=False)
    page.goto("/queue/")
    button = page.get_by_role("region", name="Night alarm").get_by_role("button", name="I have it")
    for _ in range(30):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("You have it. Nobody else will be called.")).to_be_visible()
    alarm.refresh_from_db()
    assert alarm.taken_by == amira


@WIDTHS
def test_the_morning_is_signed_by_both(
    at_work: Callable[..., Page],
    look: Look,
    tess: User,
    amira: User,
    cleo: User,
    ben: User,
    on_call: Callable[..., Shift],
    clock: Clock,
    width: int,
) -> None:
    on_call(amira, 1)
    send(tess)
    leaver = at_work(amira, width=width)
    leaver.goto("/queue/")
    expect(leaver.get_by_text("You are being called since")).to_be_visible()
    look(leaver)
    press(leaver, "I have it")
    expect(leaver.get_by_text("You have it. Nobody else will be called.")).to_be_visible()
    clock.move_to(MORNING)
    leaver = at_work(amira, width=width)
    leaver.goto("/nights/")
    leaver.get_by_role("link", name="Hand over this night").click()
    press(leaver, "Sign and leave")
    expect(leaver.get_by_role("alert")).to_contain_text("Say how the night was")
    look(leaver)
    leaver.get_by_label("How was the night?").fill("One came at ten past two. I saw it through with the police.")
    leaver.get_by_label("What is left to do?").fill("Call the aunt before ten.")
    press(leaver, "Sign and leave")
    expect(leaver.get_by_text("You have signed. Now somebody else takes over.")).to_be_visible()
    look(leaver)
    clock.shift(timedelta(minutes=5))
    send(tess, "Late")
    taker = at_work(ben, width=width)
    taker.goto("/nights/hand-overs/")
    look(taker)
    taker.get_by_role("link", name="Monday 24 December 2035").click()
    expect(taker.get_by_text("1 came after Amira Example had signed.")).to_be_visible()
    taker.get_by_text("Who was called (1)").first.click()
    look(taker)
    press(taker, "I have read it and take over")
    expect(taker.get_by_text("You have taken over. The night is handed over.")).to_be_visible()
    look(taker)
    row = Handover.objects.get()
    assert (row.left_by, row.taken_by) == (amira, ben)


@WIDTHS
def test_a_manager_makes_a_rota_until_no_gap_is_left_in_the_week(
    at_work: Callable[..., Page],
    look: Look,
    amira: User,
    cleo: User,
    ben: User,
    lara: User,
    clock: Clock,
    width: int,
) -> None:
    clock.move_to(OFFICE)
    page = at_work(ben, width=width)
    page.goto("/nights/rota/")
    gap = page.get_by_text("Nobody is on call from Thursday 20 December 2035 at 5pm to Friday 21 December 2035 at 9am.")
    expect(gap).to_be_visible()
    look(page)
    page.get_by_role("button", name="Put somebody on call").click()
    look(page)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_contain_text("Select who is on call")
    look(page)
    page.get_by_label("Who is on call?").select_option(label="Amira Example, Triage worker")
    page.get_by_label("First").check()
    page.get_by_label("Telephone number").fill("07700 900982")
    press(page, "Save")
    expect(page.get_by_text("1. Amira Example")).to_be_visible()
    expect(gap).to_have_count(0)
    look(page)
    press(page, "Copy this week to the next")
    expect(page.get_by_text("1 shift copied to the week of 24 December 2035.")).to_be_visible()
    look(page)
    change(page, look)


def change(page: Page, look: Look) -> None:
    """Remove the copy; set a number and the hours."""
    page.get_by_role("link", name="Remove").click()
    look(page)
    press(page, "Take off the rota")
    expect(page.get_by_text("is off the rota for that shift")).to_be_visible()
    page.get_by_role("link", name="Change the number of Ben Example").click()
    page.get_by_label("Telephone number").fill("07700 900103")
    look(page)
    press(page, "Save")
    expect(page.get_by_text("Ben Example is called on 07700 900103.")).to_be_visible()
    page.get_by_role("link", name="Change the hours").click()
    page.get_by_label("Minutes to answer").fill("8")
    look(page)
    press(page, "Save")
    expect(page.get_by_text("Somebody on call has 8 minutes to answer")).to_be_visible()
    assert NightHours.objects.get().answer_minutes == 8


@WIDTHS
def test_everybody_sees_when_they_are_on_call(
    at_work: Callable[..., Page], look: Look, amira: User, on_call: Callable[..., Shift], clock: Clock, width: int
) -> None:
    on_call(amira, 1)
    on_call(amira, 2, since=NIGHT + timedelta(days=3))
    page = at_work(amira, width=width)
    page.goto("/nights/mine/")
    expect(page.get_by_text("We call 07700 900101.").first).to_be_visible()
    look(page)


def test_a_referrer_says_that_a_child_is_in_danger_now(
    at_work: Callable[..., Page], look: Look, tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    clock.move_to(OFFICE)
    referral = submitting.submit(by=tess, submission=a_submission())
    clock.move_to(NIGHT)
    on_call(amira, 1)
    page = at_work(tess)
    page.goto(f"/referrals/{referral.reference}/more/")
    page.get_by_label("What is new?").fill("He is at the door.")
    page.get_by_label("A child may be in danger now").check()
    look(page)
    press(page, "Send it to the hub")
    expect(page.get_by_text("Thank you. It is kept with your referral")).to_be_visible()
    assert NightAlarm.objects.get().cause == "more"
