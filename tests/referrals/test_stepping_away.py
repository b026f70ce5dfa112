"""Whoever knows a family sees nothing of it from then on, and what was in their hands waits for somebody else."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from mash.audit.models import Event
from referrals import visible
from referrals.choices import CaseStage, OutcomeKind, Service
from referrals.models import Case, Outcome, Referral, StageChange
from referrals.services import cases, restricting, submitting
from referrals.submission import Address
from tests.cast import a_child, a_submission
from tests.referrals.a_case import decided, offered

ClientFor = Callable[[User], Client]


@pytest.fixture
def open_case(tess: User, ben: User, gita: User) -> Case:
    """Ada's case in Gateway, with Gita."""
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.accept(by=gita, case=case)
    return case


def test_it_closes_what_was_decided_long_ago_and_the_same_children_at_other_addresses(
    tess: User, ben: User, amira: User
) -> None:
    long_ago = decided(submitting.submit(by=tess, submission=a_submission("D19")), to=Service.CADT, triage=ben)
    elsewhere = a_child(address=Address(line1="9 Far Road", postcode="CH41 9ZZ"))
    moved = submitting.submit(by=tess, submission=a_submission(children=(elsewhere,)))
    stranger = a_child(given_name="Cy", family_name="Other", address=Address(line1="3 Else Road", postcode="CH41 3AA"))
    known = submitting.submit(by=tess, submission=a_submission(children=(stranger,)))
    known.subjects.update(person=long_ago.person)
    cousin = a_child(given_name="Di", family_name="Other", address=Address(line1="4 Else Road", postcode="CH41 4AA"))
    other = submitting.submit(by=tess, submission=a_submission(children=(cousin,)))
    restricting.step_away(by=amira, referral=moved, reason="")
    assert set(visible.referrals(amira)) == {known, other}, "nobody has said yet that Cy is the same child"
    moved.subjects.update(person=long_ago.person)
    restricting.step_away(by=ben, referral=moved, reason="")
    assert set(visible.referrals(ben)) == {other} and not visible.cases(ben).exists()
    assert Event.objects.filter(what="stepped_away", actor_id=ben.pk).count() == 3


def test_it_offers_an_open_case_to_the_service_again(open_case: Case, gita: User, gus: User) -> None:
    restricting.step_away(by=gita, referral=open_case.referral, reason="My cousin.")
    open_case.refresh_from_db()
    assert (open_case.stage, open_case.worker, open_case.allocated_at) == (CaseStage.ACCEPTED, None, None)
    change = StageChange.objects.get(case=open_case, new=CaseStage.ACCEPTED)
    assert (change.old, change.by, change.reason) == (CaseStage.OPEN, gita, "Knows the family. My cousin.")
    assert not visible.cases(gita).exists()
    cases.accept(by=gus, case=open_case)
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 2


def test_it_leaves_a_colleagues_case_with_them(open_case: Case, gita: User, gus: User) -> None:
    restricting.step_away(by=gus, referral=open_case.referral, reason="")
    open_case.refresh_from_db()
    assert (open_case.stage, open_case.worker) == (CaseStage.OPEN, gita)


def test_it_gives_back_a_case_of_the_family_that_came_by_another_referral(
    open_case: Case, tess: User, gita: User
) -> None:
    home = Address(line1="Ada house", postcode="CH41 1AA")
    again = submitting.submit(by=tess, submission=a_submission("D05", children=(a_child(address=home),)))
    Referral.objects.filter(pk=again.pk).update(lane="gateway")
    restricting.step_away(by=gita, referral=again, reason="")
    open_case.refresh_from_db()
    assert (open_case.stage, open_case.worker) == (CaseStage.ACCEPTED, None)


def test_it_can_be_said_of_a_family_that_was_decided(
    open_case: Case, gita: User, gus: User, client_for: ClientFor
) -> None:
    reference, client = open_case.referral.reference, client_for(gita)
    assert "I know this family" in client.get(f"/queue/{reference}/").content.decode()
    client.post(f"/queue/{reference}/step-away/", {"reason": "My cousin."})
    assert [client.get(page).status_code for page in (f"/queue/{reference}/", f"/cases/{open_case.pk}/")] == [404, 404]
    theirs = client_for(gus)
    assert "Ada Byrne" in theirs.get("/cases/?show=waiting").content.decode()
    for page in (f"/queue/{reference}/", f"/cases/{open_case.pk}/"):
        assert "Gateway waits for another worker" in theirs.get(page).content.decode()
