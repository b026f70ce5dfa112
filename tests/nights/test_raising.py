"""What raises an alarm, and who is never called."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from accounts.policy import Role
from mash.lib.workingdays import LONDON
from mash.outbox.models import Message
from referrals import stages, visible
from referrals.choices import Stage
from referrals.models import Amendment, NightAlarm, Page, Referral, Shift
from referrals.services import amending, answering, cases, nights, queue, restricting, rota, submitting
from referrals.services.decisions import Judgement, decide
from referrals.services.rota import Duty
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission, person
from tests.nights.conftest import NIGHT, OFFICE, Clock
from tests.nights.test_night import run


def alarm_of(referral: Referral) -> NightAlarm:
    return NightAlarm.objects.get(referral=referral, state="waiting")


def called(alarm: NightAlarm) -> list[str]:
    names = Page.objects.filter(alarm=alarm).order_by("id").values_list("person__name", flat=True)
    return [name.split()[0] for name in names]


@pytest.mark.parametrize(
    ("moment", "raised"),
    [
        (datetime(2035, 12, 20, 8, 59, tzinfo=LONDON), True),
        (datetime(2035, 12, 20, 9, 0, tzinfo=LONDON), False),
        (datetime(2035, 12, 20, 16, 59, tzinfo=LONDON), False),
        (datetime(2035, 12, 20, 17, 0, tzinfo=LONDON), True),
        (datetime(2035, 12, 22, 11, 0, tzinfo=LONDON), True),
        (datetime(2035, 12, 26, 11, 0, tzinfo=LONDON), True),
    ],
    ids=["before opening", "at opening", "before closing", "at closing", "on a Saturday", "on a bank holiday"],
)
def test_it_raises_an_alarm_only_outside_office_hours(
    tess: User, amira: User, clock: Clock, moment: datetime, raised: bool
) -> None:
    clock.move_to(moment)
    referral = submitting.submit(by=tess, submission=a_submission())
    assert NightAlarm.objects.filter(referral=referral).exists() is raised


def test_it_raises_an_alarm_for_danger_and_for_nothing_that_can_wait(tess: User, amira: User, clock: Clock) -> None:
    low = a_concern("D05", category="education")
    calm = submitting.submit(by=tess, submission=a_submission(concerns=(low,)))
    danger = submitting.submit(by=tess, submission=a_submission(concerns=(low,), immediate_danger=True))
    assert calm.level == 2
    assert [row.referral for row in NightAlarm.objects.all()] == [danger]
    assert alarm_of(danger).why == "danger"


def test_what_can_wait_is_not_called_about_because_something_else_cannot(tess: User, amira: User, clock: Clock) -> None:
    urgent = submitting.submit(by=tess, submission=a_submission())
    low = a_concern("D05", category="education")
    submitting.submit(by=tess, submission=a_submission(concerns=(low,), children=(a_child(given_name="Calm"),)))
    assert [row.referral for row in NightAlarm.objects.all()] == [urgent]


@pytest.mark.parametrize("where", ["in the queue", "on a desk"])
def test_danger_now_at_a_low_level_that_lies_when_the_office_closes_is_called_about(
    tess: User, ben: User, amira: User, on_call: Callable[..., Shift], clock: Clock, where: str
) -> None:
    clock.move_to(datetime(2035, 12, 21, 16, 30, tzinfo=LONDON))
    on_call(amira, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    low = a_concern("D05", category="education")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(low,), immediate_danger=True))
    if where == "on a desk":
        queue.claim(by=ben, referral=referral)
    clock.shift(31 * 60 if where == "in the queue" else 91 * 60)
    nights.sweep()
    alarm = alarm_of(referral)
    assert (alarm.why, called(alarm)) == ("danger", ["Amira"])


def test_it_undoes_the_alarm_with_the_arrival_that_raised_it(
    tess: User, amira: User, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(nights, "_call_next", broken)
    with pytest.raises(RuntimeError):
        submitting.submit(by=tess, submission=a_submission())
    assert not Referral.objects.exists()


def test_it_never_calls_whoever_is_barred_inactive_or_may_not_see_it(
    tess: User, hub: object, ben: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    gone = person("Amira2", ben.organisation, Role.TRIAGE_WORKER)
    on_call(amira, 1)
    on_call(cleo, 2)
    first = submitting.submit(by=tess, submission=a_submission())
    restricting.step_away(by=amira, referral=first, reason="My sister")
    User.objects.filter(pk__in=[cleo.pk, gone.pk]).update(is_active=False)
    second = submitting.submit(by=tess, submission=a_submission())
    assert second.barred == [amira.pk]
    assert called(alarm_of(second)) == ["Ben"]
    assert not Message.objects.filter(about=second.reference, recipient_user__in=[amira, cleo]).exists()


def test_it_calls_the_officers_alone_about_somebody_who_works_with_children(
    tess: User, amira: User, ben: User, carl: User, lara: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    nina = person("Nina", ben.organisation, Role.LADO)
    on_call(amira, 1)
    referral = submitting.submit(
        by=tess, submission=a_submission(concerns=(a_concern("D19", category="allegation_against_worker"),))
    )
    assert referral.allegation
    run(clock, 25)
    assert called(alarm_of(referral)) == ["Lara", "Nina", "Lara", "Nina", "Lara", "Nina"]
    assert nina.pk != lara.pk


def test_it_calls_only_who_was_named_about_a_restricted_referral(
    tess: User, amira: User, ben: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    clock.move_to(OFFICE)
    referral = submitting.submit(by=tess, submission=a_submission())
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="A parent works here.")
    clock.move_to(NIGHT)
    on_call(amira, 1)
    amending.add(by=tess, referral=referral, words="He is at the door.", danger=True)
    assert called(alarm_of(referral)) == ["Ben"]


def test_it_raises_an_alarm_when_the_referrer_adds_that_a_child_is_in_danger(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    clock.move_to(OFFICE)
    low = a_submission(concerns=(a_concern("D05", category="education"),))
    referral = submitting.submit(by=tess, submission=low)
    clock.move_to(NIGHT)
    on_call(amira, 1)
    amending.add(by=tess, referral=referral, words="He has a new teacher.")
    assert not NightAlarm.objects.exists()
    amending.add(by=tess, referral=referral, words="He has a knife.", danger=True)
    alarm = alarm_of(referral)
    assert (alarm.why, alarm.cause, alarm.amendment) == ("danger", "more", Amendment.objects.latest("id"))
    assert called(alarm) == ["Amira"]


def test_it_raises_an_alarm_again_when_it_comes_back_to_the_queue_and_calls_somebody_else(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    assert not NightAlarm.objects.filter(state="waiting").exists()
    referral.refresh_from_db()
    queue.put_back(by=amira, referral=referral, reason="I am ill.")
    assert alarm_of(referral).cause == "back"
    assert called(alarm_of(referral)) == ["Cleo"]


def test_who_put_it_back_and_takes_it_again_has_it(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    referral.refresh_from_db()
    queue.put_back(by=amira, referral=referral, reason="I am ill.")
    alarm = alarm_of(referral)
    queue.claim(by=amira, referral=referral)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by) == ("taken", amira)


def test_it_never_calls_somebody_because_they_see_something_else(
    tess: User, amira: User, ben: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    elsewhere = a_child(given_name="Bo", address=Address(line1="9 Quay Street", postcode="CH41 1AA"))
    submitting.submit(by=tess, submission=a_submission(children=(elsewhere,)))
    first = submitting.submit(by=tess, submission=a_submission())
    restricting.step_away(by=amira, referral=first, reason="My sister")
    second = submitting.submit(by=tess, submission=a_submission())
    assert called(alarm_of(second)) == ["Cleo"]


def test_it_raises_an_alarm_when_who_has_it_steps_away(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    restricting.step_away(by=amira, referral=referral, reason="My neighbour.")
    assert called(alarm_of(referral)) == ["Cleo"]


def test_it_raises_an_alarm_when_a_service_returns_a_child_in_the_night(
    tess: User, ben: User, cleo: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    clock.move_to(OFFICE)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=ben, referral=referral)
    judged = Judgement(way="cadt", level=4, words="We will help.", agreement="not_sought")
    decide(by=ben, subject=referral.subjects.get(), judgement=judged)
    clock.move_to(NIGHT)
    on_call(amira, 1)
    cases.hand_back(by=cleo, case=referral.cases.get(), reason="Not ours.")
    assert called(alarm_of(referral)) == ["Amira"]


def test_it_rings_one_telephone_once_for_a_batch_and_emails_about_each(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    for number in range(3):
        child = a_child(given_name=f"Child{number}")
        submitting.submit(by=tess, submission=a_submission(children=(child,)))
    channels = [page.channels for page in Page.objects.order_by("id")]
    assert channels == [["sms", "voice", "email"], ["email"], ["email"]]


def test_it_raises_an_alarm_at_closing_time_for_what_nobody_has_taken(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    clock.move_to(datetime(2035, 12, 21, 16, 59, 30, tzinfo=LONDON))
    referral = submitting.submit(by=tess, submission=a_submission())
    calm = a_submission(concerns=(a_concern("D05", category="education"),), children=(a_child(given_name="Calm"),))
    submitting.submit(by=tess, submission=calm)
    run(clock, 0.3)
    assert not NightAlarm.objects.exists()
    run(clock, 0.5)
    alarm = NightAlarm.objects.get()
    assert (alarm.referral, alarm.cause) == (referral, "arrived")
    answering.take(by=cleo, alarm=alarm)
    run(clock, 1)
    assert NightAlarm.objects.count() == 1


def test_it_raises_an_alarm_again_for_what_came_back_to_the_queue_by_whatever_way(
    tess: User, amira: User, ben: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=ben, referral=referral)
    clock.shift(timedelta(minutes=5))
    referral.refresh_from_db()
    stages.move(referral, to=Stage.RECEIVED, by=ben, reason="Not agreed.", owner=None, owned_since=None)
    run(clock, 0.2)
    assert alarm_of(referral).cause == "back"


def test_it_raises_no_alarm_for_what_has_lain_since_the_day_before(tess: User, amira: User, clock: Clock) -> None:
    clock.move_to(OFFICE)
    submitting.submit(by=tess, submission=a_submission())
    clock.move_to(NIGHT)
    run(clock, 0.5)
    assert not NightAlarm.objects.exists()


def test_it_rings_again_at_once_for_the_next_alarm_when_the_first_was_answered(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    for name in ("One", "Two", "Three"):
        referral = submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name=name),)))
        answering.take(by=amira, alarm=alarm_of(referral))
        clock.shift(timedelta(seconds=40))
    assert [page.channels for page in Page.objects.order_by("id")] == [["sms", "voice", "email"]] * 3


def test_it_rings_again_once_an_unanswered_call_has_rung_out(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="One"),)))
    clock.shift(nights.STILL_RINGING)
    submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="Two"),)))
    assert [page.channels for page in Page.objects.order_by("id")] == [["sms", "voice", "email"]] * 2


def test_it_rings_one_person_while_anothers_telephone_rings(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    first = submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="One"),)))
    run(clock, 9)
    submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="Two"),)))
    run(clock, 1)
    assert called(alarm_of(first)) == ["Amira", "Cleo"]
    assert [page.channels for page in Page.objects.order_by("id")] == [["sms", "voice", "email"]] * 3


@pytest.mark.parametrize(("level", "danger"), [(4, False), (2, True)], ids=["level 4", "danger now"])
def test_it_calls_managers_of_cadt_about_what_cannot_wait_whatever_its_lane(
    tess: User, carl: User, clock: Clock, level: int, danger: bool
) -> None:
    referral = submitting.submit(by=tess, submission=a_submission(immediate_danger=danger))
    Referral.objects.filter(pk=referral.pk).update(lane="universal", level=level)
    run(clock, 11)
    assert called(alarm_of(referral)) == ["Carl", "Carl"]
    assert visible.referrals(carl).filter(pk=referral.pk).exists()


def test_it_waits_for_nobody_when_the_referral_was_withdrawn(
    tess: User, amira: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(amira, 1)
    referral = submitting.submit(by=tess, submission=a_submission())
    Referral.objects.filter(pk=referral.pk).update(stage="withdrawn")
    run(clock, 11)
    alarm = NightAlarm.objects.get()
    assert (alarm.state, alarm.over_because) == ("over", "The referral was withdrawn.")
    assert [page.became for page in alarm.pages.all()] == ["silent"]


def test_it_goes_on_with_the_others_when_one_alarm_breaks(
    tess: User, amira: User, cleo: User, on_call: Callable[..., Shift], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_call(amira, 1)
    on_call(cleo, 2)
    children = (a_child(given_name="One"), a_child(given_name="Two"))
    first, second = (submitting.submit(by=tess, submission=a_submission(children=(one,))) for one in children)
    real = nights.next_on_rota

    def breaks(alarm: NightAlarm, now: datetime) -> object:
        if alarm.referral_id == first.pk:
            raise RuntimeError
        return real(alarm, now)

    monkeypatch.setattr(nights, "next_on_rota", breaks)
    run(clock, 10.5)
    assert called(alarm_of(first)) == ["Amira"]
    assert called(alarm_of(second)) == ["Amira", "Cleo"]
    monkeypatch.undo()
    run(clock, 0.5)
    assert called(alarm_of(first)) == ["Amira", "Cleo"]


@pytest.mark.parametrize(
    ("to", "at", "raised"),
    [
        ("ben", NIGHT, True),
        ("cora", NIGHT, False),
        ("ben", NIGHT.replace(day=27, hour=7), False),
        ("ben", OFFICE, False),
    ],
    ids=["to somebody asleep", "to somebody on call", "in the morning", "by day"],
)
def test_it_raises_an_alarm_when_it_is_handed_in_the_night_to_somebody_who_is_not_on_call(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, to: str, at: datetime, *, raised: bool
) -> None:
    cora = person("Cora", ben.organisation, Role.TRIAGE_WORKER)
    since = datetime(2035, 12, 25, 17, 0, tzinfo=LONDON)
    for place, one in enumerate((amira, cora, cleo), start=1):
        duty = Duty(person=one, starts_at=since, ends_at=since + timedelta(hours=40), place=place, phone="07700 900101")
        rota.add(by=ben, duty=duty)
    clock.move_to(at)
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    referral.refresh_from_db()
    queue.hand_over(by=amira, referral=referral, to={"ben": ben, "cora": cora}[to], reason="I must go.")
    waiting = NightAlarm.objects.filter(referral=referral, state="waiting")
    assert waiting.exists() is raised
    assert not raised or called(waiting.get()) == ["Cora"]
