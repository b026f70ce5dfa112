"""Whatever happens in whatever order: nothing is left without an answer and without a call that is due."""

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from mash.lib.workingdays import LONDON
from referrals.errors import Refused
from referrals.models import NightAlarm, Page, Referral
from referrals.selectors.hours import hours_now, is_out
from referrals.services import answering, nights, queue, rota, submitting
from referrals.services.rota import Duty
from tests.cast import a_child, a_concern, a_submission

FRIDAY = datetime(2035, 12, 21, 15, 0, tzinfo=LONDON)
steps = st.lists(
    st.tuples(
        st.sampled_from(
            ["send", "send", "calm", "danger", "sweep", "sweep", "sweep", "take", "claim", "put back", "shift", "leave"]
        ),
        st.integers(0, 3),
        st.integers(0, 400),
    ),
    min_size=3,
    max_size=14,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
def test_no_alarm_is_ever_without_an_answer_or_a_call_that_is_due(
    tess: User, amira: User, cleo: User, ben: User, carl: User, steps: list[tuple[str, int, int]]
) -> None:
    crew = [amira, cleo, ben, carl]
    with transaction.atomic(), time_machine.travel(FRIDAY, tick=False) as clock:
        for step, which, minutes in steps:
            clock.shift(timedelta(minutes=minutes))
            do(step, crew[which], tess)
            hold()
        transaction.set_rollback(True)


def do(step: str, who: User, tess: User) -> None:
    """One thing happens; what is refused happens not."""
    try:
        with transaction.atomic():
            ACTS[step](who, tess)
    except Refused:
        return


def hold() -> None:
    """What must be true after each step."""
    for alarm in NightAlarm.objects.all():
        assert (alarm.next_at is not None) is (alarm.state == "waiting")
        pages = list(Page.objects.filter(alarm=alarm))
        if alarm.state == "waiting" and pages:
            assert alarm.next_at == max(page.answer_by for page in pages) or not alive(alarm)
        if alarm.state != "waiting":
            assert all(page.became != "waiting" for page in pages)
        for page in pages:
            assert page.person.pk not in alarm.referral.barred
    for referral in Referral.objects.all():
        urgent = referral.level == 4 or referral.immediate_danger
        arrived = NightAlarm.objects.filter(referral=referral, cause="arrived").exists()
        # What came in the day's last hours, and lay, has one from closing time.
        assert urgent or not arrived
        assert arrived or not (urgent and is_out(referral.submitted_at, hours_now()))


def alive(alarm: NightAlarm) -> bool:
    """Whether there is anybody left to call."""
    return any(nights.may_be_called(user, alarm.referral) for user in User.objects.filter(is_active=True))


def send(tess: User, **changes: Any) -> None:
    child = a_child(given_name=f"Child{Referral.objects.count()}")
    submitting.submit(by=tess, submission=a_submission(children=(child,), **changes))


def take(who: User) -> None:
    for alarm in NightAlarm.objects.order_by("id")[:1]:
        answering.take(by=who, alarm=alarm)


def put_back(who: User) -> None:
    for referral in Referral.objects.filter(owner=who)[:1]:
        queue.put_back(by=who, referral=referral, reason="Not tonight.")


def claim(who: User) -> None:
    if who.may("triage"):
        queue.take_next(by=who)


def shift(who: User, by: User) -> None:
    from django.utils import timezone

    now = timezone.now()
    place = 1 + who.pk % 3
    duty = Duty(person=who, starts_at=now, ends_at=now + timedelta(hours=9), place=place, phone="07700 900101")
    rota.add(by=by, duty=duty)


def leave(who: User) -> None:
    """One of the two workers goes; the managers stay."""
    if "manager" not in "".join(who.roles):
        User.objects.filter(pk=who.pk).update(is_active=False)


ACTS: dict[str, Any] = {
    "send": lambda who, tess: send(tess),
    "calm": lambda who, tess: send(tess, concerns=(a_concern("D05", category="education"),)),
    "danger": lambda who, tess: send(tess, immediate_danger=True),
    "sweep": lambda who, tess: nights.sweep(),
    "take": lambda who, tess: take(who),
    "claim": lambda who, tess: claim(who),
    "put back": lambda who, tess: put_back(who),
    "shift": lambda who, tess: shift(who, User.objects.get(name="Ben Example")),
    "leave": lambda who, tess: leave(who),
}
