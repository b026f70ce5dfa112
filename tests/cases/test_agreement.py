"""Early help and a section 17 service need the family's agreement, or why not; section 47 does not."""

from dataclasses import replace

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from referrals import duties
from referrals.choices import CaseAgreement, CaseStage, Duty, Service
from referrals.duties import Agreed
from referrals.errors import NotNow, Refused
from referrals.models import AgreementOnCase, Case
from referrals.selectors import agreements
from referrals.services import agreeing, allocating, cases, decisions, queue, submitting
from tests.cast import a_submission
from tests.referrals.a_case import JUDGEMENTS

pytestmark = pytest.mark.django_db
GIVEN = Agreed(status="given", who="Mum, by telephone")
REFUSED = Agreed(status="refused", reason="Dad wants no help. We will try again through school.")
WITHDRAWN = Agreed(status="withdrawn", reason="Mum rang: they will manage.")


def sent(tess, ben, *, way=Service.GATEWAY, level=2, agreement="refused") -> Case:
    judgement = replace(JUDGEMENTS[way], level=level, agreement=agreement, agreement_reason="Why", reason="R")
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judgement)
    return Case.objects.select_related("referral", "subject", "worker").get(referral=referral)


@pytest.mark.parametrize(
    ("service", "level", "duty", "needed"),
    [
        ("gateway", 2, Duty.EARLY_HELP, True),
        ("gateway", 3, Duty.EARLY_HELP, True),
        ("cadt", 2, Duty.CHILD_IN_NEED, True),
        ("cadt", 3, Duty.CHILD_IN_NEED, True),
        ("cadt", 4, Duty.SIGNIFICANT_HARM, False),
    ],
)
def test_it_follows_from_the_service_and_the_level(service, level, duty, needed):
    assert duties.duty(service=service, level=level) == duty
    assert duties.needs_agreement(service=service, level=level) is needed
    assert ("does not need" in duties.words(service=service, level=level)) is not needed


def test_it_starts_a_section_47_enquiry_without(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    assert to_cadt.stage == CaseStage.OPEN and to_cadt.decision.agreement == "not_sought"
    with pytest.raises(NotNow, match="section 47"):
        agreeing.record(by=cleo, case=to_cadt, agreement=GIVEN)


@pytest.mark.parametrize("act", ["accept", "take_in", "allocate"])
@pytest.mark.parametrize(("service", "level", "who"), [("gateway", 2, "gus"), ("cadt", 3, "carl")])
def test_it_starts_nothing_else_before_the_service_has_asked(tess, ben, request, act, service, level, who):
    manager = request.getfixturevalue(who)
    case = sent(tess, ben, way=Service(service), level=level)
    acts = {
        "accept": lambda: cases.accept(by=manager, case=case),
        "take_in": lambda: allocating.take_in(by=manager, case=case),
        "allocate": lambda: allocating.allocate(by=manager, case=case, worker=manager),
    }
    with pytest.raises(Refused, match="Record first whether the family agrees"):
        acts[act]()
    case.refresh_from_db()
    assert case.stage == CaseStage.OFFERED
    agreeing.record(by=manager, case=case, agreement=REFUSED)
    acts[act]()
    assert case.stage == (CaseStage.ACCEPTED if act == "take_in" else CaseStage.OPEN)


@pytest.mark.parametrize(
    ("agreed", "field"),
    [
        (Agreed(status=""), "status"),
        (Agreed(status="perhaps"), "status"),
        (Agreed(status="given"), "who"),
        (Agreed(status="refused"), "reason"),
        (Agreed(status="not_sought"), "reason"),
        (Agreed(status="withdrawn"), "reason"),
    ],
)
def test_it_wants_who_agreed_or_why_nobody_did(open_gateway, gita, agreed, field):
    with pytest.raises(Refused) as refused:
        agreeing.record(by=gita, case=open_gateway, agreement=agreed)
    assert refused.value.field == field and not AgreementOnCase.objects.exists()


def test_it_prompts_when_they_no_longer_agree_and_changes_nothing_else(open_gateway, gita):
    before = Case.objects.filter(pk=open_gateway.pk).values().get()
    agreeing.record(by=gita, case=open_gateway, agreement=WITHDRAWN)
    assert Case.objects.filter(pk=open_gateway.pk).values().get() == before
    shown = agreements.on_page(open_gateway, works=True)
    assert shown.prompt and [one.status for one in (shown.now, *shown.before)] == ["withdrawn", "given"]
    agreeing.record(by=gita, case=open_gateway, agreement=GIVEN)
    assert not agreements.on_page(open_gateway, works=True).prompt


def test_it_takes_the_same_answer_pressed_twice_as_one(open_gateway, gita, gus):
    rows = {agreeing.record(by=gita, case=open_gateway, agreement=WITHDRAWN).pk for _ in range(2)}
    assert rows == set(AgreementOnCase.objects.values_list("pk", flat=True)) and len(rows) == 1
    agreeing.record(by=gita, case=open_gateway, agreement=REFUSED)
    agreeing.record(by=gus, case=open_gateway, agreement=REFUSED)
    assert AgreementOnCase.objects.count() == 3, "another answer, or another person, is another one"


def test_it_withdraws_only_what_was_given(tess, ben, gita):
    case = sent(tess, ben)
    with pytest.raises(Refused, match="had not agreed"):
        agreeing.record(by=gita, case=case, agreement=WITHDRAWN)


def test_it_is_for_the_service_that_has_the_child(open_gateway, cleo):
    with pytest.raises(Refused, match="Only Gateway"):
        agreeing.record(by=cleo, case=open_gateway, agreement=GIVEN)


def test_it_asks_before_a_child_steps_down_and_keeps_the_answer_with_the_new_case(open_cadt, cleo, gita):
    answers = {"reason": "Safe now.", "words": "Gateway goes on."}
    with pytest.raises(Refused, match="Select whether the family agrees"):
        cases.step(by=cleo, case=open_cadt, **answers)
    new = cases.step(by=cleo, case=open_cadt, agreement=REFUSED, **answers)
    assert AgreementOnCase.objects.get(case=new).status == CaseAgreement.REFUSED
    cases.accept(by=gita, case=new)
    assert agreements.on_page(new, works=True).prompt


def test_it_asks_nothing_to_step_up(open_gateway, gita):
    new = cases.step(by=gita, case=open_gateway, reason="Worse.", words="CADT takes over.")
    assert new.level == 4 and not AgreementOnCase.objects.exists()


def test_it_closes_for_want_of_agreement_only_with_why_the_child_is_safe(open_gateway, gita):
    agreeing.record(by=gita, case=open_gateway, agreement=WITHDRAWN)
    with pytest.raises(Refused, match="safe enough") as refused:
        cases.close(by=gita, case=open_gateway, reason="not_engaged", words="It ended.")
    assert refused.value.field == "note"
    cases.close(by=gita, case=open_gateway, reason="not_engaged", words="It ended.", note="Nan is there each day.")


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"status": "given"}, "case_agreement_given_by_somebody"),
        ({"status": "refused"}, "case_agreement_missing_has_a_reason"),
    ],
)
def test_it_is_kept_whole_by_the_database(open_gateway, gita, row, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        AgreementOnCase.objects.create(case=open_gateway, by=gita, at=timezone.now(), **row)
