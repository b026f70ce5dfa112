"""A child's time in a service: accept, return, step up or down, close. Each tells the referrer."""

from django.db import transaction
from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import ranking, stages, visible
from referrals.choices import CaseStage, ClosureReason, Direction, Lane, OutcomeKind, Service, Stage, SubjectState
from referrals.errors import NotNow, Refused
from referrals.models import Case, Closure, Movement, Referral, Subject
from referrals.services import nights, rights, telling
from referrals.services.decisions import SPECIALIST_LEVEL, note_service
from referrals.services.telling import News

OTHER = {Service.GATEWAY: Service.CADT, Service.CADT: Service.GATEWAY}
LEVEL_AFTER = {Direction.UP: 4, Direction.DOWN: 3}


@transaction.atomic
def accept(*, by: User, case: Case) -> None:
    """Take a case that was offered to one's service. Fifty at once: one wins, the others are told who."""
    _hold(by, case)
    stages.move_case(case, to=CaseStage.OPEN, by=by, worker=by, accepted_at=timezone.now())
    words = f"{case.get_service_display()} has accepted this and a named worker is now responsible."
    _done(by, case, News(OutcomeKind.ACCEPTED, words, case.subject), what="case_accepted")


@transaction.atomic
def hand_back(*, by: User, case: Case, reason: str) -> None:
    """Return an offered case to triage, with a reason. The child is back in the queue at once."""
    if not reason:
        raise Refused("Say why you are returning this to triage", field="reason")
    _hold(by, case)
    stages.move_case(case, to=CaseStage.RETURNED, by=by, reason=reason, ended_at=timezone.now())
    Subject.objects.filter(pk=case.subject_id).update(state=SubjectState.WAITING, decision=None)
    _back_to_triage(by, case, reason)
    words = f"{case.get_service_display()} has asked the hub to look at this again. The hub has it now."
    _done(by, case, News(OutcomeKind.RETURNED, words, case.subject), what="case_returned")


@transaction.atomic
def step(*, by: User, case: Case, reason: str, words: str) -> Case:
    """Move a child to the other service: from Gateway up, from CADT down. The old case ends, the new one is offered.

    Down from Level 4 needs a registered social worker (ADR 9). Both keep their histories and the movement keeps why
    (S2, S3 of the scrutiny review).
    """
    if not reason:
        raise Refused("Say why this child needs the other service", field="reason")
    _check_words(words)
    _hold(by, case)
    _check_may_end(by, case)
    now = timezone.now()
    stages.move_case(case, to=CaseStage.MOVED, by=by, reason=reason, ended_at=now)
    new = _offer_to_other(case)
    Movement.objects.create(from_case=case, to_case=new, direction=direction_from(case), reason=reason, by=by, at=now)
    note_service(case.referral, Service(new.service))
    _done(by, case, News(OutcomeKind.STEPPED, words, case.subject), what="case_stepped")
    return new


@transaction.atomic
def close(*, by: User, case: Case, reason: str, words: str, note: str = "") -> Closure:
    """End a case; at Level 4 a registered social worker does. It cannot be stored unless everybody who is owed the
    outcome is told, or will be, or cannot be and why: the database refuses it at commit."""
    if reason not in ClosureReason.values:
        raise Refused("Choose why the case ends", field="reason")
    if reason == ClosureReason.OTHER and not note:
        raise Refused("Say what the other reason is", field="note")
    _check_words(words)
    _hold(by, case)
    _check_may_end(by, case)
    now = timezone.now()
    stages.move_case(case, to=CaseStage.CLOSED, by=by, reason=note, ended_at=now)
    outcome = telling.tell(referral=case.referral, news=News(OutcomeKind.CLOSED, words, case.subject))
    closure = Closure.objects.create(case=case, outcome=outcome, reason=reason, note=note, by=by, at=now)
    events.record(by=by, what="case_closed", about=case.referral, detail={"case": case.pk})
    return closure


def direction_from(case: Case) -> Direction:
    """Which way out of this service leads to the other."""
    return Direction.UP if case.service == Service.GATEWAY else Direction.DOWN


def may_work(user: User, case: Case) -> bool:
    """Whether `user` works in the service that has this case."""
    return user.may(Act.WORK_CASE) and case.service in policy.services_of(user)


def why_not_end(user: User, case: Case) -> str:
    """Why `user` may neither step this case down nor close it, in a sentence; "" when they may."""
    specialist = case.service == Service.CADT and case.level == SPECIALIST_LEVEL
    if specialist and not user.is_registered_social_worker:
        return "A registered social worker must close this or step it down: the child is at Level 4."
    return ""


def _check_may_end(by: User, case: Case) -> None:
    if why := why_not_end(by, case):
        raise Refused(why)


def _hold(by: User, case: Case) -> None:
    """Lock the referral, then judge the case as it stands now: siblings' cases take the same lock in the same order."""
    rights.require(by, Act.WORK_CASE)
    if not may_work(by, case):
        raise Refused(f"Only {case.get_service_display()} can do this.")
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=case.referral_id)
    if not visible.cases(by).filter(pk=case.pk).exists():
        raise NotNow("You can no longer see this case.")
    case.refresh_from_db()
    case.referral = referral


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
    if referral.stage == Stage.RECEIVED:
        nights.raise_if_needed(referral, cause=nights.Cause.BACK, given_up_by=by)


def _offer_to_other(case: Case) -> Case:
    return Case.objects.create(
        referral=case.referral,
        subject=case.subject,
        person=case.person,
        decision=case.decision,
        service=OTHER[Service(case.service)],
        level=LEVEL_AFTER[direction_from(case)],
        offered_at=timezone.now(),
    )


def _check_words(words: str) -> None:
    if not words:
        raise Refused("Write what the referrer will be told", field="words")


def _done(by: User, case: Case, news: News, *, what: str) -> None:
    events.record(by=by, what=what, about=case.referral, detail={"case": case.pk})
    telling.tell(referral=case.referral, news=news)
