"""The statutory date of a referral to social care, and the clocks of a case."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from mash.lib.workingdays import add_working_days
from referrals.choices import ClockKey, Service
from referrals.clocks import State
from referrals.duties import Agreed
from referrals.errors import NotNow, SomeoneElse
from referrals.models import Case, ClockWarning
from referrals.selectors import clocks
from referrals.services import allocating, cases, clock_warnings
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db
MONDAY = datetime(2027, 6, 7, 9, 0, tzinfo=UTC)


def running(case: Case) -> dict[str, State]:
    case = Case.objects.select_related("decision").get(pk=case.pk)
    return {one.key: one.state for one in clocks.of_case(case)}


def test_it_is_a_contact_until_a_decision_says_cadt(to_gateway, to_cadt):
    assert to_gateway.social_care_at is None
    assert to_cadt.social_care_at == to_cadt.offered_at > to_cadt.referral.submitted_at


def test_it_has_a_date_of_its_own_when_gateway_steps_it_up(tess, ben, gita, time_machine):
    time_machine.move_to(MONDAY)
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.accept(by=gita, case=case)
    time_machine.move_to(MONDAY + timedelta(days=120))
    up = cases.step(by=gita, case=case, reason="Worse.", words="CADT takes over.")
    assert up.social_care_at == up.offered_at >= MONDAY + timedelta(days=120)
    assert running(up)[ClockKey.ASSESSMENT] == State.RUNNING, "it counts from the step, not from the first decision"


def test_it_loses_the_date_on_the_way_down(open_cadt, cleo):
    down = cases.step(by=cleo, case=open_cadt, reason="R", words="W", agreement=Agreed(status="given", who="Mum"))
    assert down.social_care_at is None and open_cadt.social_care_at is not None


@pytest.mark.parametrize(("service", "date"), [("gateway", "now"), ("cadt", None)])
def test_it_goes_with_social_care_alone_in_raw_sql(to_gateway, to_cadt, service, date):
    case = {"gateway": to_gateway, "cadt": to_cadt}[service]
    copy = Case.objects.get(pk=case.pk)
    copy.pk, copy.stage, copy.ended_at = None, "returned", timezone.now()
    copy.social_care_at = timezone.now() if date else None
    with pytest.raises(IntegrityError, match="case_in_social_care_has_its_date"), transaction.atomic():
        copy.save(force_insert=True)


def test_it_gives_the_assessment_45_working_days(to_cadt, cleo):
    clock = next(one for one in clocks.of_case(to_cadt) if one.key == ClockKey.ASSESSMENT)
    assert clock.due_at == add_working_days(to_cadt.social_care_at, 45)


def test_it_stops_that_clock_when_the_assessment_is_finished(open_cadt, to_gateway, cleo, carl, gus):
    cases.finish_assessment(by=cleo, case=open_cadt)
    assert running(open_cadt)[ClockKey.ASSESSMENT] == State.MET
    with pytest.raises(SomeoneElse):
        cases.finish_assessment(by=carl, case=open_cadt)
    cases.accept(by=gus, case=to_gateway)
    with pytest.raises(NotNow):
        cases.finish_assessment(by=gus, case=to_gateway)


def test_it_runs_the_waiting_lists_clocks_and_begins_the_review_again(to_gateway, gus, gita, time_machine):
    time_machine.move_to(MONDAY)
    allocating.take_in(by=gus, case=to_gateway)
    time_machine.move_to(MONDAY + timedelta(days=9))
    assert running(to_gateway) | {"case_acceptance": 0} == {
        "case_acceptance": 0,
        "case_allocation": State.LATE,
        "case_review": State.LATE,
    }
    allocating.look_again(by=gita, case=to_gateway, note="No new risk.")
    assert running(to_gateway)[ClockKey.CASE_REVIEW] == State.RUNNING
    allocating.allocate(by=gus, case=to_gateway, worker=gita)
    assert ClockKey.CASE_REVIEW not in running(to_gateway)


def test_it_warns_again_after_each_review(to_gateway, gus, gita, time_machine):
    time_machine.move_to(MONDAY)
    allocating.take_in(by=gus, case=to_gateway)
    for weeks in (2, 4):
        time_machine.move_to(MONDAY + timedelta(weeks=weeks))
        clock_warnings.warn()
        allocating.look_again(by=gita, case=to_gateway, note="No new risk.")
    late = ClockWarning.objects.filter(key=ClockKey.CASE_REVIEW, step="late")
    assert late.count() == 2 and len({row.started_at for row in late}) == 2
