"""What was decided for a child on one referral is offered for the same child on the others; each stays its own."""

from datetime import date

import pytest

from referrals.choices import OutcomeKind
from referrals.models import Case, Decision, NewInformation, Outcome
from referrals.selectors import carrying, incidents
from referrals.services import decisions, queue, restricting
from referrals.services.decisions import Judgement
from tests.cast import a_child
from tests.incidents.conftest import tells
from tests.incidents.test_grouping import group

pytestmark = pytest.mark.django_db


def decide(by, referral, way="cadt", level=4, **more):
    queue.claim(by=by, referral=referral)
    judged = Judgement(way=way, level=level, words="Only for the school.", agreement="given", **more)
    return [decisions.decide(by=by, subject=one, judgement=judged) for one in referral.subjects.all()]


def answers(page, **changes):
    key = page.children[0].subject.pk
    return {
        f"words_{key}": page.children[0].words(page.referral),
        f"reason_{key}": page.children[0].reason,
        "agreement": "given",
        "seen": "on",
        **changes,
    }


def test_it_offers_the_same_decision_once_one_is_decided(three, ben):
    group(ben, *three)
    assert incidents.same(ben, three[1]).to_carry == []
    decide(ben, three[0])
    assert incidents.same(ben, three[1]).to_carry == [three[1]]
    assert {one.pk for one in incidents.same(ben, three[0]).to_carry} == {three[1].pk, three[2].pk}
    [child] = carrying.page(ben, three[1]).children
    assert (child.level, child.decision.way) == (4, "cadt")


def test_what_is_not_grouped_is_not_offered(three, ben):
    decide(ben, three[0])
    assert carrying.page(ben, three[1]).children == []


def test_it_carries_the_decision_with_words_for_its_own_agency(three, ben, client_for):
    group(ben, *three)
    decide(ben, three[0])
    page = carrying.page(ben, three[1])
    assert "Only for the school." not in page.children[0].words(three[1])
    answer = client_for(ben).post(f"/queue/{three[1].reference}/carry/", answers(page), follow=True)
    assert "The people who have the case are told" in answer.content.decode()
    for referral in three[:2]:
        referral.refresh_from_db()
        assert referral.stage == "decided"
    words = dict(Outcome.objects.filter(kind=OutcomeKind.DECIDED).values_list("referral", "words"))
    assert words[three[0].pk] == "Only for the school."
    assert "Social workers in CADT" in words[three[1].pk] and "school" not in words[three[1].pk].lower()
    assert Decision.objects.count() == 2, "each keeps a decision of its own"


def test_one_child_gets_one_case_and_the_other_agencies_words_go_to_it(three, ben, client_for):
    group(ben, *three)
    decide(ben, three[0])
    for referral in three[1:]:
        page = carrying.page(ben, referral)
        client_for(ben).post(f"/queue/{referral.reference}/carry/", answers(page))
    case = Case.objects.get()
    assert case.referral == three[0]
    assert {one.decision.subject.referral_id for one in NewInformation.objects.all()} == {three[1].pk, three[2].pk}


def test_it_is_no_news_for_a_case_that_is_closed_to_who_reads_this_referral(three, ben):
    """The decision would stand on a file that others read."""
    group(ben, *three)
    decide(ben, three[0])
    restricting.restrict(by=ben, referral=three[0], restricted=True, reason="Staff family.")
    [child] = carrying.page(ben, three[1]).children
    assert child.way == "cadt"


def test_an_end_without_a_case_is_carried_as_it_is(agencies, ben, client_for):
    first, second = (tells(one, "D05") for one in agencies[:2])
    group(ben, first, second)
    decide(ben, first, way="no_further_action", level=2, reason="It was a fall.")
    page = carrying.page(ben, second)
    assert page.children[0].reason == "It was a fall."
    client_for(ben).post(f"/queue/{second.reference}/carry/", answers(page))
    assert set(Decision.objects.values_list("way", "reason")) == {("no_further_action", "It was a fall.")}
    assert Outcome.objects.filter(kind=OutcomeKind.DECIDED).count() == 2


def test_a_reason_from_a_restricted_file_is_not_copied_into_one_that_is_open(agencies, ben):
    first, second = (tells(one, "D05") for one in agencies[:2])
    group(ben, first, second)
    restricting.restrict(by=ben, referral=first, restricted=True, reason="Staff family.")
    decide(ben, first, way="no_further_action", level=2, reason="Secret.", agreement_reason="Also secret.")
    [child] = carrying.page(ben, second).children
    assert (child.reason, child.agreement_reason) == ("", "")


def test_what_this_agency_said_still_needs_its_own_reason(agencies, ben, client_for):
    """The police told more than the school: the framework advises more for theirs, and the rules of a decision hold."""
    first, second = tells(agencies[0], "D05"), tells(agencies[1], "D19")
    group(ben, first, second)
    decide(ben, first, way="gateway", level=2)
    page = carrying.page(ben, second)
    assert page.children[0].way == "open_case"
    refused = client_for(ben).post(f"/queue/{second.reference}/carry/", answers(page)).content.decode()
    assert "There is a problem" in refused and "Say why you decide on a lower level" in refused
    assert f'href="#id_reason_{page.children[0].subject.pk}"' in refused
    second.refresh_from_db()
    assert second.stage == "in_triage" and not second.subjects.filter(decision__isnull=False).exists()


def test_it_carries_for_some_of_the_children_and_keeps_what_was_typed(agencies, ben, client_for):
    both = (a_child(), a_child(given_name="Bo", birth_date=date(2021, 2, 3)))
    first, second = (tells(one, "D05", children=both) for one in agencies[:2])
    group(ben, first, second)
    decide(ben, first, way="advice", level=2, reason="School can help.")
    page = carrying.page(ben, second)
    ada, bo = page.children
    given = {
        "children": [str(ada.subject.pk)],
        f"words_{ada.subject.pk}": "For Ada.",
        f"words_{bo.subject.pk}": "",
        **{f"reason_{one.subject.pk}": "School can help." for one in (ada, bo)},
        "agreement": "given",
    }
    refused = client_for(ben).post(f"/queue/{second.reference}/carry/", given).content.decode()
    assert "Write what the referrer will be told" in refused and "For Ada." in refused
    given[f"words_{bo.subject.pk}"], given["seen"] = "For Bo.", "on"
    client_for(ben).post(f"/queue/{second.reference}/carry/", given)
    assert list(Decision.objects.filter(subject__referral=second).values_list("subject", "words")) == [
        (ada.subject.pk, "For Ada.")
    ]
    assert [one.subject for one in carrying.page(ben, second).children] == [bo.subject]


def test_it_says_so_when_there_is_nothing_to_carry_or_somebody_else_has_it(three, ben, amira, client_for):
    group(ben, *three)
    nothing = client_for(ben).get(f"/queue/{three[1].reference}/carry/").content.decode()
    assert "No decision to carry over" in nothing
    decide(ben, three[0])
    queue.hand_over(by=ben, referral=type(three[1]).objects.get(pk=three[1].pk), to=amira, reason="Shift.")
    theirs = client_for(ben).get(f"/queue/{three[1].reference}/carry/").content.decode()
    assert "Amira Example has this referral" in theirs
