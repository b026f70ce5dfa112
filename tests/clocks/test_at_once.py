"""Two workers at once warn once; two people at once stop a clock once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from mash.outbox.models import Message
from referrals.errors import Refused
from referrals.models import ClockPause, ClockWarning, Referral
from referrals.services import clock_warnings, clocks, submitting
from tests.cast import a_submission
from tests.referrals.test_queue_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_workers_at_once_warn_each_person_once(tess: User, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    referral = submitting.submit(by=tess, submission=a_submission("D19"))
    later = timezone.now() + timedelta(minutes=65)
    monkeypatch.setattr(timezone, "now", lambda: later)
    answers = at_once([clock_warnings.warn] * 4)
    assert sorted(answers) == [0, 0, 0, 1], answers
    assert ClockWarning.objects.filter(referral=referral).count() == 1
    assert Message.objects.filter(kind="clock_nearly_used", recipient_user=ben).count() == 1


def test_two_who_stop_one_clock_stop_it_once(tess: User, amira: User, ben: User) -> None:
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    same = [Referral.objects.get(pk=referral.pk) for _ in range(4)]
    acts = [
        lambda by=by, one=one: clocks.pause(by=by, referral=one, reason="Waiting.")
        for by, one in zip([amira, ben] * 2, same, strict=True)
    ]
    answers = at_once(acts)
    assert sum(isinstance(answer, ClockPause) for answer in answers) == 1, answers
    assert sum(isinstance(answer, Refused) for answer in answers) == 3
