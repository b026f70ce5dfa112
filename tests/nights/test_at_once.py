"""Really at the same moment: one holder, one next call, one hand-over."""

from collections.abc import Callable
from functools import partial

import pytest

from accounts.models import User
from referrals.errors import SomeoneElse
from referrals.models import Handover, NightAlarm, Page, Shift
from referrals.selectors.hours import hours_now, night_at
from referrals.services import answering, handover, nights, queue, submitting
from tests.cast import a_submission
from tests.nights.conftest import NIGHT, Clock
from tests.referrals.test_queue_races import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def alarm(tess: User, amira: User, ben: User, on_call: Callable[..., Shift], clock: Clock) -> NightAlarm:
    on_call(amira, 1)
    return NightAlarm.objects.get(referral=submitting.submit(by=tess, submission=a_submission()))


def test_it_has_one_holder_of_two_at_once_and_tells_the_other_who(
    alarm: NightAlarm, amira: User, ben: User, carl: User
) -> None:
    people = (amira, ben, carl)
    answers = at_once([partial(answering.take, by=user, alarm=alarm) for user in people])
    alarm.refresh_from_db()
    alarm.referral.refresh_from_db()
    assert alarm.taken_by in people
    late = [one for one in answers if isinstance(one, SomeoneElse)]
    assert len(late) == 2
    assert all(f"{alarm.taken_by.name} has it, since" in one.message for one in late)
    assert alarm.referral.owner in (None, alarm.taken_by)


def test_it_has_one_holder_when_one_takes_it_from_the_queue(alarm: NightAlarm, amira: User, ben: User) -> None:
    at_once([partial(answering.take, by=amira, alarm=alarm), partial(queue.take_next, by=ben)])
    alarm.refresh_from_db()
    alarm.referral.refresh_from_db()
    assert alarm.taken_by == alarm.referral.owner
    assert alarm.taken_by in (amira, ben)


def test_it_calls_the_next_once_when_many_sweep_at_once(alarm: NightAlarm, clock: Clock) -> None:
    clock.shift(601)
    at_once([nights.sweep] * 6)
    people = list(Page.objects.filter(round=2).values_list("person__name", flat=True))
    assert people == ["Ben Example"]
    assert Page.objects.count() == 2


def test_it_calls_nobody_after_an_answer_that_came_with_the_sweep(alarm: NightAlarm, amira: User, clock: Clock) -> None:
    clock.shift(601)
    at_once([partial(answering.take, by=amira, alarm=alarm), nights.sweep, nights.sweep])
    clock.shift(3600)
    nights.sweep()
    alarm.refresh_from_db()
    assert alarm.taken_by == amira
    assert not Page.objects.filter(became="waiting").exists()


def test_a_night_has_one_hand_over_and_one_who_takes_over(
    alarm: NightAlarm, amira: User, ben: User, carl: User, cleo: User, clock: Clock
) -> None:
    night = night_at(NIGHT, hours_now())
    answering.take(by=amira, alarm=alarm)
    clock.move_to(night.ended_at)
    leave = [partial(handover.leave, by=user, night=night, words="Quiet.", left_open="") for user in (amira, ben)]
    assert sum(isinstance(one, SomeoneElse) for one in at_once(leave)) == 1
    row = Handover.objects.get()
    at_once([partial(handover.take_over, by=user, handover=row) for user in (carl, cleo)])
    row.refresh_from_db()
    assert row.taken_by in (carl, cleo)
