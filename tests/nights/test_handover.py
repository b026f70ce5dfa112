"""The morning: two people sign, late arrivals are shown, and nobody reads there what they may not see."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Handover, Shift
from referrals.selectors import nights as selectors
from referrals.selectors.hours import Night, hours_now, night_at
from referrals.services import answering, handover, submitting
from tests.cast import a_child, a_concern, a_submission
from tests.nights.conftest import NIGHT, Clock

MORNING = datetime(2035, 12, 27, 8, 30, tzinfo=LONDON)


@pytest.fixture
def night(clock: Clock) -> Night:
    return night_at(NIGHT, hours_now())


@pytest.fixture
def after(night: Night, amira: User, on_call: Callable[..., Shift], clock: Clock) -> Night:
    """Half past eight, at the end of a night in which Amira was on call."""
    on_call(amira, 1)
    clock.move_to(MORNING)
    return night


def send(tess: User, name: str, **changes: object) -> object:
    return submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name=name),), **changes))


def test_it_is_signed_by_who_leaves_and_by_somebody_else(amira: User, ben: User, cleo: User, after: Night) -> None:
    row = handover.leave(by=amira, night=after, words="Quiet.", left_open="")
    with pytest.raises(SomeoneElse, match="Amira Example has written"):
        handover.leave(by=ben, night=after, words="Mine.", left_open="")
    with pytest.raises(Refused, match="Somebody else takes over"):
        handover.take_over(by=amira, handover=row)
    handover.take_over(by=ben, handover=row)
    handover.take_over(by=ben, handover=row)
    with pytest.raises(SomeoneElse, match="Ben Example has taken over"):
        handover.take_over(by=cleo, handover=row)
    row.refresh_from_db()
    assert (row.left_by, row.taken_by) == (amira, ben)


def test_the_database_refuses_one_person_on_both_sides(amira: User, after: Night) -> None:
    row = handover.leave(by=amira, night=after, words="Quiet.", left_open="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=row.pk).update(taken_by=amira, taken_at=MORNING)


def test_it_needs_words_and_a_night_that_has_begun(amira: User, night: Night, clock: Clock) -> None:
    with pytest.raises(Refused):
        handover.leave(by=amira, night=night, words="", left_open="")
    later = Night(night.began_at + timedelta(days=7), night.ended_at + timedelta(days=7))
    with pytest.raises(NotNow):
        handover.leave(by=amira, night=later, words="Quiet.", left_open="")


def test_it_is_signed_when_it_is_nearly_over_and_not_years_later(amira: User, after: Night, clock: Clock) -> None:
    for moment in (NIGHT, after.ended_at - timedelta(hours=4), after.ended_at + timedelta(days=15)):
        clock.move_to(moment)
        with pytest.raises(NotNow):
            handover.leave(by=amira, night=after, words="Quiet.", left_open="")
    clock.move_to(after.ended_at + timedelta(days=3))
    handover.leave(by=amira, night=after, words="Quiet.", left_open="")


def test_it_is_signed_by_whoever_had_a_part_in_the_night_or_keeps_the_rota(
    cleo: User, carl: User, amira: User, after: Night
) -> None:
    with pytest.raises(NotNow, match="Whoever was on call"):
        handover.leave(by=cleo, night=after, words="Quiet.", left_open="")
    assert [handover.why_not_leave(user, after) for user in (carl, amira)] == ["", ""]


def test_it_is_not_signed_while_an_alarm_waits(tess: User, amira: User, after: Night) -> None:
    send(tess, "Waits")
    with pytest.raises(NotNow, match="Answer it first"):
        handover.leave(by=amira, night=after, words="Quiet.", left_open="")
    answering.take(by=amira, alarm=selectors.listed(amira).waiting[0])
    handover.leave(by=amira, night=after, words="Quiet.", left_open="")


def test_it_shows_what_came_who_was_called_and_what_came_after_the_signature(
    tess: User, amira: User, ben: User, on_call: Callable[..., Shift], night: Night, clock: Clock
) -> None:
    on_call(amira, 1)
    send(tess, "Early")
    alarm = selectors.listed(amira).waiting[0]
    answering.take(by=amira, alarm=alarm)
    send(tess, "Calm", concerns=(a_concern("D05", category="education"),))
    clock.move_to(MORNING)
    handover.leave(by=amira, night=night, words="One came.", left_open="Call the aunt.")
    clock.shift(timedelta(minutes=10))
    send(tess, "Late")
    page = selectors.morning(ben, night)
    assert [(one.late, one.alarm.taken_by) for one in page.alarms] == [(False, amira), (True, None)]
    assert [one.page.person for one in page.alarms[0].attempts] == [amira]
    assert (page.late, page.unanswered) == (1, 1)
    assert [(one.row.child.split()[0], one.late) for one in page.arrivals] == [
        ("Early", False),
        ("Late", True),
        ("Calm", False),
    ]


def test_it_shows_nobody_what_they_may_not_see(
    tess: User, amira: User, lara: User, ben: User, night: Night, clock: Clock
) -> None:
    send(tess, "Worker", concerns=(a_concern("D19", category="allegation_against_worker"),))
    assert [len(selectors.morning(user, night).alarms) for user in (amira, ben, lara)] == [0, 0, 1]
    assert [len(selectors.morning(user, night).arrivals) for user in (amira, ben, lara)] == [0, 0, 1]
    rows = selectors.past_nights(amira, datetime(2035, 12, 27, tzinfo=LONDON).date())
    assert [row.alarms for row in rows if row.alarms] == []


def test_it_lists_the_nights_that_nobody_handed_over(amira: User, ben: User, after: Night) -> None:
    handover.leave(by=amira, night=after, words="Quiet.", left_open="")
    rows = selectors.past_nights(amira, datetime(2035, 12, 27, tzinfo=LONDON).date())
    assert len(rows) == selectors.NIGHTS_A_PAGE
    assert [row.handover is not None for row in rows[:2]] == [True, False]
    assert rows[0].night == after
