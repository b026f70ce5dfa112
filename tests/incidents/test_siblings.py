"""Three siblings on one referral, three outcomes: CADT, Gateway, no further action. Each has its own news, clocks and
visibility."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mash.outbox import words
from mash.outbox.models import Message
from referrals import visible
from referrals.choices import OutcomeKind, Service
from referrals.models import Case, Outcome, Referral
from referrals.selectors import clocks_file, submissions
from referrals.selectors.siblings import of_case
from referrals.services import cases, decisions, queue, restricting, submitting
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_concern, a_submission

pytestmark = pytest.mark.django_db
NAMES = {"Ada": "cadt", "Bo": "gateway", "Cy": "no_further_action"}


@pytest.fixture
def decided(tess, ben) -> Referral:
    """Ada may be hurt, Bo needs some help, Cy is well: decided together, each another way."""
    children = tuple(
        a_child(given_name=name, birth_date=date(2015 + 2 * n, 3, 1)) for n, name in enumerate(NAMES, start=1)
    )
    concerns = (a_concern("D19", about=(0,)), a_concern("D05", category="education", about=(1,)))
    referral = submitting.submit(by=tess, submission=a_submission(children=children, concerns=concerns))
    queue.claim(by=ben, referral=referral)
    decisions.decide_all(by=ben, judgements=dict(zip(referral.subjects.order_by("position"), judged(), strict=True)))
    referral.refresh_from_db()
    return referral


def judged() -> list[Judgement]:
    return [
        Judgement(way="cadt", level=4, words="For Ada: CADT acts.", agreement="not_sought"),
        Judgement(way="gateway", level=2, words="For Bo: Gateway helps.", agreement="given"),
        Judgement(way="no_further_action", level=1, words="For Cy: no more.", agreement="given", reason="He is well."),
    ]


def of(referral: Referral, name: str) -> Case:
    return Case.objects.get(referral=referral, subject__given_name=name)


def test_each_has_news_of_its_own_and_all_have_one_message_without_a_name(decided, tess):
    news = Outcome.objects.filter(referral=decided, kind=OutcomeKind.DECIDED).order_by("subject__position")
    assert [(one.subject.given_name, one.words) for one in news] == [
        ("Ada", "For Ada: CADT acts."),
        ("Bo", "For Bo: Gateway helps."),
        ("Cy", "For Cy: no more."),
    ]
    sent = Message.objects.get(kind="decided")
    assert sent.recipient_user == tess
    said = words.of(sent)
    assert not any(name in f"{said.subject} {said.body}" for name in (*NAMES, "Byrne", "CADT", "Gateway"))


def test_each_service_has_one_case_and_sees_no_other(decided, gita, cleo, ben):
    assert set(Case.objects.values_list("subject__given_name", "service")) == {("Ada", "cadt"), ("Bo", "gateway")}
    assert {one.subject.given_name for one in visible.cases(cleo)} == {"Ada"}
    assert {one.subject.given_name for one in visible.cases(gita)} == {"Bo"}
    assert visible.cases(ben).count() == 2


def test_each_service_opens_its_own_case_alone(decided, gita, cleo, client_for):
    ada, bo = of(decided, "Ada"), of(decided, "Bo")
    assert client_for(cleo).get(f"/cases/{ada.pk}/").status_code == 200
    assert client_for(cleo).get(f"/cases/{bo.pk}/").status_code == 404
    assert client_for(gita).get(f"/cases/{bo.pk}/").status_code == 200
    assert client_for(gita).get(f"/cases/{ada.pk}/").status_code == 404
    assert "For Ada: CADT acts." not in client_for(gita).get(f"/cases/{bo.pk}/").content.decode()


def test_each_clock_is_of_its_own_outcome(decided, ben):
    """CADT's statutory clock runs for Ada alone; Bo has a service's; Cy's clocks have all stopped with the decision."""
    ada, bo = ({one.clock.key for one in clocks_file.of_case(ben, of(decided, name))} for name in ("Ada", "Bo"))
    assert "case_acceptance" in ada & bo
    assert "assessment" in ada - bo
    assert decided.decided_at is not None and decided.decided_at <= decided.decision_due_at
    assert not Case.objects.filter(subject__given_name="Cy").exists()


def test_one_service_returns_its_child_and_the_others_stay_where_they_are(decided, gita, cleo):
    cases.accept(by=cleo, case=of(decided, "Ada"))
    cases.hand_back(by=gita, case=of(decided, "Bo"), reason="Not ours.")
    decided.refresh_from_db()
    assert decided.stage == "received"
    assert of(decided, "Ada").stage == "open"
    states = dict(decided.subjects.values_list("given_name", "state"))
    assert states == {"Ada": "decided", "Bo": "waiting", "Cy": "decided"}
    news = Outcome.objects.filter(referral=decided, kind=OutcomeKind.RETURNED)
    assert [one.subject.given_name for one in news] == ["Bo"]


def test_the_referrer_reads_where_each_child_stands(decided, tess, leo, cleo, client_for):
    cases.accept(by=cleo, case=of(decided, "Ada"))
    standing = {child.given_name: one.words for child, one in submissions.children(decided)}
    assert standing == {"Ada": "CADT is helping", "Bo": "Sent to Gateway", "Cy": "No further action"}
    for reader in (tess, leo):
        page = client_for(reader).get(f"/referrals/{decided.reference}/").content.decode()
        assert all(one.words in page for one in judged()) and "He is well." not in page


def test_one_child_is_closed_and_the_loops_of_the_others_go_on(decided, cleo, carl, tess):
    case = of(decided, "Ada")
    cases.accept(by=cleo, case=case)
    cases.close(by=carl, case=case, reason="needs_met", words="Ada is safe.", note="Seen with their aunt.")
    standing = {child.given_name: one.words for child, one in submissions.children(decided)}
    assert standing == {"Ada": "Work has ended", "Bo": "Sent to Gateway", "Cy": "No further action"}
    assert [one.subject.given_name for one in Outcome.objects.filter(kind=OutcomeKind.CLOSED)] == ["Ada"]
    assert of(decided, "Bo").service == Service.GATEWAY and of(decided, "Bo").ended_at is None


# What one child's service is told of the others


def page_of(client, case: Case) -> str:
    return client.get(f"/cases/{case.pk}/").content.decode()


def test_it_warns_before_the_family_is_asked_that_a_sister_is_under_section_47(decided, gus, cleo, client_for):
    cases.accept(by=cleo, case=of(decided, "Ada"))
    bo, client = of(decided, "Bo"), client_for(gus)
    warning = "Ada Byrne is with CADT under section 47. Speak with Cleo Example first."
    for page in (page_of(client, bo), client.get(f"/cases/{bo.pk}/agreement/").content.decode()):
        assert "Before anybody contacts this family" in page and warning in page
        assert "Triage wrote: The family has not been asked." in page
    page = page_of(client, bo)
    assert "CADT, Level 4: open, Cleo Example" in page and "No further action" in page


def test_it_says_where_the_others_are_and_warns_of_no_early_help(decided, cleo, client_for):
    page = page_of(client_for(cleo), of(decided, "Ada"))
    assert "Gateway, Level 2: waiting to be accepted" in page and "Before anybody contacts" not in page


def test_it_warns_of_a_sister_who_is_not_decided_yet(siblings, ben, gita, client_for):
    queue.claim(by=ben, referral=siblings)
    _ada, bo = siblings.subjects.order_by("position")
    decisions.decide(by=ben, subject=bo, judgement=judged()[1])
    page = page_of(client_for(gita), Case.objects.get(subject=bo))
    assert "Ada Byrne may be at risk of significant harm: not decided yet. Speak with triage first." in page


def test_it_goes_on_warning_of_a_sister_whom_cadt_returned(decided, gita, cleo, client_for):
    cases.hand_back(by=cleo, case=of(decided, "Ada"), reason="Look at the hospital's letter first.")
    decided.subjects.filter(given_name="Ada").update(
        hub_assessment=decided.subjects.get(given_name="Bo").hub_assessment
    )
    page = page_of(client_for(gita), of(decided, "Bo"))
    assert "Ada Byrne may be at risk of significant harm: not decided yet. Speak with triage first." in page


def test_it_says_nothing_of_them_to_who_may_not_see_them(decided, ben, gita, client_for):
    cases.accept(by=gita, case=of(decided, "Bo"))
    restricting.restrict(by=ben, referral=decided, restricted=True, reason="A parent works here.")
    page = page_of(client_for(gita), of(decided, "Bo"))
    assert "Ada Byrne" in page and not [one for one in ("section 47", "CADT, Level", "No further") if one in page]


def test_it_asks_as_often_for_one_sibling_as_for_two(decided, siblings, ben, gita):
    queue.claim(by=ben, referral=siblings)
    decisions.decide_all(by=ben, judgements=dict(zip(siblings.subjects.order_by("position"), judged(), strict=False)))
    costs = set()
    for case, number in ((of(decided, "Bo"), 2), (of(siblings, "Bo"), 1)):
        with CaptureQueriesContext(connection) as asked:
            assert len(of_case(gita, case)) == number
        costs.add(len(asked))
    assert costs == {4}
