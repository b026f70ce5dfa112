"""The other children of a case's referral: where each is now, and who to speak with before anybody asks the family.

Only for a reader who may see those children's cases, or the whole referral; to anybody else each is a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from referrals import duties, visible
from referrals.choices import Agreement, CaseStage, SubjectState, Way
from referrals.models import Case, Decision, Subject
from referrals.models.cases import LIVE

HARM = "{subject} may be at risk of significant harm: {where}. Speak with triage first."


@dataclass(frozen=True, slots=True)
class Sibling:
    """One of them: `where` in words, "" when it is not for the reader to know; `case` when they may open it; `danger`
    says who acts for this child under section 47, "" when nobody does, and `why` what was written about asking."""

    subject: Subject
    where: str = ""
    case: Case | None = None
    danger: str = ""
    why: str = ""


def of_case(user: User, case: Case) -> list[Sibling]:
    """The other children on the same referral, in their order: four statements for any number of them."""
    subjects = list(
        Subject.objects.filter(referral=case.referral_id)
        .exclude(pk=case.subject_id)
        .select_related("decision", "hub_assessment")
        .order_by("position")
    )
    if not subjects:
        return []
    opened = set(visible.cases(user).filter(referral=case.referral_id).values_list("pk", flat=True))
    sees_all = visible.referrals(user).filter(pk=case.referral_id).exists()
    rows = Case.objects.filter(referral=case.referral_id).select_related("worker", "decision").order_by("pk")
    last = {row.subject_id: row for row in rows if sees_all or row.pk in opened}
    return [_sibling(one, last.get(one.pk), opened, sees_all) for one in subjects]


def warned(siblings: Sequence[Sibling]) -> list[Sibling]:
    """Those for whose sake nobody should speak with the family before they have spoken with each other."""
    return [one for one in siblings if one.danger]


def _sibling(subject: Subject, case: Case | None, opened: set[int], sees_all: bool) -> Sibling:
    if case is not None:
        may_open = case if case.pk in opened else None
        return Sibling(subject, _where(case), may_open, _danger(subject, case), _why(case.decision))
    if not sees_all:
        return Sibling(subject)
    return Sibling(subject, _undecided(subject), danger=_danger_without_case(subject), why=_why(subject.decision))


def _where(case: Case) -> str:
    worker = f", {case.worker.name}" if case.worker else ""
    return f"{case.get_service_display()}, Level {case.level}: {case.get_stage_display().lower()}{worker}"


def _undecided(subject: Subject) -> str:
    """In words, when no service has or had the child."""
    if subject.decision is None or subject.state == SubjectState.WAITING:
        return "not decided yet"
    if subject.state == SubjectState.PROPOSED:
        return f"{subject.decision.get_way_display().lower()}, waiting for a second person"
    return subject.decision.get_way_display().lower()


def _danger(subject: Subject, case: Case) -> str:
    section_47 = duties.needs_agreement(service=case.service, level=case.level) is False
    if section_47 and case.stage == CaseStage.RETURNED and subject.state != SubjectState.DECIDED:
        return HARM.format(subject=subject, where=_undecided(subject))
    if case.stage not in LIVE or not section_47:
        return ""
    who = case.worker.name if case.worker else f"a manager of {case.get_service_display()}"
    return f"{subject} is with {case.get_service_display()} under section 47. Speak with {who} first."


def _danger_without_case(subject: Subject) -> str:
    """A child at Level 4 who is not decided, or only with one signature; or whose case came of another referral."""
    levels = {one.level for one in (subject.decision, subject.hub_assessment) if one is not None}
    if subject.state != SubjectState.DECIDED and duties.SIGNIFICANT_HARM_LEVEL in levels:
        return HARM.format(subject=subject, where=_undecided(subject))
    if subject.decision is not None and subject.decision.way == Way.OPEN_CASE:
        return f"Triage sent what is new about {subject} to an open case. Speak with whoever has it first."
    return ""


def _why(decision: Decision | None) -> str:
    """What triage wrote about asking the family, unless the family has agreed."""
    if decision is None or decision.agreement == Agreement.GIVEN:
        return ""
    return ". ".join(filter(None, [decision.get_agreement_display(), decision.agreement_reason])).rstrip(".")
