"""What one person alone lowered from Level 4 is called about until a second person has agreed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from accounts.policy import Role
from mash.lib.workingdays import LONDON
from referrals.errors import Refused
from referrals.models import NightAlarm, Referral, RelevantIndicator, Shift
from referrals.selectors import lying
from referrals.selectors.hours import hours_now, is_out
from referrals.services import cases, decisions, indicators, nights, queue, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_concern, a_submission, person
from tests.nights.conftest import NIGHT, OFFICE, Clock
from tests.nights.test_after_triage import waiting
from tests.nights.test_night import run
from tests.nights.test_raising import called

CLOSING = datetime(2035, 12, 21, 16, 30, tzinfo=LONDON)
LOW = Judgement(way="gateway", level=2, words="Gateway will help.", agreement="given", reason="It was a mistake.")
WORDS = "It was Level 4 when it came, and looks lower now"


def sent(tess: User) -> Referral:
    """Level 4 by one sign, Level 2 by the other."""
    return submitting.submit(by=tess, submission=a_submission("D19", "D05"))


def strike(by: User, referral: Referral, code: str = "D19") -> None:
    """`by` strikes out the sign, alone."""
    sign = RelevantIndicator.objects.get(concern__referral=referral, code=code)
    indicators.withdraw(by=by, indicator=sign, reason="Ticked by mistake.")
    referral.refresh_from_db()


def put_back(by: User, referral: Referral) -> None:
    referral.refresh_from_db()
    queue.put_back(by=by, referral=referral, reason="I am ill.")


def test_it_calls_when_a_level_4_that_one_person_struck_out_is_put_back_in_the_night(
    tess: User, amira: User, cora: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(cora, 1)
    referral = sent(tess)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral)
    assert referral.level == 2
    put_back(amira, referral)
    alarm = waiting(referral)
    assert (alarm.cause, alarm.why, called(alarm)) == ("back", "level_4", ["Cora"])


@pytest.mark.parametrize("where", ["in the queue", "on a desk"])
def test_it_calls_after_closing_time_for_what_one_person_struck_out_by_day(
    tess: User, amira: User, cora: User, on_call: Callable[..., Shift], clock: Clock, where: str
) -> None:
    clock.move_to(CLOSING)
    on_call(cora, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    referral = sent(tess)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral)
    if where == "in the queue":
        put_back(amira, referral)
    clock.shift(29 * 60)
    run(clock, 0.5)
    assert not NightAlarm.objects.exists()
    clock.shift(60 if where == "in the queue" else 61 * 60)
    run(clock, 0.5)
    assert called(waiting(referral)) == ["Cora"]


def test_it_calls_nobody_once_a_second_person_has_agreed(
    tess: User, amira: User, ben: User, cora: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    clock.move_to(CLOSING)
    on_call(cora, 1, since=datetime(2035, 12, 21, 17, 0, tzinfo=LONDON))
    referral = sent(tess)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral)
    decision = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=LOW)
    decisions.countersign(by=ben, decision=decision, agrees=True)
    for _ in range(10):
        clock.shift(570)
        run(clock, 0.5)
    assert not NightAlarm.objects.exists()


def test_a_child_for_whom_less_was_signed_is_not_called_about_with_a_brother_who_waits(
    amira: User, ben: User, cora: User, siblings: Referral, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(cora, 1)
    queue.claim(by=amira, referral=siblings)
    strike(amira, siblings)
    ada = siblings.subjects.order_by("pk")[0]
    decision = decisions.decide(by=amira, subject=ada, judgement=LOW)
    decisions.countersign(by=ben, decision=decision, agrees=True)
    put_back(amira, siblings)
    run(clock, 1)
    assert not NightAlarm.objects.filter(referral=siblings, cause="back").exists()


def test_it_calls_nobody_for_a_sign_that_was_never_level_4(
    tess: User, amira: User, cora: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    on_call(cora, 1)
    concern = a_concern("D05", "F02", category="education")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    assert referral.level is not None and referral.level < 4
    queue.claim(by=amira, referral=referral)
    strike(amira, referral, "D05")
    put_back(amira, referral)
    run(clock, 1)
    assert not NightAlarm.objects.exists()


def test_what_a_service_returned_at_level_4_stays_so_when_one_person_strikes_something_out(
    tess: User, amira: User, ben: User, carl: User, cora: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    """A person judged it at Level 4, where the engine says less: the signs are not why."""
    clock.move_to(OFFICE)
    concern = a_concern("D05", "F02", category="education")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    queue.claim(by=ben, referral=referral)
    protect = Judgement(way="cadt", level=4, words="We will help.", agreement="not_sought")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=protect)
    cases.hand_back(by=carl, case=referral.cases.get(), reason="Not ours.")
    clock.move_to(NIGHT)
    on_call(cora, 1)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral, "D05")
    put_back(amira, referral)
    assert called(waiting(referral)) == ["Cora"]


def test_the_page_says_in_plain_words_why_somebody_is_called_about_what_looks_lower(
    tess: User, amira: User, cora: User, on_call: Callable[..., Shift], clock: Clock, client_for: Callable[..., Client]
) -> None:
    on_call(cora, 1)
    referral = sent(tess)
    page = f"/nights/{waiting(referral).pk}/"
    assertNotContains(client_for(cora).get(page), WORDS)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral)
    put_back(amira, referral)
    page = f"/nights/{waiting(referral).pk}/"
    assertContains(client_for(cora).get(page), f"{WORDS}: Amira Example struck something out. It waits to be decided")


def test_the_page_says_nothing_of_what_was_struck_out_and_lowered_nothing(
    tess: User, amira: User, cora: User, on_call: Callable[..., Shift], clock: Clock, client_for: Callable[..., Client]
) -> None:
    on_call(cora, 1)
    referral = sent(tess)
    queue.claim(by=amira, referral=referral)
    strike(amira, referral, "D05")
    put_back(amira, referral)
    assert referral.level == 4
    assertNotContains(client_for(cora).get(f"/nights/{waiting(referral).pk}/"), WORDS)


@pytest.mark.parametrize("judged", [2, 4])
def test_the_page_says_what_is_true_of_a_child_whom_a_service_returned(
    tess: User,
    ben: User,
    gita: User,
    carl: User,
    cora: User,
    on_call: Callable[..., Shift],
    clock: Clock,
    client_for: Callable[..., Client],
    judged: int,
) -> None:
    """At 2 a second person signed for less than the engine's 4; at 4 a person said more than the engine ever did, and
    what was struck out lowered nothing."""
    clock.move_to(OFFICE)
    way = {2: LOW, 4: Judgement(way="cadt", level=4, words="We will help.", agreement="not_sought")}[judged]
    concern = a_concern("D05", "F02", category="education")
    referral = sent(tess) if judged == 2 else submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    queue.claim(by=cora, referral=referral)
    strike(cora, referral, "D19" if judged == 2 else "D05")
    queue.hand_over(by=cora, referral=referral, to=ben, reason="You know them.")
    decision = decisions.decide(by=ben, subject=referral.subjects.get(), judgement=way)
    if decision.waits_for_signature:
        decisions.countersign(by=person("Dee", ben.organisation, Role.TRIAGE_MANAGER), decision=decision, agrees=True)
    clock.move_to(NIGHT)
    on_call(cora, 1)
    cases.hand_back(by=gita if judged == 2 else carl, case=referral.cases.get(), reason="Not ours.")
    page = client_for(cora).get(f"/nights/{waiting(referral).pk}/")
    if judged == 2:
        assertContains(page, f"{WORDS}: Cora Example struck something out. It waits to be decided")
        assertNotContains(page, "signed for")
    else:
        assertContains(page, "A service had a child of it at Level 4, and returned it. It waits to be decided")
        assertNotContains(page, "struck something out")


steps = st.lists(
    st.tuples(st.sampled_from(["claim", "claim", "strike", "strike", "put back", "later"]), st.integers(0, 90)),
    min_size=2,
    max_size=8,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_no_striking_out_by_one_person_ever_silences_a_call(
    tess: User, amira: User, cora: User, steps: list[tuple[str, int]]
) -> None:
    """In whatever order it is taken, struck out, put back and left: whatever waits in the queue at night was called
    about since it came there."""
    with transaction.atomic(), time_machine.travel(CLOSING, tick=False) as clock:
        referral = sent(tess)
        for step, minutes in steps:
            clock.shift(timedelta(minutes=minutes))
            act(step, amira, referral)
        nights.sweep()
        referral.refresh_from_db()
        came = referral.stage_changes.order_by("-pk").first()
        since = came.at if came else referral.submitted_at
        if referral.stage == "received" and is_out(datetime.now(LONDON), hours_now()):
            assert NightAlarm.objects.filter(referral=referral, raised_at__gte=since).exists()
        transaction.set_rollback(True)


def act(step: str, by: User, referral: Referral) -> None:
    """What is refused happens not."""
    left = RelevantIndicator.objects.filter(concern__referral=referral, withdrawn_at=None).order_by("-code").first()
    referral.refresh_from_db()
    try:
        with transaction.atomic():
            if step == "claim":
                queue.claim(by=by, referral=referral)
            elif step == "put back":
                queue.put_back(by=by, referral=referral, reason="I am ill.")
            elif step == "strike" and left is not None:
                indicators.withdraw(by=by, indicator=left, reason="Ticked by mistake.")
    except Refused:
        return


def test_it_looks_for_them_among_the_children_who_wait_and_not_among_all_there_ever_were(db: None) -> None:
    """Every minute of the night."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off")
    assert "subject_waiting" in lying.untaken(NIGHT).explain()
