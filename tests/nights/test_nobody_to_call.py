"""Where nobody on call may see what waits for triage: the rota says so before, the pages when it has happened."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.models import NightAlarm, Shift
from referrals.selectors import nights as selectors
from referrals.selectors import rota as rota_selectors
from referrals.selectors.hours import Night
from referrals.services import answering, decisions, queue, rota, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_concern, a_submission
from tests.nights.conftest import NIGHT, Clock
from tests.nights.test_night import run
from tests.nights.test_raising import alarm_of, called
from tests.nights.test_rota import duty

In = Callable[[User], Client]
PROTECT = Judgement(way="cadt", level=4, words="Social workers will look at this.", agreement="not_sought")
BANNER = "Nobody could be called since"


@pytest.fixture
def unsigned(
    tess: User, amira: User, ben: User, cleo: User, carl: User, on_call: Callable[..., Shift], clock: Clock
) -> NightAlarm:
    """Level 2 by the engine, Level 4 by Amira, for somebody else to sign. CADT, who is on call, may not see it yet, and
    triage has no manager."""
    on_call(cleo, 1)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    low = a_submission(concerns=(a_concern("D05", category="education"),))
    referral = submitting.submit(by=tess, submission=low)
    queue.claim(by=amira, referral=referral)
    decisions.decide(by=amira, subject=referral.subjects.get(), judgement=PROTECT)
    return alarm_of(referral)


def test_the_red_banner_shows_at_once_to_all_who_may_see_it_and_to_nobody_else(
    unsigned: NightAlarm, amira: User, cora: User, cleo: User, carl: User, client_for: In
) -> None:
    assert called(unsigned) == []
    for user in (amira, cora):
        assertContains(client_for(user).get("/queue/"), BANNER)
        assertContains(client_for(user).get("/nights/"), BANNER)
    for user in (cleo, carl):
        assertNotContains(client_for(user).get("/cases/"), BANNER)


def test_the_page_of_the_alarm_says_that_nobody_could_be_called_and_not_that_managers_were(
    unsigned: NightAlarm, cora: User, client_for: In
) -> None:
    page = client_for(cora).get(f"/nights/{unsigned.pk}/")
    assertContains(page, "Nobody has it yet, and nobody could be called.")
    assertContains(page, "may not see this referral, or have decided it themselves.")
    assertContains(page, "If nobody answers, we look again for somebody to call")
    assertNotContains(page, "managers have been called")


def test_a_manager_who_may_see_it_is_called_in_the_next_round_and_the_banner_says_so(
    unsigned: NightAlarm, ben: User, cora: User, client_for: In, clock: Clock
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=True)
    run(clock, 10.5)
    assert called(unsigned) == ["Ben"]
    assertContains(client_for(cora).get("/queue/"), "Nobody has answered since")
    assertNotContains(client_for(cora).get("/queue/"), BANNER)


def test_the_banner_that_says_who_was_called_costs_no_query_more(
    unsigned: NightAlarm, cora: User, django_assert_num_queries: Callable[..., object]
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert selectors.banner(cora)


def test_what_nobody_could_be_called_about_is_never_behind_and_three_more(
    unsigned: NightAlarm, tess: User, cora: User, ben: User, carl: User, clock: Clock
) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=True)
    for number in range(4):
        submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name=f"C{number}"),)))
    NightAlarm.objects.exclude(pk=unsigned.pk).update(silent_at=NIGHT - timedelta(hours=1))
    banner = selectors.banner(cora)
    assert banner is not None
    assert (banner.alarms[0], banner.more) == (unsigned, 2)


def test_whoever_decided_cannot_answer_for_the_second_person(
    unsigned: NightAlarm, tess: User, amira: User, cora: User, client_for: In, clock: Clock
) -> None:
    """To say "I have it" would end the calls for a signature that they cannot give."""
    page = f"/nights/{unsigned.pk}/"
    assertContains(client_for(amira).get(page), "You decided this, so somebody else must sign it.")
    assertNotContains(client_for(amira).get(page), "When you say so, nobody else is called")
    assertNotContains(client_for(amira).get("/queue/"), "I have it")
    assertContains(client_for(cora).get("/queue/"), "I have it")
    said = client_for(amira).post(f"{page}take/", follow=True)
    assertContains(said, "You decided this, so somebody else must sign it.")
    another = submitting.submit(by=tess, submission=a_submission())
    answering.take(by=amira, alarm=alarm_of(another))
    assert alarm_of(unsigned.referral) == unsigned, "nor by answering for the same household"
    answering.take(by=cora, alarm=unsigned)


def test_the_managers_of_the_service_are_called_about_an_allegation_that_the_officer_offered_them(
    tess: User, lara: User, amira: User, ben: User, carl: User, clock: Clock
) -> None:
    """The officer decided, and nobody of the rota or of triage may see it; those who can take the case do."""
    worry = a_concern("D19", category="allegation_against_worker")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(worry,)))
    assert called(alarm_of(referral)) == ["Lara"]
    User.objects.filter(pk=lara.pk).update(social_work_registration="SW1")
    lara.refresh_from_db()
    queue.claim(by=lara, referral=referral)
    decisions.decide(by=lara, subject=referral.subjects.get(), judgement=PROTECT)
    alarm = alarm_of(referral)
    assert (alarm.cause, called(alarm)) == ("offered", ["Carl"])


def week(text: str = "2035-12-17") -> rota_selectors.RotaPage:
    return rota_selectors.page(date.fromisoformat(text))


def test_the_rota_warns_of_nights_on_which_nobody_on_call_may_see_what_waits_for_triage(
    amira: User, ben: User, cleo: User, clock: Clock, client_for: In
) -> None:
    clock.move_to(datetime(2035, 12, 20, 11, 0, tzinfo=LONDON))
    thursday = datetime(2035, 12, 20, 17, 0, tzinfo=LONDON)
    rota.add(by=ben, duty=duty(cleo, 1, thursday))
    rota.add(by=ben, duty=duty(amira, 2, thursday, hours=6))
    assert week().blind == [
        "Nobody from triage is on call from Thursday 20 December 2035 at 11pm to Friday 21 December 2035 at 9am."
    ]
    assert week().gaps[0].startswith("Nobody is on call from Friday 21 December 2035 at 5pm")
    page = client_for(ben).get("/nights/rota/")
    assertContains(page, "Nobody from triage is on call from Thursday 20 December 2035 at 11pm")
    assertContains(page, "Managers of triage would be called at once")


def test_the_rota_says_when_triage_has_no_manager_to_call_either(
    amira: User, ben: User, carl: User, clock: Clock
) -> None:
    words = "There is no manager of triage"
    assert words not in " ".join(week().warnings)
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert words in " ".join(week().warnings)


def test_a_night_on_which_triage_is_on_call_has_no_such_warning(
    amira: User, ben: User, cleo: User, clock: Clock
) -> None:
    rota.add(by=ben, duty=duty(amira, 1, NIGHT - timedelta(hours=1), hours=40))
    rota.add(by=ben, duty=duty(cleo, 2, NIGHT - timedelta(hours=1), hours=40))
    assert week().blind == []


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(1, 400), st.booleans()), max_size=6))
def test_the_blind_stretches_are_exactly_the_minutes_with_somebody_and_nobody_from_triage(
    shifts: list[tuple[int, int, bool]],
) -> None:
    night = Night(NIGHT, NIGHT + timedelta(minutes=600))
    spans = [(NIGHT + timedelta(minutes=at), NIGHT + timedelta(minutes=at + long), all_) for at, long, all_ in shifts]
    found = rota_selectors.blind(
        night, covered=[one[:2] for one in spans], by_triage=[one[:2] for one in spans if one[2]]
    )
    for minute in range(600):
        at = NIGHT + timedelta(minutes=minute)
        there = [triage for begins, ends, triage in spans if begins <= at < ends]
        assert any(one.began_at <= at < one.ended_at for one in found) is (bool(there) and not any(there))
