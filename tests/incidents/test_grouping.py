"""Grouping is a person's word about several referrals. It changes nothing of theirs."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mash.audit.models import Event
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Incident, IncidentLeaving, IncidentReferral, NotTheSame
from referrals.selectors import incidents as selectors
from referrals.services import decisions, incidents, queue, restricting
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child
from tests.incidents.conftest import tells

pytestmark = pytest.mark.django_db
CADT = Judgement(way="cadt", level=4, words="CADT will see Ada.", agreement="not_sought")


def group(by, *referrals):
    first, *rest = referrals
    for one in rest:
        incidents.group(by=by, referral=first, other=one, reason="The same night.")


def refs(rows):
    return {one.pk for one in rows}


def test_it_groups_what_a_person_says_is_one_event_and_keeps_who_and_why(three, amira):
    group(amira, *three)
    assert Incident.objects.count() == 1
    rows = IncidentReferral.objects.values_list("referral", "reason", "by")
    assert set(rows) == {(one.pk, "The same night.", amira.pk) for one in three}
    assert refs(selectors.same(amira, three[0]).others) == {three[1].pk, three[2].pk}
    assert Event.objects.filter(what="incident_grouped").count() == 4


def test_it_needs_a_reason_two_referrals_and_somebody_from_triage(three, amira, gita, agencies):
    with pytest.raises(Refused, match="Say why"):
        incidents.group(by=amira, referral=three[0], other=three[1], reason="")
    with pytest.raises(Refused, match="this referral itself"):
        incidents.group(by=amira, referral=three[0], other=three[0], reason="Same.")
    for nobody in (gita, agencies[0].practitioner):
        with pytest.raises(PermissionDenied):
            incidents.group(by=nobody, referral=three[0], other=three[1], reason="Same.")
    group(amira, *three)
    with pytest.raises(Refused, match="already"):
        incidents.group(by=amira, referral=three[1], other=three[2], reason="Same.")


def test_it_makes_two_groups_one(three, agencies, amira):
    fourth = tells(agencies[1])
    group(amira, three[0], three[1])
    group(amira, three[2], fourth)
    group(amira, three[0], fourth)
    assert refs(selectors.same(amira, three[0]).others) == {three[1].pk, three[2].pk, fourth.pk}
    assert IncidentLeaving.objects.count() == 2, "the old memberships ended and are still there"


def test_it_takes_out_with_a_reason_and_erases_nothing(three, amira):
    group(amira, *three)
    with pytest.raises(Refused, match="Say why"):
        incidents.take_out(by=amira, referral=three[2], reason="")
    incidents.take_out(by=amira, referral=three[2], reason="Another Ada.")
    assert refs(selectors.same(amira, three[0]).others) == {three[1].pk}
    assert selectors.same(amira, three[2]).others == []
    assert selectors.like(amira, three[2]) == [], "what was taken out is not offered again"
    assert IncidentReferral.objects.count() == 3
    page = selectors.page(amira, three[0])
    assert [(one.membership.referral_id, one.reason) for one in page.left] == [(three[2].pk, "Another Ada.")]
    with pytest.raises(NotNow):
        incidents.take_out(by=amira, referral=three[2], reason="Again.")
    group(amira, three[0], three[2])
    assert selectors.page(amira, three[0]).left == []


def test_the_database_lets_no_referral_be_in_two_incidents(three, amira):
    group(amira, three[0], three[1])
    other = Incident.objects.create(by=amira, at=three[0].submitted_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentReferral.objects.create(
            incident=other, referral=three[0], reason="x", by=amira, at=three[0].submitted_at
        )


@pytest.mark.parametrize("table", ["incident", "incidentreferral", "incidentleaving", "notthesame", "newinformation"])
def test_the_application_can_neither_change_nor_erase_what_was_said(three, amira, table):
    for statement in (f"DELETE FROM referrals_{table}", f"UPDATE referrals_{table} SET id = id"):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


# What is offered


def test_it_offers_the_same_child_and_the_same_home_from_other_agencies(agencies, three, amira):
    home = tells(agencies[1], children=(a_child(given_name="Cy", birth_date=None),))
    child = tells(agencies[2], children=(a_child(address=Address(line1="9 Far Road", postcode="CH41 9ZZ")),))
    elsewhere = tells(agencies[1], children=(a_child(given_name="Di", address=Address()),))
    offered = {like.referral.pk: like.because for like in selectors.like(amira, three[0])}
    assert offered[home.pk] == "The same home"
    assert offered[child.pk].startswith("The same child: ")
    assert elsewhere.pk not in offered
    assert not Incident.objects.exists(), "a suggestion is offered, and nothing more"


def test_it_does_not_offer_the_same_agencys_or_what_is_long_ago(agencies, three, amira, time_machine):
    again = tells(agencies[0])
    assert again.pk not in {like.referral.pk for like in selectors.like(amira, three[0])}
    time_machine.move_to(timezone.now() + selectors.NEAR * 1.1)
    later = tells(agencies[1])
    assert {like.referral.pk for like in selectors.like(amira, later)} == set()


def test_it_never_offers_what_is_closed_to_the_reader(agencies, three, amira, ben, carl, lara):
    restricting.restrict(by=ben, referral=three[1], restricted=True, reason="Staff family.")
    allegation = tells(agencies[1], concerns=(tells_of_a_worker(),))
    offered = {like.referral.pk for like in selectors.like(amira, three[0])}
    assert offered == {three[2].pk}
    assert {like.referral.pk for like in selectors.like(ben, three[0])} == {three[1].pk, three[2].pk}
    assert selectors.like(lara, allegation) == []


def tells_of_a_worker():
    from tests.cast import a_concern

    return a_concern("D19", category="allegation_against_worker")


def test_it_shows_a_restricted_mate_to_nobody_whom_it_is_closed_to(three, amira, ben):
    group(amira, *three)
    restricting.restrict(by=ben, referral=three[1], restricted=True, reason="Staff family.")
    assert refs(selectors.same(amira, three[0]).others) == {three[2].pk}
    assert [side.referral.pk for side in selectors.page(amira, three[0]).sides] == [three[0].pk, three[2].pk]
    assert refs(selectors.same(ben, three[0]).others) == {three[1].pk, three[2].pk}
    with pytest.raises(NotNow):
        incidents.take_out(by=amira, referral=three[1], reason="I cannot see it.")


def test_it_leaves_a_link_with_something_hidden_to_who_sees_both(three, amira, ben):
    school, hidden, _ = three
    group(ben, school, hidden)
    restricting.restrict(by=ben, referral=hidden, restricted=True, reason="Staff family.")
    for referral in (school, three[2]):
        with pytest.raises(NotNow, match="in no group now"):
            incidents.take_out(by=amira, referral=referral, reason="A guess.")
    page = selectors.page(amira, school)
    assert not page.grouped and page.left == [] and [side.membership for side in page.sides] == [None]
    assert refs(selectors.same(ben, school).others) == {hidden.pk}
    incidents.take_out(by=ben, referral=school, reason="Two nights.")
    assert selectors.page(amira, school).left == [], "nor afterwards"
    assert len(selectors.page(ben, school).left) == 1


def test_it_undoes_what_one_sees_and_keeps_what_was_put_together_with_something_hidden(three, amira, ben):
    school, hidden, hospital = three
    incidents.group(by=ben, referral=school, other=hidden, reason="Ben’s reason.")
    restricting.restrict(by=ben, referral=hidden, restricted=True, reason="Staff family.")
    incidents.group(by=amira, referral=school, other=hospital, reason="Amira’s reason.")
    why = {side.referral.pk: side.membership and side.membership.reason for side in selectors.page(amira, school).sides}
    assert why == {school.pk: None, hospital.pk: "Amira’s reason."}
    incidents.take_out(by=amira, referral=school, reason="Another Ada.")
    assert selectors.same(amira, school).others == [] and selectors.same(amira, hospital).others == []
    assert [one.reason for one in selectors.page(amira, school).left] == ["Another Ada."]
    assert refs(selectors.same(ben, school).others) == {hidden.pk}, "Ben’s link stands"
    assert NotTheSame.objects.count() == 1
    with pytest.raises(NotNow, match="in no group now"):
        incidents.take_out(by=amira, referral=school, reason="Again.")


def test_it_does_not_offer_again_what_somebody_said_is_not_the_same(three, amira, ben):
    incidents.keep_apart(by=amira, referral=three[2], other=three[0], reason="Another night.")
    assert {like.referral.pk for like in selectors.like(amira, three[0])} == {three[1].pk}
    assert {like.referral.pk for like in selectors.like(ben, three[2])} == {three[1].pk}
    with pytest.raises(SomeoneElse, match="Amira Example has said so already"):
        incidents.keep_apart(by=ben, referral=three[0], other=three[2], reason="Also me.")
    group(ben, three[0], three[2])
    assert refs(selectors.same(ben, three[0]).others) == {three[2].pk}, "said by hand, it counts"
    assert NotTheSame.objects.count() == 1


# The desk


def test_it_takes_all_of_an_incident_with_each_household(agencies, three, amira, ben):
    far = tells(agencies[1], children=(a_child(given_name="Di", address=Address(line1="7 Quay", postcode="CH41 7AA")),))
    neighbour = tells(
        agencies[2], children=(a_child(given_name="Ed", address=Address(line1="7 Quay", postcode="CH41 7AA")),)
    )
    group(amira, three[0], far)
    taken = incidents.claim(by=amira, referral=three[0])
    assert refs(taken) == {*refs(three), far.pk, neighbour.pk}, "a household is never split"
    with pytest.raises(NotNow, match="Nothing of this incident waits"):
        incidents.claim(by=ben, referral=far)


def test_it_hands_over_all_of_an_incident_or_none(agencies, three, amira, ben):
    far = tells(agencies[1], children=(a_child(given_name="Di", address=Address(line1="7 Quay", postcode="CH41 7AA")),))
    group(amira, three[0], far)
    incidents.claim(by=amira, referral=three[0])
    three[0].refresh_from_db()
    moved = incidents.hand_over(by=amira, referral=three[0], to=ben, reason="End of shift.")
    assert refs(moved) == {*refs(three), far.pk}
    assert set(type(far).objects.values_list("owner", flat=True)) == {ben.pk}


def test_it_groups_what_is_decided_already_too(three, amira, ben):
    queue.claim(by=ben, referral=three[0])
    decisions.decide(by=ben, subject=three[0].subjects.get(), judgement=CADT)
    group(amira, three[0], three[1])
    assert refs(selectors.same(amira, three[1]).others) == {three[0].pk}


# The cost


def test_it_costs_the_same_for_two_as_for_twelve(agencies, three, amira):
    from django.test.utils import CaptureQueriesContext

    def cost(read):
        with CaptureQueriesContext(connection) as found:
            read()
        return len(found)

    group(amira, three[0], three[1])
    few = [cost(lambda: selectors.same(amira, three[0])), cost(lambda: selectors.page(amira, three[0]))]
    for n in range(10):
        group(amira, three[0], tells(agencies[n % 3]))
    many = [cost(lambda: selectors.same(amira, three[0])), cost(lambda: selectors.page(amira, three[0]))]
    assert many == few
    assert sum(many) < 25
