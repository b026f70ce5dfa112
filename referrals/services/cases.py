"""A child's time in a service: accept, return, step up or down, close. Each tells the referrer.

Who is named as the worker is in `allocating`, what the family agreed to in `agreeing`, another authority in
`transferring`.
"""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import duties, ranking, stages, visible
from referrals.choices import (
    CaseStage,
    Direction,
    Lane,
    OutcomeKind,
    Service,
    Stage,
    SubjectState,
)
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import AgreementOnCase, Allocation, Case, Closure, Movement, Referral, Subject
from referrals.selectors import agreements, caseloads, lying
from referrals.selectors.hours import on_call
from referrals.services import ending, nights, open_cases, rights, telling, urgent
from referrals.services.decisions import note_service
from referrals.services.telling import News

OTHER = {Service.GATEWAY: Service.CADT, Service.CADT: Service.GATEWAY}
LEVEL_AFTER = {Direction.UP: 4, Direction.DOWN: 3}


@transaction.atomic
def accept(*, by: User, case: Case) -> None:
    """Take a case that waits in one's service, and be its named worker. Fifty at once: one wins, the others are told
    who. A service that needs the family's agreement starts only when they agree, or somebody there has said why not:
    Refused otherwise."""
    rights.require(hold_worker(by), Act.WORK_CASE)
    hold(by, case)
    check_agreed(case)
    load, words = caseloads.of(by), accepted_words(case)
    answered(by, case)
    stages.open_case(case, by=by, worker=by)
    Allocation.objects.create(
        case=case,
        worker=by,
        reason="Took it.",
        load_before=load.weight,
        past_limit=load.past_with(case.level),
        by=by,
        at=timezone.now(),
    )
    done(by, case, News(OutcomeKind.ACCEPTED, words, case.subject), what="case_accepted")


@transaction.atomic
def hand_back(*, by: User, case: Case, reason: str) -> None:
    """Return an offered case to triage, with a reason. The child is back in the queue at once."""
    if not reason:
        raise Refused("Say why you are returning this to triage", field="reason")
    hold(by, case)
    answered(by, case)
    stages.move_case(case, to=CaseStage.RETURNED, by=by, reason=reason, ended_at=timezone.now())
    Subject.objects.filter(pk=case.subject_id).update(state=SubjectState.WAITING, decision=None)
    _back_to_triage(by, case, reason)
    words = f"{case.get_service_display()} has asked the hub to look at this again. The hub has it now."
    done(by, case, News(OutcomeKind.RETURNED, words, case.subject), what="case_returned")


@transaction.atomic
def step(*, by: User, case: Case, reason: str, words: str, agreement: duties.Agreed | None = None) -> Case:
    """Move a child to the other service: from Gateway up, from CADT down. The old case ends, the new one is offered.

    Down from Level 4 needs a registered social worker (ADR 9), and to a service that the family has to agree to, what
    they say of it. A child who waits for a worker can go up meanwhile. Both keep their histories and the movement keeps
    why (S2, S3 of the scrutiny review). Raises Refused while another authority that was asked has not answered.
    """
    if not reason:
        raise Refused("Say why this child needs the other service", field="reason")
    if not words:
        raise Refused("Write what the referrer will be told", field="words")
    if direction_from(case) == Direction.DOWN:
        duties.check(agreement)
    hold(by, case)
    if why := ending.why_not_step(by, case):
        raise Refused(why)
    if case.stage == CaseStage.ACCEPTED and direction_from(case) == Direction.DOWN:
        raise NotNow("Only a worker who has the case can step it down.")
    now = timezone.now()
    stages.move_case(case, to=CaseStage.MOVED, by=by, reason=reason, ended_at=now)
    new = _offer_to_other(case, now)
    if agreement is not None and direction_from(case) == Direction.DOWN:
        AgreementOnCase.objects.create(case=new, by=by, at=now, **agreement.answers())
    Movement.objects.create(from_case=case, to_case=new, direction=direction_from(case), reason=reason, by=by, at=now)
    for referral in (case.referral, *open_cases.brought(new)):
        note_service(referral, Service(new.service))
    urgent.offered(new, by=by)
    done(by, case, News(OutcomeKind.STEPPED, words, case.subject), what="case_stepped")
    return new


@transaction.atomic
def close(*, by: User, case: Case, reason: str, words: str, note: str = "") -> Closure:
    """End a case. It cannot be stored unless everybody who is owed the outcome is told, or will be, or cannot be and
    why: the database refuses it at commit. Who may close it, and what must be known before, is in `ending`."""
    hold(by, case)
    ending.check_close(by=by, case=case, reason=reason, words=words, note=note)
    now = timezone.now()
    stages.move_case(case, to=CaseStage.CLOSED, by=by, reason=note, ended_at=now)
    outcome = telling.tell(referral=case.referral, news=News(OutcomeKind.CLOSED, words, case.subject))
    closure = Closure.objects.create(case=case, outcome=outcome, reason=reason, note=note, by=by, at=now)
    open_cases.tell_of_end(case)
    events.record(by=by, what="case_closed", about=case.referral, detail={"case": case.pk})
    return closure


@transaction.atomic
def finish_assessment(*, by: User, case: Case) -> None:
    """Say that the assessment is finished: its clock of 45 working days from the statutory date stops. Raises NotNow
    when the case is not open in CADT, SomeoneElse when it was said before."""
    hold(by, case)
    if case.stage != CaseStage.OPEN or case.social_care_at is None:
        raise NotNow("Only an open case in CADT has an assessment to finish.")
    if not Case.objects.filter(pk=case.pk, assessed_at=None).update(assessed_at=timezone.now()):
        raise SomeoneElse("Somebody has said already that the assessment is finished.")
    case.refresh_from_db()
    events.record(by=by, what="assessment_finished", about=case.referral, detail={"case": case.pk})


def direction_from(case: Case) -> Direction:
    """Which way out of this service leads to the other."""
    return Direction.UP if case.service == Service.GATEWAY else Direction.DOWN


def may_work(user: User, case: Case) -> bool:
    """Whether `user` works in the service that has this case."""
    return user.may(Act.WORK_CASE) and case.service in policy.services_of(user)


def may_close(user: User, case: Case) -> bool:
    """Whether `user` may close this case now."""
    return case.stage == CaseStage.OPEN and may_work(user, case) and not ending.why_not_close(user, case)


def may_step(user: User, case: Case) -> bool:
    """Whether `user` may send the child to the other service now; from the waiting list only up."""
    waiting_up = case.stage == CaseStage.ACCEPTED and direction_from(case) == Direction.UP
    here = case.stage == CaseStage.OPEN or waiting_up
    return here and may_work(user, case) and not ending.why_not_step(user, case)


def check_agreed(case: Case) -> None:
    """Raise Refused when a service that needs the family's agreement would start without it, or without why not."""
    if not agreements.settled(case):
        raise Refused("Record first whether the family agrees, or why this starts without their agreement.")


def accepted_words(case: Case) -> str:
    """What the referrer is told when a worker is named: that the service has accepted, unless they know that."""
    if case.stage == CaseStage.ACCEPTED:
        return f"A named worker in {case.get_service_display()} is now responsible."
    return f"{case.get_service_display()} has accepted this and a named worker is now responsible."


def hold(by: User, case: Case) -> None:
    """Lock the referral, then judge the case as it stands now: siblings' cases take the same lock in the same order."""
    rights.require(by, Act.WORK_CASE)
    if not may_work(by, case):
        raise Refused(f"Only {case.get_service_display()} can do this.")
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=case.referral_id)
    if not visible.cases(by).filter(pk=case.pk).exists():
        raise NotNow("You can no longer see this case.")
    case.refresh_from_db()
    case.referral = referral


def answered(by: User, case: Case) -> None:
    """The service answers an offer: nobody is called any more, unless for a brother or sister."""
    others = lying.offers().filter(referral=case.referral).exclude(pk=case.pk)
    if case.stage == CaseStage.OFFERED and not others.exists():
        nights.settle(by=by, referrals=[case.referral], causes=[nights.Cause.OFFERED])


def hold_worker(worker: User) -> User:
    """Lock who is to get a case, as they stand now, so that their load is counted one case after another. Before the
    referral, which is the order in which somebody leaves."""
    return User.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=worker.pk)


def _back_to_triage(by: User, case: Case, reason: str) -> None:
    """The referral waits again, where the service that returned it would look: never in a lower lane than the case's.

    A brother or sister who is still being looked at keeps the referral on its desk.
    """
    referral = case.referral
    if referral.stage == Stage.DECIDED:
        stages.move(referral, to=Stage.RECEIVED, by=by, reason=reason, owner=None, owned_since=None, decided_at=None)
    elif referral.stage == Stage.SECOND_PERSON:
        back = Stage.IN_TRIAGE if referral.owner_id else Stage.RECEIVED
        stages.move(referral, to=back, by=by, reason=reason)
    if case.service == Service.CADT and referral.lane != Lane.ALLEGATIONS:
        Referral.objects.filter(pk=referral.pk).update(
            lane=Lane.CADT, risk=min(referral.risk, (5 - case.level) * ranking.PER_LEVEL)
        )
    if not _at_work(referral):
        nights.raise_if_needed(referral, cause=nights.Cause.BACK, given_up_by=by, level=case.level)


def _at_work(referral: Referral) -> bool:
    """Whether it lies on the desk of somebody who is on call."""
    on_desk = referral.stage == Stage.IN_TRIAGE
    return on_desk and on_call(timezone.now()).filter(person=referral.owner_id).exists()


def _offer_to_other(case: Case, now: datetime) -> Case:
    """From now on a child who goes up is a referral to social care, with the statutory date that this gives."""
    service = OTHER[Service(case.service)]
    return Case.objects.create(
        referral=case.referral,
        subject=case.subject,
        person=case.person,
        decision=case.decision,
        service=service,
        level=LEVEL_AFTER[direction_from(case)],
        offered_at=now,
        social_care_at=now if service == Service.CADT else None,
    )


def done(by: User, case: Case, news: News, *, what: str) -> None:
    events.record(by=by, what=what, about=case.referral, detail={"case": case.pk})
    telling.tell(referral=case.referral, news=news)
