"""One case: the child, why they came, what happened before in either service, and what the referrer was told."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import User
from mash.outbox.channels.email import usable
from referrals import visible
from referrals.choices import CaseStage
from referrals.models import Case, Closure, Decision, Movement, Outcome, Party, Reading, Referral, StageChange, Subject
from referrals.models.cases import NOBODYS
from referrals.selectors import siblings
from referrals.selectors.ages import age_words
from referrals.selectors.amendments import New, of_case
from referrals.selectors.case_work import Work, entries, work
from referrals.selectors.cases import waited
from referrals.selectors.file import Worry, worries_about
from referrals.selectors.siblings import Sibling
from referrals.selectors.timeline import CASE_TITLES, Entry, case_title
from referrals.services.cases import direction_from, may_step, may_work
from referrals.services.ending import why_not_close, why_not_step

MOST_EARLIER = 50


@dataclass(frozen=True, slots=True)
class Before:
    """An earlier or other case of the same child; `may_open` when the reader may see its page."""

    case: Case
    ending: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """All that the page of a case shows."""

    case: Case
    age: str
    waited: str
    came_by: Movement | None
    decision: Decision
    closure: Closure | None
    next_case: Case | None
    before: list[Before]
    siblings: list[Sibling]
    warned: list[Sibling]
    worries: list[Worry]
    news: list[Outcome]
    timeline: list[Entry]
    sees_file: bool
    may_accept: bool
    may_work: bool
    may_step: bool
    why_not_step: str
    why_not_close: str
    direction: str
    new: New
    work: Work


def page(user: User, case: Case) -> CasePage:
    """The page of one case as `user` may see it."""
    now = timezone.now()
    mine = may_work(user, case)
    done = work(user, case, works=mine)
    others = siblings.of_case(user, case)
    moved_on = Movement.objects.filter(from_case=case).select_related("to_case", "by").first()
    return CasePage(
        case=case,
        age=age_words(case.subject, on=timezone.localdate(now)),
        waited=waited(case, now=now),
        came_by=Movement.objects.filter(to_case=case).select_related("from_case", "by").first(),
        decision=Decision.objects.select_related("by", "countersignature__by").get(pk=case.decision_id),
        closure=Closure.objects.filter(case=case).select_related("by").first(),
        next_case=moved_on.to_case if moved_on else None,
        before=before(user, case),
        siblings=others,
        warned=siblings.warned(others),
        worries=worries_about(case.referral, case.subject),
        news=news(case.referral, case.subject),
        timeline=timeline(case),
        sees_file=visible.referrals(user).filter(pk=case.referral_id).exists(),
        may_accept=mine and case.stage in NOBODYS,
        may_work=mine and case.stage == CaseStage.OPEN,
        may_step=may_step(user, case),
        why_not_step=why_not_step(user, case) if mine else "",
        why_not_close=why_not_close(user, case) if mine else "",
        direction=direction_from(case).value,
        new=of_case(user, case),
        work=done,
    )


def warned(user: User, case: Case) -> list[Sibling]:
    """The other children for whose sake nobody should ask the family yet, as far as `user` may know of them."""
    return siblings.warned(siblings.of_case(user, case))


def before(user: User, case: Case) -> list[Before]:
    """The child's other cases in both services, the newest first.

    Both services see each other's history of a child (S2 of the scrutiny review), but not what a restriction, an
    allegation or a reader's own family closes to them.
    """
    seen = visible.cases(user)
    shared = Q(referral__restricted=False, referral__allegation=False) & ~Q(referral__barred__contains=[user.pk])
    rows = Case.objects.filter(person=case.person_id).exclude(pk=case.pk)
    rows = rows.filter(shared | Q(referral=case.referral_id) | Q(pk__in=seen.values("pk")))
    rows = rows.annotate(may_open=Exists(seen.filter(pk=OuterRef("pk"))))
    found = rows.select_related("referral", "worker", "closure", "moved_on", "came_by").order_by("-pk")[:MOST_EARLIER]
    endings = _returns([one.pk for one in found if one.stage == CaseStage.RETURNED])
    return [Before(one, _ending(one, endings), bool(one.may_open)) for one in found]


def news(referral: Referral, subject: Subject) -> list[Outcome]:
    """What the referrer was told of this child or of the whole referral, the newest first, and whether they know it."""
    rows = Outcome.objects.filter(Q(subject=subject) | Q(subject=None), referral=referral)
    return list(rows.annotate(known=Exists(Reading.objects.filter(outcome=OuterRef("pk")))).order_by("-pk"))


def timeline(case: Case) -> list[Entry]:
    """What happened to this child on this referral since it was sent, in both services, the newest first."""
    found = [*_decisions(case), *_steps(case), *_movements(case), *_closures(case), *entries(case.subject_id)]
    return sorted(found, key=lambda entry: entry.when, reverse=True)


def who_is_told(referral: Referral) -> list[str]:
    """For each person who is owed the outcome, a sentence that says how they will be told, or why they cannot be."""
    rows = Party.objects.filter(referral=referral).select_related("user", "organisation").order_by("pk")
    return [_told(party) for party in rows]


def _told(party: Party) -> str:
    who = f"{party.name} at {party.organisation}" if party.organisation else party.name
    if party.cannot_be_told:
        return f"{who} cannot be told: {party.cannot_be_told}"
    if usable(party.email or (party.user.email if party.user else "")):
        return f"{who} will be told by email that there is news, and reads your words here after signing in."
    if party.phone:
        return f"{who} has no email address that we can use. You or a colleague will have to telephone {party.phone}."
    return f"{who} has no email address or telephone number that we can use. You will have to write to them."


def _returns(ids: list[int]) -> dict[int, str]:
    rows = StageChange.objects.filter(case__in=ids, new=CaseStage.RETURNED)
    return {row.case_id: row.reason for row in rows if row.case_id}


def _ending(case: Case, returns: dict[int, str]) -> str:
    closure, moved = getattr(case, "closure", None), getattr(case, "moved_on", None)
    if closure:
        return ". ".join(filter(None, [closure.get_reason_display(), closure.note]))
    return moved.reason if moved else returns.get(case.pk, "")


def _decisions(case: Case) -> Iterator[Entry]:
    for row in Decision.objects.filter(subject=case.subject_id).select_related("by"):
        yield Entry(row.at, f"Decided: {row}", row.by.name, row.reason, "now")


def _steps(case: Case) -> Iterator[Entry]:
    rows = StageChange.objects.filter(case__subject=case.subject_id, new__in=CASE_TITLES).select_related("by", "case")
    for row in rows:
        assert row.case is not None
        tone = "done" if row.new == CaseStage.OPEN else "alert"
        title = f"{row.case.get_service_display()} {case_title(row)}"
        yield Entry(row.at, title, row.by.name if row.by else "", row.reason, tone)


def _movements(case: Case) -> Iterator[Entry]:
    rows = Movement.objects.filter(from_case__subject=case.subject_id).select_related("by", "to_case")
    for row in rows:
        yield Entry(
            row.at, f"{row.get_direction_display()} to {row.to_case.get_service_display()}", row.by.name, row.reason
        )


def _closures(case: Case) -> Iterator[Entry]:
    rows = Closure.objects.filter(case__subject=case.subject_id).select_related("by", "case")
    for row in rows:
        body = "\n".join(filter(None, [row.get_reason_display(), row.note]))
        yield Entry(row.at, f"{row.case.get_service_display()} closed", row.by.name, body, "done")
