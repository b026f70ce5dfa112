"""The pages of the night: who sees them, what they say, and what a mistake gets."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.models import Handover, NightAlarm, NightHours, NightNumber, Referral, Shift
from referrals.services import nights, rota, submitting
from referrals.services.rota import Duty
from tests.cast import a_child, a_submission
from tests.nights.conftest import NIGHT, Clock
from tests.nights.test_night import run

In = Callable[[User], Client]
BANNER = "Nobody has answered since"


@pytest.fixture
def alarm(tess: User, amira: User, cleo: User, ben: User, on_call: Callable[..., Shift], clock: Clock) -> NightAlarm:
    on_call(amira, 1)
    on_call(cleo, 2)
    return NightAlarm.objects.get(referral=submitting.submit(by=tess, submission=a_submission()))


def test_the_banner_is_on_every_page_of_whoever_may_answer_once_the_rota_was_silent(
    alarm: NightAlarm, ben: User, gita: User, lara: User, otto: User, client_for: In, clock: Clock
) -> None:
    assertNotContains(client_for(ben).get("/queue/"), BANNER)
    run(clock, 20)
    for page in ("/queue/", "/nights/", "/to-sign/", "/cases/", "/nights/rota/"):
        assertContains(client_for(ben).get(page), f"{BANNER} <time")
    for user, page in ((gita, "/cases/"), (lara, "/queue/"), (otto, "/audit/")):
        assertNotContains(client_for(user).get(page), BANNER)
    client_for(ben).post(f"/nights/{alarm.pk}/take/")
    assertNotContains(client_for(ben).get("/queue/"), BANNER)


def test_whoever_is_being_called_sees_it_on_every_page_from_the_first_call(
    alarm: NightAlarm, amira: User, cleo: User, client_for: In, clock: Clock
) -> None:
    assertContains(client_for(amira).get("/queue/"), "You are being called since")
    assertNotContains(client_for(cleo).get("/queue/"), "You are being called since")
    run(clock, 10)
    assertNotContains(client_for(amira).get("/queue/"), "You are being called since")
    assertContains(client_for(cleo).get("/queue/"), "You are being called since")


def test_the_banner_shows_nobody_what_is_restricted_from_them(
    alarm: NightAlarm, amira: User, ben: User, client_for: In, clock: Clock
) -> None:
    run(clock, 20)
    type(alarm.referral).objects.filter(pk=alarm.referral_id).update(restricted=True)
    assertNotContains(client_for(amira).get("/queue/"), BANNER)
    assertContains(client_for(ben).get("/queue/"), BANNER)


def test_the_banner_costs_one_query_and_no_more_with_fifty_alarms(
    tess: User, ben: User, client_for: In, clock: Clock, django_assert_max_num_queries: Callable[..., object]
) -> None:
    from referrals.selectors import nights as selectors

    for number in range(6):
        submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name=f"C{number}"),)))
    with django_assert_max_num_queries(1):  # type: ignore[attr-defined]
        banner = selectors.banner(ben)
    assert banner is not None
    assert (len(banner.alarms), banner.more) == (3, 3)
    assertContains(client_for(ben).get("/nights/rota/"), "And 3 more")


def test_danger_now_is_never_behind_and_three_more(tess: User, ben: User, client_for: In, clock: Clock) -> None:
    from referrals.selectors import nights as selectors

    for number in range(4):
        child = a_child(given_name=f"C{number}")
        submitting.submit(by=tess, submission=a_submission(children=(child,), immediate_danger=number == 3))
    banner, listed = selectors.banner(ben), selectors.listed(ben)
    assert banner is not None
    assert [one.why for one in banner.alarms] == ["danger", "level_4", "level_4"]
    assert listed.waiting[0].why == "danger"


def test_the_loser_is_told_who_has_it(alarm: NightAlarm, amira: User, ben: User, client_for: In, clock: Clock) -> None:
    client_for(amira).post(f"/nights/{alarm.pk}/take/")
    answer = client_for(ben).post(f"/nights/{alarm.pk}/take/", follow=True)
    assertContains(answer, "Amira Example has it, since today at 2:10am.")


def test_the_page_of_an_alarm_shows_every_attempt_and_its_time(
    alarm: NightAlarm, ben: User, client_for: In, clock: Clock
) -> None:
    run(clock, 20)
    page = client_for(ben).get(f"/nights/{alarm.pk}/").content.decode()
    for words in ("2:10am: Amira Example", "2:20am: Cleo Example", "2:30am: Ben Example", "text, call and email"):
        assert words in page
    assert page.count("Did not answer in time") == 2


def test_only_a_post_takes_it(alarm: NightAlarm, amira: User, client_for: In, clock: Clock) -> None:
    assert client_for(amira).get(f"/nights/{alarm.pk}/take/").status_code == 405
    alarm.refresh_from_db()
    assert alarm.state == "waiting"


def test_the_page_of_an_alarm_says_on_whose_desk_it_is_and_asks_why_it_leaves(
    alarm: NightAlarm, amira: User, ben: User, client_for: In, clock: Clock
) -> None:
    Referral.objects.filter(pk=alarm.referral_id).update(stage="in_triage", owner=amira, owned_since=NIGHT)
    browser, address = client_for(ben), f"/nights/{alarm.pk}/"
    assertContains(browser.get(address), "The referral stays with Amira Example unless you say why")
    said = browser.post(f"{address}take/", follow=True)
    assertContains(said, "The referral stays on the desk of Amira Example, who is told")
    assertContains(said, "Take the referral over")
    assertContains(browser.post(f"{address}take/", {"reason": "x" * 2_001}), "Why do you take the referral over?")
    said = browser.post(f"{address}take/", {"reason": "She has gone home."}, follow=True)
    assertNotContains(said, "Take the referral over")
    assert Referral.objects.get().owner == ben


SHIFT = {
    "place": "1",
    "starts_on-day": "28",
    "starts_on-month": "12",
    "starts_on-year": "2035",
    "starts_time": "5pm",
    "ends_on-day": "29",
    "ends_on-month": "12",
    "ends_on-year": "2035",
    "ends_time": "09:00",
    "phone": "07700 900982",
}


def test_a_shift_is_added_changed_and_taken_off(ben: User, amira: User, client_for: In, clock: Clock) -> None:
    browser = client_for(ben)
    answer = browser.post("/nights/rota/add/", SHIFT | {"person": str(amira.pk)}, follow=True)
    assertContains(answer, "1. Amira Example")
    shift = Shift.objects.get()
    assert timezone.localtime(shift.starts_at).isoformat() == "2035-12-28T17:00:00+00:00"
    browser.post(f"/nights/rota/{shift.pk}/", SHIFT | {"person": str(amira.pk), "ends_time": "10.30am"})
    shift.refresh_from_db()
    assert timezone.localtime(shift.ends_at).hour == 10
    assertContains(browser.get(f"/nights/rota/{shift.pk}/remove/"), "Take Amira Example off the rota")
    browser.post(f"/nights/rota/{shift.pk}/remove/")
    shift.refresh_from_db()
    assert shift.removed_by == ben


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"starts_time": "late"}, "Starts at must be a time, like 5pm or 17:00"),
        ({"starts_time": "5"}, "Starts at must be a time, like 5pm or 17:00"),
        ({"starts_time": "25:00"}, "Starts at must be a time, like 5pm or 17:00"),
        ({"starts_time": "13pm"}, "Starts at must be a time, like 5pm or 17:00"),
        ({"phone": "12"}, "Enter a phone number"),
        ({"ends_on-day": "28", "ends_time": "4pm"}, "The end must be after the start"),
        ({"person": "999999"}, "Select one of the answers in the list"),
        ({"place": "9"}, "Select one of the answers in the list"),
        ({"starts_on-day": "31", "starts_on-month": "2"}, "There is a problem"),
    ],
)
def test_a_mistake_is_said_beside_the_field_and_what_was_typed_stays(
    ben: User, amira: User, client_for: In, clock: Clock, changes: dict[str, str], says: str
) -> None:
    answer = client_for(ben).post("/nights/rota/add/", SHIFT | {"person": str(amira.pk)} | changes)
    assertContains(answer, says)
    assertContains(answer, "There is a problem")
    assert not Shift.objects.exists()


@pytest.mark.parametrize(
    ("day", "month", "year", "says"),
    [
        ("28", "3", "2038", "There is no 1:30am on 28 March 2038: the clocks go forward from 1am to 2am."),
        ("31", "10", "2038", "There are two times 1:30am on 31 October 2038: the clocks go back from 2am to 1am."),
    ],
)
def test_it_says_when_a_time_is_not_on_the_clocks_or_is_there_twice_and_keeps_what_was_typed(
    ben: User, amira: User, client_for: In, clock: Clock, day: str, month: str, year: str, says: str
) -> None:
    on = {
        f"{name}_on-{part}": value
        for name in ("starts", "ends")
        for part, value in (("day", day), ("month", month), ("year", year))
    }
    typed = SHIFT | on | {"person": str(amira.pk), "starts_time": "1.30am", "ends_time": "02:15"}
    answer = client_for(ben).post("/nights/rota/add/", typed)
    assertContains(answer, says)
    assertContains(answer, 'value="1.30am"')
    assertContains(answer, 'value="07700 900982"')
    assert not Shift.objects.exists()


def test_a_shift_that_begins_in_the_hour_that_comes_twice_keeps_its_moment_when_it_is_changed(
    ben: User, amira: User, client_for: In, clock: Clock
) -> None:
    starts = datetime(2038, 10, 31, 1, 30, tzinfo=LONDON, fold=1)
    phone = "07700 900982"
    duty = Duty(person=amira, starts_at=starts, ends_at=starts + timedelta(hours=5), place=1, phone=phone)
    shift = rota.add(by=ben, duty=duty)
    on = {"starts_on-day": "31", "starts_on-month": "10", "starts_on-year": "2038"}
    on |= {key.replace("starts", "ends"): value for key, value in on.items()}
    typed = SHIFT | on | {"person": str(amira.pk), "starts_time": "01:30", "ends_time": "9am"}
    assert client_for(ben).post(f"/nights/rota/{shift.pk}/", typed).status_code == 302
    shift.refresh_from_db()
    assert shift.starts_at == datetime(2038, 10, 31, 1, 30, tzinfo=UTC)


def test_two_people_in_one_place_is_said_beside_the_place(
    ben: User, amira: User, cleo: User, client_for: In, clock: Clock
) -> None:
    browser = client_for(ben)
    browser.post("/nights/rota/add/", SHIFT | {"person": str(amira.pk)})
    answer = browser.post("/nights/rota/add/", SHIFT | {"person": str(cleo.pk)})
    assertContains(answer, "Somebody else is on call in this place at that time")


def test_hours_and_numbers_are_the_authoritys_own(ben: User, carl: User, client_for: In, clock: Clock) -> None:
    browser = client_for(ben)
    hours = {"opens": "8:30am", "closes": "18:00", "answer_minutes": "7", "again_minutes": "12"}
    assertContains(browser.post("/nights/rota/hours/", hours, follow=True), "from 08:30 to 18:00")
    row = NightHours.objects.get()
    assert (row.answer_minutes, row.again_minutes, row.by) == (7, 12, ben)
    wrong = browser.post("/nights/rota/hours/", hours | {"closes": "8am", "answer_minutes": "0"})
    assertContains(wrong, "Minutes to answer must be between 1 and 60")
    browser.post(f"/nights/rota/numbers/{carl.pk}/", {"phone": "07700 900104"})
    assert NightNumber.objects.get().phone == "07700 900104"


def test_a_week_is_copied(ben: User, amira: User, client_for: In, clock: Clock) -> None:
    browser = client_for(ben)
    browser.post("/nights/rota/add/", SHIFT | {"person": str(amira.pk)})
    answer = browser.post("/nights/rota/copy/", {"week": "2035-12-26"}, follow=True)
    assertContains(answer, "1 shift copied to the week of 31 December 2035")
    again = browser.post("/nights/rota/copy/", {"week": "2035-12-26"}, follow=True)
    assertContains(again, "1 left out")


@pytest.mark.parametrize("week", ["", "nonsense", "2035-13-01", "0001-01-01", "9999-12-31", "2035-W52"])
def test_an_address_with_no_week_means_this_one(ben: User, client_for: In, clock: Clock, week: str) -> None:
    assertContains(client_for(ben).get("/nights/rota/", {"week": week}), "Rota, week of")


@pytest.mark.parametrize("night", ["nonsense", "2035-12-25", "2036-12-24", "0001-01-01", "9999-12-31"])
def test_a_night_that_was_not_does_not_exist(ben: User, client_for: In, clock: Clock, night: str) -> None:
    assert client_for(ben).get(f"/nights/hand-overs/{night}/").status_code == 404
    assert client_for(ben).post(f"/nights/hand-overs/{night}/take-over/").status_code == 404


def test_a_hand_over_is_signed_on_the_page_by_both(
    alarm: NightAlarm, amira: User, ben: User, client_for: In, clock: Clock
) -> None:
    address = "/nights/hand-overs/2035-12-24/"
    assertContains(client_for(amira).get(address), "It is handed over when it is nearly over")
    clock.shift(timedelta(hours=30))
    assertContains(client_for(amira).get(address), "Answer it first")
    client_for(amira).post(f"/nights/{alarm.pk}/take/")
    assertContains(client_for(amira).post(address, {"words": "", "left_open": "The aunt"}), "Say how the night was")
    client_for(amira).post(address, {"words": "One came.", "left_open": "The aunt"})
    assertNotContains(client_for(amira).get(address), "I have read it and take over")
    assertContains(client_for(ben).get(address), "I have read it and take over")
    assertContains(client_for(ben).post(f"{address}take-over/", follow=True), "You have taken over")
    assert Handover.objects.get().taken_by == ben
    assertContains(client_for(ben).get("/nights/hand-overs/"), "Amira Example")


def test_everybody_sees_when_they_are_on_call(
    amira: User, ben: User, on_call: Callable[..., Shift], client_for: In, clock: Clock
) -> None:
    assertContains(client_for(amira).get("/nights/mine/"), "You have no shift on the rota")
    on_call(amira, 1)
    assertContains(client_for(amira).get("/nights/mine/"), "07700 900101")
    assertNotContains(client_for(amira).get("/nights/mine/"), "/nights/rota/")
    assert client_for(amira).get("/nights/rota/").status_code == 403


def test_it_tells_who_is_called_last_that_they_are_and_on_which_number(
    amira: User, ben: User, carl: User, cleo: User, lara: User, client_for: In, clock: Clock
) -> None:
    rota.set_number(by=ben, user=carl, phone="07700 900104")
    assertContains(client_for(carl).get("/nights/mine/"), "You are called when nobody on call answers")
    assertContains(client_for(carl).get("/nights/mine/"), "We call 07700 900104.")
    assertContains(client_for(ben).get("/nights/mine/"), "only an email would reach you")
    assertContains(client_for(lara).get("/nights/mine/"), "somebody who works with children")
    for user in (amira, cleo):
        assertNotContains(client_for(user).get("/nights/mine/"), "You are called when nobody on call answers")


@pytest.mark.parametrize(
    "address", ["/nights/", "/nights/rota/", "/nights/hand-overs/", "/nights/hand-overs/2035-12-24/"]
)
def test_a_list_costs_the_same_for_one_and_for_many(
    tess: User, amira: User, ben: User, client_for: In, clock: Clock, address: str
) -> None:
    def fill(start: int, count: int) -> None:
        for number in range(start, start + count):
            submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name=f"C{number}"),)))
            starts = NIGHT + timedelta(hours=number)
            duty = Duty(
                person=amira, starts_at=starts, ends_at=starts + timedelta(hours=1), place=1, phone="07700 900101"
            )
            rota.add(by=ben, duty=duty)
        nights.sweep()

    fill(0, 1)
    few = counted(client_for(ben), address)
    fill(1, 11)
    assert counted(client_for(ben), address) == few


def counted(browser: Client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)
