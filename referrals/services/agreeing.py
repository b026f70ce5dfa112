"""Write down what a family says of the service that has their child, each time it changes."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mash.audit import events
from referrals import duties
from referrals.choices import CaseAgreement
from referrals.errors import NotNow, Refused
from referrals.models import AgreementOnCase, Case
from referrals.models.cases import LIVE
from referrals.selectors import agreements
from referrals.services import cases
from referrals.services.amending import PRESSED_TWICE


@transaction.atomic
def record(*, by: User, case: Case, agreement: duties.Agreed) -> AgreementOnCase:
    """Add what the family says now. It changes neither the level nor the stage: that they no longer agree is for people
    to think about, and lowers no risk.

    Early help at Levels 2 and 3 and a section 17 service need agreement (Children Act 1989, section 17; Working
    Together); a section 47 enquiry does not, and for one this raises NotNow. Raises Refused naming the answer to mend.
    The very same answer pressed twice is one.
    """
    duties.check(agreement)
    cases.hold(by, case)
    if case.stage not in LIVE:
        raise NotNow(f"This case has ended. It is now: {case.get_stage_display().lower()}.")
    if not duties.needs_agreement(service=case.service, level=case.level):
        raise NotNow("A section 47 enquiry does not need the family's agreement.")
    again = AgreementOnCase.objects.filter(case=case).last()
    if again and again.at > timezone.now() - PRESSED_TWICE and _same(again, by, agreement):
        return again
    now_stands = agreements.history(case)[0].status
    if agreement.status == CaseAgreement.WITHDRAWN and now_stands != CaseAgreement.GIVEN:
        raise Refused("They had not agreed. Select that they do not agree", field="status")
    row = AgreementOnCase.objects.create(case=case, by=by, at=timezone.now(), **agreement.answers())
    events.record(by=by, what="agreement_recorded", about=case.referral, detail={"case": case.pk})
    return row


def _same(row: AgreementOnCase, by: User, agreement: duties.Agreed) -> bool:
    said = agreement.answers()
    return row.by_id == by.pk and {name: getattr(row, name) for name in said} == said
