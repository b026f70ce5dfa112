"""Whether a family agrees to the service that has their child: now, and at each time before."""

from dataclasses import dataclass
from datetime import datetime

from referrals import duties
from referrals.choices import Agreement, CaseAgreement, CaseStage
from referrals.models import AgreementOnCase, Case, Decision
from referrals.models.cases import LIVE

NOT_AGREED = (CaseAgreement.REFUSED, CaseAgreement.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Heard:
    """One entry of the history: what, from whom, why not, and who wrote it down."""

    status: str
    title: str
    detail: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OnPage:
    """What the card on the page of a case shows. `prompt`: they do not agree, and somebody has to think."""

    rule: str
    needed: bool
    now: Heard
    before: list[Heard]
    settled: bool
    prompt: bool
    may_record: bool


def settled(case: Case) -> bool:
    """Whether the service may start: no agreement is needed, or there is one, or somebody in a service has said why it
    starts without. That triage had a reason is not enough, for nobody in the service has spoken with the family."""
    if not duties.needs_agreement(service=case.service, level=case.level):
        return True
    if AgreementOnCase.objects.filter(case=case).exists():
        return True
    return Decision.objects.filter(pk=case.decision_id, agreement=Agreement.GIVEN).exists()


def history(case: Case) -> list[Heard]:
    """All that is known, the newest first; at the end what triage wrote down when it decided."""
    rows = AgreementOnCase.objects.filter(case=case).select_related("by").order_by("-pk")
    decision = Decision.objects.select_related("by").get(pk=case.decision_id)
    return [*(_heard(row) for row in rows), _decided(decision)]


def on_page(case: Case, *, works: bool) -> OnPage:
    """The card on the page of a case."""
    needed = duties.needs_agreement(service=case.service, level=case.level)
    now, *before = history(case)
    return OnPage(
        rule=duties.words(service=case.service, level=case.level),
        needed=needed,
        now=now,
        before=before,
        settled=settled(case),
        prompt=needed and case.stage == CaseStage.OPEN and now.status in NOT_AGREED,
        may_record=works and needed and case.stage in LIVE,
    )


def _heard(row: AgreementOnCase) -> Heard:
    detail = ". ".join(filter(None, [f"From {row.who}" if row.who else "", row.reason]))
    return Heard(row.status, row.get_status_display(), detail, row.by.name, row.at)


def _decided(row: Decision) -> Heard:
    return Heard(row.agreement, str(CaseAgreement(row.agreement).label), row.agreement_reason, row.by.name, row.at)
