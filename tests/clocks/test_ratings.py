"""How urgent the gathering of information is: first by the level, then by people."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

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


def test_it_gives_a_raised_colour_its_whole_time_and_lets_nobody_win_any_by_lowering(tess: User, amira: User) -> None:
    with time_machine.travel("2027-06-01T09:00:00Z", tick=False) as now:
        referral = send(tess, "D05")
        first = referral.submitted_at
        now.shift(timedelta(hours=1))
        ratings.rate(by=amira, referral=referral, colour="red", reason="Mother has called.")
        queue.claim(by=amira, referral=referral)
        raised = clocks.gathering(referral)
        assert raised is not None and raised.started_at == first + timedelta(hours=1)
        now.shift(timedelta(hours=1))
        ratings.rate(by=amira, referral=referral, colour="amber", reason="It was another child.")
        lowered = clocks.gathering(referral)
        assert lowered is not None and lowered.started_at == raised.started_at
        now.shift(timedelta(hours=1))
        ratings.rate(by=amira, referral=referral, colour="red", reason="It was not.")
        again = clocks.gathering(referral)
        assert again is not None and again.started_at == raised.started_at
        ratings.rate(by=amira, referral=referral, colour="green", reason="Checked.")
        green = clocks.gathering(referral)
        assert green is not None and green.started_at == first
        assert list(RagRating.objects.filter(referral=referral).order_by("pk").values_list("colour", flat=True)) == [
            *("green", "red", "amber", "red", "green")
        ]


def test_it_wants_another_colour_and_a_reason(referral: Referral, amira: User) -> None:
    for colour_, reason in (("red", "the same"), ("purple", "none such"), ("amber", "")):
        with pytest.raises(Refused):
            ratings.rate(by=amira, referral=referral, colour=colour_, reason=reason)
    assert colour(referral) == Rating.RED


def test_only_whoever_has_it_or_a_manager_rates_it(referral: Referral, amira: User, ben: User, gita: User) -> None:
    queue.claim(by=ben, referral=referral)
    with pytest.raises(NotNow, match="Only the person who has this referral"):
        ratings.rate(by=amira, referral=referral, colour="amber", reason="Calmer.")
    ratings.rate(by=ben, referral=referral, colour="amber", reason="Calmer.")
    assert colour(referral) == Rating.AMBER


def test_only_whoever_has_it_or_a_manager_makes_it_less_urgent(tess: User, amira: User, ben: User) -> None:
    referral = send(tess, "D05")
    with pytest.raises(Refused, match="can make it less urgent"):
        ratings.rate(by=amira, referral=referral, colour="blue", reason="Nothing to ask.")
    ratings.rate(by=amira, referral=referral, colour="red", reason="A new bruise.")
    with pytest.raises(Refused, match="can make it less urgent"):
        ratings.rate(by=amira, referral=referral, colour="amber", reason="An old one.")
    ratings.rate(by=ben, referral=referral, colour="amber", reason="An old one.")
    queue.claim(by=amira, referral=referral)
    ratings.rate(by=amira, referral=referral, colour="blue", reason="Nothing to ask.")
    assert colour(referral) == Rating.BLUE


def test_blue_has_no_target(tess: User, amira: User) -> None:
    referral = send(tess, "D05")
    queue.claim(by=amira, referral=referral)
    ratings.rate(by=amira, referral=referral, colour="blue", reason="Nothing to ask anybody.")
    assert clocks.gathering(referral) is None
    assert clocks.in_row(clocks.rated([referral.pk])[referral.pk], timezone.now()).words == "no target"
    with pytest.raises(NotNow):
        ratings.gathered(by=amira, referral=referral)


def test_information_that_is_there_meets_the_clock_until_it_is_raised(tess: User, amira: User) -> None:
    with time_machine.travel("2027-06-01T09:00:00Z", tick=False) as now:
        referral = send(tess, "D05")
        now.shift(timedelta(hours=1))
        ratings.gathered(by=amira, referral=referral)
        clock = clocks.gathering(referral)
        assert clock is not None and clock.state == "met"
        with pytest.raises(NotNow):
            ratings.gathered(by=amira, referral=referral)
        now.shift(timedelta(hours=1))
        ratings.rate(by=amira, referral=referral, colour="red", reason="A new bruise.")
        clock = clocks.gathering(referral)
        assert clock is not None and clock.state == "running"


def test_it_moves_the_due_time_by_the_office_time_that_it_stood_still(tess: User, amira: User) -> None:
    with time_machine.travel("2027-06-04T13:00:00Z", tick=False) as now:  # Friday, 2pm in London
        referral = send(tess, "D05")
        before = clocks.gathering(referral)
        services.pause(by=amira, referral=referral, reason="The school is closed.")
        paused = clocks.gathering(referral)
        assert before is not None and paused is not None and paused.state == "paused"
        with pytest.raises(Refused):
            services.pause(by=amira, referral=referral, reason="Again.")
        now.shift(timedelta(days=3))  # three hours of Friday, five of Monday
        services.resume(by=amira, referral=referral)
        after = clocks.gathering(referral)
        assert after is not None and after.state == "running"
        assert after.due_at - before.due_at == timedelta(days=1)  # eight hours: one office day
        assert clocks.decision(referral).due_at == referral.decision_due_at
        with pytest.raises(NotNow):
            services.resume(by=amira, referral=referral)


def test_red_and_the_decision_never_stand_still(referral: Referral, amira: User) -> None:
    with pytest.raises(NotNow, match="never be paused"):
        services.pause(by=amira, referral=referral, reason="The office is closed.")


def test_it_reads_the_colours_of_fifty_in_one_statement(tess: User, amira: User) -> None:
    one = send(tess, "D05")
    services.pause(by=amira, referral=one, reason="Waiting for the school.")
    keys = [one.pk, *(send(tess, "D19").pk for _ in range(5))]
    for wanted in ([one.pk], keys):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = clocks.rated(wanted)
        assert len(queries) == 1 and set(found) == set(wanted)
    assert clocks.in_row(found[one.pk], timezone.now()).words == "information: the clock stands still"
