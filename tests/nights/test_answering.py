"""Who has it: one winner, the household together, and nothing more goes out."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from mash.outbox.models import Message
from referrals.choices import Stage
from referrals.errors import NotNow, SomeoneElse
from referrals.models import NightAlarm, Page, Referral, Shift
from referrals.services import amending, answering, queue, submitting
from referrals.submission import Address
from tests.cast import a_child, a_submission
from tests.nights.conftest import NIGHT, OFFICE, Clock
from tests.nights.test_night import run


@pytest.fixture
def alarm(tess: User, amira: User, cleo: User, ben: User, on_call: Callable[..., Shift], clock: Clock) -> NightAlarm:
    on_call(amira, 1)
    on_call(cleo, 2)
    return NightAlarm.objects.get(referral=submitting.submit(by=tess, submission=a_submission()))


def test_it_puts_the_referral_and_its_household_on_the_desk_of_whoever_has_it(
    alarm: NightAlarm, tess: User, pat: User, amira: User, clock: Clock
) -> None:
    other = submitting.submit(by=pat, submission=a_submission())
    answering.take(by=amira, alarm=alarm)
    rows = Referral.objects.filter(household_key=alarm.referral.household_key)
    assert {(row.stage, row.owner) for row in rows} == {(Stage.IN_TRIAGE, amira)}
    assert NightAlarm.objects.get(referral=other).taken_by == amira


@pytest.fixture
def elsewhere(alarm: NightAlarm, tess: User, clock: Clock) -> NightAlarm:
    """Five minutes later, in another home."""
    clock.shift(5 * 60)
    child = a_child(given_name="Bo", address=Address(line1="9 Quay Street", postcode="CH41 1AA"))
    return NightAlarm.objects.get(referral=submitting.submit(by=tess, submission=a_submission(children=(child,))))


def test_who_answers_for_one_home_has_not_answered_for_another(
    alarm: NightAlarm, elsewhere: NightAlarm, amira: User, clock: Clock
) -> None:
    answering.take(by=amira, alarm=alarm)
    still_called(elsewhere)


@pytest.mark.parametrize("how", ["nobody answers", "it was withdrawn"])
def test_what_becomes_of_one_call_becomes_of_no_other(
    alarm: NightAlarm, elsewhere: NightAlarm, clock: Clock, how: str
) -> None:
    if how == "it was withdrawn":
        Referral.objects.filter(pk=alarm.referral_id).update(stage="withdrawn")
    run(clock, 6)
    alarm.refresh_from_db()
    assert (alarm.state == "over") is (how == "it was withdrawn")
    still_called(elsewhere)


def still_called(alarm: NightAlarm) -> None:
    """The first call about it rings on, and the next is due when it was."""
    due = alarm.next_at
    alarm.refresh_from_db()
    assert (alarm.state, alarm.next_at) == ("waiting", due)
    assert [page.became for page in alarm.pages.all()] == ["waiting"]
    assert not Message.objects.filter(about=alarm.referral.reference, state="cancelled").exists()


def test_it_tells_the_second_who_has_it_since_when(alarm: NightAlarm, amira: User, ben: User, clock: Clock) -> None:
    answering.take(by=amira, alarm=alarm)
    answering.take(by=amira, alarm=alarm)
    with pytest.raises(SomeoneElse, match="Amira Example has it, since today at 2:10am"):
        answering.take(by=ben, alarm=alarm)


def test_it_leaves_the_referral_in_the_queue_for_a_social_worker_who_does_not_work_it(
    alarm: NightAlarm, cleo: User, clock: Clock
) -> None:
    answering.take(by=cleo, alarm=alarm)
    alarm.refresh_from_db()
    alarm.referral.refresh_from_db()
    assert (alarm.taken_by, alarm.referral.owner, alarm.referral.stage) == (cleo, None, Stage.RECEIVED)


@pytest.fixture
def at_work(tess: User, amira: User, ben: User, on_call: Callable[..., Shift], clock: Clock) -> NightAlarm:
    """Amira has the referral on her desk when the referrer adds that a child is in danger, and Ben is called."""
    clock.move_to(OFFICE)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    clock.move_to(NIGHT)
    on_call(ben, 1)
    amending.add(by=tess, referral=referral, words="He is here.", danger=True)
    return NightAlarm.objects.get()


def test_it_leaves_what_a_colleague_has_on_their_desk_and_tells_them(
    at_work: NightAlarm, amira: User, ben: User
) -> None:
    assert answering.take(by=ben, alarm=at_work) == amira
    referral = Referral.objects.get()
    at_work.refresh_from_db()
    assert (at_work.taken_by, referral.owner, referral.stage) == (ben, amira, Stage.IN_TRIAGE)
    assert Message.objects.get(kind="night_answered").recipient_user == amira


def test_it_takes_it_from_a_colleagues_desk_with_a_reason_and_tells_them(
    at_work: NightAlarm, amira: User, ben: User
) -> None:
    assert answering.take(by=ben, alarm=at_work, reason="She has gone home.") is None
    referral = Referral.objects.get()
    assert (referral.owner, referral.stage) == (ben, Stage.IN_TRIAGE)
    said = [one.reason for one in referral.stage_changes.all()][-1]
    assert said == f"{answering.REASON} She has gone home."
    assert Message.objects.get(kind="night_moved").recipient_user == amira


def test_it_takes_the_referral_over_later_in_the_same_night_and_in_no_other(
    at_work: NightAlarm, amira: User, ben: User, clock: Clock
) -> None:
    answering.take(by=ben, alarm=at_work)
    clock.shift(timedelta(days=3))
    assert answering.take(by=ben, alarm=at_work, reason="She has gone home.") == amira
    clock.move_to(NIGHT + timedelta(minutes=5))
    assert answering.take(by=ben, alarm=at_work, reason="She has gone home.") is None
    assert Referral.objects.get().owner == ben
    assert list(Message.objects.filter(recipient_user=amira, kind__startswith="night_").values_list("kind")) == [
        ("night_answered",),
        ("night_moved",),
    ]


def test_it_counts_taking_the_referral_from_the_queue_as_an_answer(alarm: NightAlarm, ben: User, clock: Clock) -> None:
    queue.take_next(by=ben)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by) == ("taken", ben)


def test_it_calls_off_what_has_not_gone_and_calls_nobody_more(
    alarm: NightAlarm, amira: User, cleo: User, clock: Clock
) -> None:
    run(clock, 10)
    assert Page.objects.count() == 2
    Message.objects.filter(recipient_user=cleo, channel="email").update(
        state="sent", sent_at=NIGHT, attempts=1, provider_id="x", next_attempt_at=None
    )
    answering.take(by=amira, alarm=alarm)
    run(clock, 60)
    assert Page.objects.count() == 2
    states = Message.objects.filter(kind="night_level_four").values_list("recipient_user", "channel", "state")
    left = {(user, channel): state for user, channel, state in states}
    assert left.pop((cleo.pk, "email")) == "sent"
    assert set(left.values()) == {"cancelled"}
    assert [(page.became) for page in Page.objects.order_by("id")] == ["silent", "not_needed"]


def test_it_refuses_who_may_not_answer_and_who_may_not_see_it(
    alarm: NightAlarm, gita: User, lara: User, clock: Clock
) -> None:
    with pytest.raises(PermissionDenied):
        answering.take(by=gita, alarm=alarm)
    with pytest.raises(NotNow):
        answering.take(by=lara, alarm=alarm)


@pytest.mark.parametrize(
    "changes",
    [{"next_at": None}, {"state": "taken"}, {"state": "over", "next_at": None}],
    ids=["waits for nothing", "taken by nobody", "over for no reason"],
)
def test_the_database_refuses_an_alarm_without_an_answer_and_without_a_next_call(
    alarm: NightAlarm, changes: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        NightAlarm.objects.filter(pk=alarm.pk).update(**changes)
