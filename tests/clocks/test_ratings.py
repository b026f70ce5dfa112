"""How urgent the gathering of information is: first by the level, then by people."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from mash.lib.workingdays import add_working_days
from referrals.choices import Rating
from referrals.errors import NotNow, Refused
from referrals.models import RagRating, Referral
from referrals.selectors import clocks
from referrals.services import clocks as services
from referrals.services import queue, ratings, submitting
from tests.cast import a_concern, a_submission

pytestmark = pytest.mark.django_db


def send(by: User, *codes: str, **changes: object) -> Referral:
    return submitting.submit(by=by, submission=a_submission(*codes, **changes))


def colour(referral: Referral) -> str:
    found = clocks.rating(referral)
    assert found is not None
    return found.colour


@pytest.mark.parametrize(("code", "expected"), [("D19", "red"), ("D05", "green")])
def test_it_rates_a_referral_by_its_level_as_it_comes_in(tess: User, code: str, expected: str) -> None:
    referral = send(tess, code)
    assert colour(referral) == expected
    row = RagRating.objects.get(referral=referral)
    assert row.by is None and f"Level {referral.level}" in row.reason and row.at == referral.submitted_at


def test_it_rates_danger_now_red_and_the_unknown_amber(tess: User) -> None:
    assert colour(send(tess, "D05", immediate_danger=True)) == Rating.RED
    unknown = send(tess, concerns=(a_concern(category="other", indicators=()),))
    assert unknown.level is None and colour(unknown) == Rating.AMBER


def test_the_decision_is_due_when_the_limit_says(referral: Referral) -> None:
    assert referral.decision_due_at == add_working_days(referral.submitted_at, 1)
    assert clocks.decision(referral).due_at == referral.decision_due_at
