"""One answer is not another's: brothers and sisters, one cause beside another, and what lies when the office closes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from accounts.policy import Role
from mash.lib.workingdays import LONDON
from mash.outbox.models import Message
from referrals.models import Case, Decision, NewInformation, NightAlarm, Shift
from referrals.services import (
    amending,
    answering,
    cases,
    decisions,
    indicators,
    nights,
    open_cases,
    queue,
    restricting,
    submitting,
)
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission, person
from tests.nights.conftest import NIGHT, OFFICE, Clock
from tests.nights.test_after_triage import asked, decided, waiting
from tests.nights.test_night import run
from tests.nights.test_raising import called
from tests.referrals import a_case

CLOSING, EVENING = (datetime(2035, 12, 21, hour, minute, tzinfo=LONDON) for hour, minute in ((16, 55), (17, 0)))
PROTECT = Judgement(way="cadt", level=4, words="Social workers will look at this.", agreement="not_sought")


def two(tess: User, by: User, *judgements: Judgement, **changes: object) -> tuple[Decision, ...]:
    """Ada and Bo, at Level 4, on the desk of `by`, who decides for as many of them as there are judgements."""
    children = (a_child(), a_child(given_name="Bo"))
    referral = submitting.submit(by=tess, submission=a_submission(children=children, **changes))
    queue.claim(by=by, referral=referral)
    pairs = zip(referral.subjects.order_by("pk"), judgements, strict=False)
    return tuple(decisions.decide(by=by, subject=subject, judgement=one) for subject, one in pairs)


def test_a_signature_for_one_child_does_not_end_the_call_for_another(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    first, second = two(tess, amira, PROTECT, PROTECT)
    referral = first.subject.referral
    decisions.countersign(by=ben, decision=first, agrees=True)
    assert waiting(referral).cause == "to_sign"
    decisions.countersign(by=ben, decision=second, agrees=True)
    assert waiting(referral).cause == "offered"


def test_a_service_that_answers_for_one_child_is_still_called_for_another(
    tess: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    first, second = two(tess, ben, PROTECT, PROTECT)
    cases.accept(by=carl, case=first.cases.get())
    alarm = waiting(first.subject.referral)
    assert alarm.cause == "offered"
    cases.accept(by=carl, case=second.cases.get())
    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by) == ("taken", carl)


def test_the_service_is_called_for_one_child_once_the_other_no_longer_waits_for_a_signature(
    tess: User, amira: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    """Ada's case is offered while the alarm for Bo's signature waits: there is one alarm at a time."""
    on_call(cleo, 1)
    first, second = two(tess, amira, PROTECT, PROTECT)
    referral = first.subject.referral
    decisions.countersign(by=ben, decision=first, agrees=True)
    decisions.countersign(by=ben, decision=second, agrees=False, reason="Ask the school first.")
    answering.take(by=amira, alarm=waiting(referral))
    run(clock, 11)
    assert waiting(referral).cause == "offered"


def test_who_takes_a_brother_from_the_queue_has_not_answered_for_the_service(
    tess: User, ben: User, amira: User, gita: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    protect, second = two(tess, ben, PROTECT, PROTECT)
    referral = protect.subject.referral
    cases.hand_back(by=cleo, case=second.cases.get(), reason="Bo lives elsewhere.")
    assert waiting(referral).cause == "offered"
    referral.refresh_from_db()
    queue.claim(by=amira, referral=referral)
    assert waiting(referral).cause == "offered", "nobody has said yes for Ada"


@pytest.mark.parametrize("kind", ["to_sign", "offered"])
def test_it_calls_at_closing_time_for_what_nobody_signed_or_took(
    tess: User, amira: User, ben: User, carl: User, cleo: User, clock: Clock, on_call: Callable[..., Shift], kind: str
) -> None:
    clock.move_to(CLOSING)
    on_call(cleo, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    decision = decided(tess, amira)
    if kind == "offered":
        decisions.countersign(by=ben, decision=decision, agrees=True)
    run(clock, 4)
    assert not NightAlarm.objects.exists()
    run(clock, 7)
    alarm = NightAlarm.objects.get()
    assert (alarm.cause, called(alarm)) == (kind, ["Cleo"])
    answering.take(by=cleo, alarm=alarm)
    run(clock, 1)
    assert NightAlarm.objects.count() == 1, "who has it has it"


def test_it_calls_an_hour_after_closing_for_what_still_lies_on_the_desk_of_somebody_who_went_home(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    clock.move_to(CLOSING)
    on_call(cleo, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    referral = submitting.submit(by=tess, submission=a_submission())
    queue.claim(by=amira, referral=referral)
    clock.move_to(CLOSING + timedelta(minutes=63))
    run(clock, 1)
    assert not NightAlarm.objects.exists(), "she may be staying to decide it"
    run(clock, 2)
    assert called(waiting(referral)) == ["Cleo"]
    answering.take(by=cleo, alarm=waiting(referral))
    run(clock, 1)
    assert NightAlarm.objects.count() == 1, "who has it has it"


@pytest.mark.parametrize("why", ["on call", "decided", "can wait"])
def test_it_calls_nobody_for_a_desk_that_is_looked_after(
    tess: User, amira: User, ben: User, carl: User, clock: Clock, on_call: Callable[..., Shift], why: str
) -> None:
    clock.move_to(CLOSING)
    on_call(amira if why == "on call" else ben, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    calm = a_submission(concerns=(a_concern("D05", category="education"),))
    referral = submitting.submit(by=tess, submission=calm if why == "can wait" else a_submission())
    queue.claim(by=amira, referral=referral)
    if why == "decided":
        decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=PROTECT)
        decisions.countersign(by=ben, decision=decision, agrees=True)
        cases.accept(by=carl, case=decision.cases.get())
    clock.move_to(CLOSING + timedelta(minutes=70))
    run(clock, 1)
    assert not NightAlarm.objects.exists()


def test_a_child_who_is_stepped_up_is_asked_for_like_any_other_at_level_4(
    tess: User, ben: User, gita: User, carl: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    clock.move_to(OFFICE)
    case = a_case.offered(to="gateway", sender=tess, triage=ben)  # type: ignore[arg-type]
    cases.accept(by=gita, case=case)
    cases.step(by=gita, case=case, reason="He hit her.", words="CADT will see Ada.")
    assert asked("offered_now") == {"Carl"}
    clock.move_to(NIGHT)
    on_call(cleo, 1)
    other = a_case.offered(to="gateway", sender=tess, triage=ben, name="Bo")  # type: ignore[arg-type]
    cases.accept(by=gita, case=other)
    cases.step(by=gita, case=other, reason="He hit him.", words="CADT will see Bo.")
    assert (waiting(other.referral).cause, called(waiting(other.referral))) == ("offered", ["Cleo"])


@pytest.mark.parametrize("by_day", [False, True], ids=["in the night", "before closing time"])
def test_a_child_judged_at_level_4_whom_a_service_returns_is_called_about_whatever_the_engine_says(
    tess: User, ben: User, amira: User, cleo: User, clock: Clock, on_call: Callable[..., Shift], *, by_day: bool
) -> None:
    clock.move_to(CLOSING)
    on_call(amira, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    low = a_submission(concerns=(a_concern("D05", category="education"),))
    referral = submitting.submit(by=tess, submission=low)
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=PROTECT)
    assert referral.level == 2
    run(clock, 1 if by_day else 6)
    cases.hand_back(by=cleo, case=referral.cases.get(), reason="Not ours.")
    run(clock, 6)
    alarm = NightAlarm.objects.filter(referral=referral, cause="back").get()
    assert "Amira" in called(alarm)


def test_a_decision_that_is_not_agreed_to_in_the_night_is_called_about_though_it_lies_on_a_desk(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    """Whoever decided may be asleep, and knows nothing of the refusal."""
    on_call(cleo, 1)
    decision = decided(tess, amira)
    decisions.countersign(by=ben, decision=decision, agrees=False, reason="Ask the hospital first.")
    alarm = waiting(decision.subject.referral)
    assert (alarm.cause, called(alarm)) == ("back", ["Cleo"])
    decisions.decide(by=amira, subject=decision.subject, judgement=PROTECT)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.taken_by) == ("taken", amira)
    assert waiting(decision.subject.referral).cause == "to_sign"


def test_a_sign_struck_out_does_not_silence_the_call_for_the_second_person(
    tess: User, amira: User, ben: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    referral = submitting.submit(by=tess, submission=a_submission("D19", "D05"))
    queue.claim(by=amira, referral=referral)
    sign = referral.concerns.get().indicators.get(code="D19")
    indicators.withdraw(by=amira, indicator=sign, reason="Ticked by mistake.")
    subject = referral.subjects.get()
    low = Judgement(way="gateway", level=2, words="Gateway will help.", agreement="given", reason="It was a mistake.")
    decision = decisions.decide(by=amira, subject=subject, judgement=low)
    assert decision.waits_for_signature
    assert asked("sign_now") == {"Ben"}


def test_it_asks_again_when_a_decision_is_made_again_within_minutes(
    tess: User, amira: User, ben: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    first, second = two(tess, amira, PROTECT, PROTECT)
    assert Message.objects.filter(kind="sign_now").count() == 1, "brothers and sisters are asked for once"
    for one in (first, second):
        decisions.countersign(by=ben, decision=one, agrees=False, reason="Look again.")
    clock.shift(60)
    decisions.decide(by=amira, subject=first.subject, judgement=PROTECT)
    assert Message.objects.filter(kind="sign_now").count() == 2


def test_it_asks_the_officers_for_a_signature_about_somebody_who_works_with_children(
    tess: User, lara: User, ben: User, hub: object, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    person("Nina", ben.organisation, Role.LADO)
    worry = a_concern("D19", category="allegation_against_worker")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(worry,)))
    queue.claim(by=lara, referral=referral)
    assert decisions.decide(by=lara, subject=referral.subjects.get(), judgement=PROTECT).waits_for_signature
    assert asked("sign_now") == {"Nina"}


def test_it_asks_the_workers_of_a_service_that_has_no_manager_now(
    tess: User, ben: User, cleo: User, carl: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    User.objects.filter(pk=carl.pk).update(is_active=False)
    a_case.offered(to="cadt", sender=tess, triage=ben)  # type: ignore[arg-type]
    assert asked("offered_now") == {"Cleo"}


def test_danger_that_is_told_while_a_service_is_called_is_not_answered_by_its_yes(
    tess: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    on_call(cleo, 1)
    case = a_case.offered(to="cadt", sender=tess, triage=ben)  # type: ignore[arg-type]
    clock.shift(60)
    amending.add(by=tess, referral=case.referral, words="He is at the door with a knife.", danger=True)
    clock.shift(60)
    cases.accept(by=carl, case=case)
    run(clock, 0.2)
    alarm = waiting(case.referral)
    assert (alarm.cause, alarm.why, called(alarm)) == ("more", "danger", ["Cleo"])


def test_danger_that_is_told_before_closing_time_and_not_looked_at_is_called_about(
    tess: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    clock.move_to(CLOSING)
    on_call(cleo, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    case = a_case.offered(to="cadt", sender=tess, triage=ben)  # type: ignore[arg-type]
    cases.accept(by=cleo, case=case)
    amending.add(by=tess, referral=case.referral, words="He is at the door with a knife.", danger=True)
    read = amending.add(by=tess, referral=case.referral, words="He has gone.", danger=True)
    amending.answer(by=cleo, amendment=read)
    run(clock, 6)
    alarm = waiting(case.referral)
    assert (alarm.cause, alarm.amendment and alarm.amendment.should_be) == ("more", "He is at the door with a knife.")
    answering.take(by=cleo, alarm=alarm)
    run(clock, 1)
    assert NightAlarm.objects.count() == 1


def test_new_danger_for_a_child_who_has_a_case_calls_somebody_in_the_night(
    tess: User, ben: User, cleo: User, carl: User, amira: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    """The worker of the case is asleep: their email waits until the morning."""
    clock.move_to(OFFICE)
    case = a_case.offered(to="cadt", sender=tess, triage=ben)  # type: ignore[arg-type]
    cases.accept(by=cleo, case=case)
    clock.move_to(NIGHT)
    on_call(amira, 1)
    referral = submitting.submit(by=tess, submission=a_submission(immediate_danger=True))
    queue.claim(by=ben, referral=referral)
    new = Judgement(
        way="open_case", level=4, words="It is with those who help.", agreement="not_sought", person=case.person
    )
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new)
    alarm = waiting(referral)
    assert (alarm.cause, called(alarm)) == ("news", ["Amira"])
    nights.settle(by=ben, referrals=[referral], causes=nights.IN_THE_QUEUE)
    run(clock, 11)
    assert waiting(referral) == alarm, "until somebody has it, or has read it"
    news = case.new_information.get()
    open_cases.read(by=cleo, case=Case.objects.get(pk=case.pk), upto=news.pk)
    run(clock, 11)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.over_because) == ("over", nights.READ)


@pytest.mark.parametrize("why", ["it can wait", "who sent it is of the service"])
def test_news_for_an_open_case_calls_nobody_in_the_night_where_nobody_is_needed(
    tess: User, ben: User, cleo: User, amira: User, clock: Clock, on_call: Callable[..., Shift], why: str
) -> None:
    clock.move_to(OFFICE)
    case = a_case.offered(to="cadt", sender=tess, triage=ben)  # type: ignore[arg-type]
    cases.accept(by=cleo, case=case)
    both = person("Bo", cleo.organisation, Role.TRIAGE_WORKER, Role.CADT_WORKER, registered=True)
    by, level = (amira, 2) if why == "it can wait" else (both, 4)
    clock.move_to(NIGHT)
    on_call(amira, 1)
    sign = a_concern("D05", category="education") if level == 2 else a_concern("D19")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(sign,)))
    queue.claim(by=by, referral=referral)
    raised = NightAlarm.objects.count()
    new = Judgement(
        way="open_case", level=level, words="It is with those who help.", agreement="given", person=case.person
    )
    decisions.decide(by=by, subject=referral.subjects.get(), judgement=new)
    assert case.new_information.exists()
    assert NightAlarm.objects.count() == raised


def test_no_alarm_tells_of_a_case_that_is_closed_to_whoever_is_called(
    tess: User, pat: User, ben: User, cleo: User, carl: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    """The people of a restricted case are told as well, and for everybody else the child has the new case alone."""
    clock.move_to(OFFICE)
    hidden = a_case.offered(to="cadt", sender=pat, triage=ben)  # type: ignore[arg-type]
    cases.accept(by=carl, case=hidden)
    restricting.restrict(by=ben, referral=hidden.referral, restricted=True, reason="A parent works here.")
    clock.move_to(NIGHT)
    on_call(cleo, 1)
    child = a_child(address=Address(line1="Ada house", postcode="CH41 1AA"))
    referral = submitting.submit(by=tess, submission=a_submission(children=(child,)))
    queue.claim(by=ben, referral=referral)
    known = replace(PROTECT, person=hidden.person)
    decision = decisions.decide(by=ben, subject=referral.subjects.get(), judgement=known)
    assert NewInformation.objects.filter(decision=decision, case=hidden).exists()
    cases.accept(by=cleo, case=referral.cases.get())
    run(clock, 12)
    assert not NightAlarm.objects.filter(state="waiting").exists()


def test_it_asks_who_is_a_registered_social_worker_where_one_must_sign(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock
) -> None:
    clock.move_to(OFFICE)
    User.objects.filter(pk=ben.pk).update(social_work_registration="")
    assert decided(tess, amira).needs_social_worker
    assert asked("sign_now") == {"Cleo"}, "Ben could only look on"


def test_a_brother_left_undecided_on_a_desk_is_called_about_though_a_signature_was_for_the_other(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    clock.move_to(CLOSING)
    on_call(cleo, 1, since=EVENING)
    (first,) = two(tess, amira, PROTECT)
    referral = first.subject.referral
    run(clock, 7)
    assert waiting(referral).cause == "to_sign"
    decisions.countersign(by=ben, decision=first, agrees=True)
    cases.accept(by=cleo, case=first.cases.get())
    run(clock, 62)
    assert waiting(referral).cause == "arrived"


@pytest.mark.parametrize("at_work", [False, True])
def test_a_child_returned_in_the_night_on_to_the_desk_of_somebody_asleep_is_called_about(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift], at_work: bool
) -> None:
    """Bo waited for a signature since yesterday, so the referral goes back to the desk that it was on."""
    clock.move_to(OFFICE)
    first, _second = two(tess, amira, PROTECT, PROTECT)
    decisions.countersign(by=ben, decision=first, agrees=True)
    clock.move_to(EVENING + timedelta(hours=3))
    on_call(amira if at_work else cleo, 1, since=EVENING)
    cases.hand_back(by=cleo, case=first.cases.get(), reason="Ada lives elsewhere.")
    referral = first.subject.referral
    referral.refresh_from_db()
    assert (referral.stage, referral.owner) == ("in_triage", amira)
    assert NightAlarm.objects.filter(referral=referral, cause="back").exists() is not at_work


def test_nobody_answers_for_the_second_person_on_what_they_decided_for_a_brother(
    tess: User, amira: User, ben: User, cleo: User, clock: Clock, on_call: Callable[..., Shift]
) -> None:
    """Amira decided for Ada and Dan for Bo; the one alarm is Ada's, and Dan answers it."""
    dan = person("Dan", ben.organisation, Role.TRIAGE_MANAGER)
    on_call(cleo, 1)
    (first,) = two(tess, amira, PROTECT)
    referral = first.subject.referral
    queue.hand_over(by=amira, referral=referral, to=dan, reason="I go home.")
    clock.shift(60)
    decisions.decide(by=dan, subject=referral.subjects.get(given_name="Bo"), judgement=PROTECT)
    answering.take(by=dan, alarm=waiting(referral))
    run(clock, 1)
    alarm = waiting(referral)
    assert (alarm.cause, alarm.given_up_by) == ("to_sign", dan)
