"""Who has a case: a manager gives it to a worker whose load is seen, and nobody waits unseen for one."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import stages
from referrals.choices import CaseStage, OutcomeKind
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Allocation, Case, CaseReview
from referrals.models.cases import LIVE
from referrals.selectors import caseloads
from referrals.services import cases, rights
from referrals.services.amending import PRESSED_TWICE
from referrals.services.telling import News


@transaction.atomic
def take_in(*, by: User, case: Case) -> None:
    """A manager accepts a child for the service before a worker is named: the child is then on the waiting list, whose
    clocks run. Raises Refused when the family's agreement is open, SomeoneElse when it was accepted meanwhile."""
    rights.require(by, Act.ALLOCATE)
    cases.hold(by, case)
    if case.stage == CaseStage.ACCEPTED:
        raise SomeoneElse(f"{case.get_service_display()} has accepted this already. Choose a worker.")
    cases.check_agreed(case)
    cases.answered(by, case)
    stages.wait_for_worker(case, by=by)
    words = f"{case.get_service_display()} has accepted this, and is choosing who will work with the family."
    cases.done(by, case, News(OutcomeKind.ACCEPTED, words, case.subject), what="case_taken_in")


@transaction.atomic
def allocate(*, by: User, case: Case, worker: User, instead_of: User | None = None, reason: str = "") -> Allocation:
    """Give a case to a worker of its service, or to another one in place of `instead_of`, with a reason.

    A manager of the service does. The worker is still here, works in the service and is not kept from the family; where
    the load would be more than the authority calls safe, the reason says why all the same. Two cases given to one
    worker at once are counted one after the other. Of two managers at once one wins, and the other is told who has it.
    Raises Refused naming the answer to mend, SomeoneElse, NotNow.
    """
    rights.require(by, Act.ALLOCATE)
    worker = cases.hold_worker(worker)
    cases.hold(by, case)
    _check_as_seen(case, instead_of)
    if case.stage not in LIVE:
        raise NotNow(f"This case has ended. It is now: {case.get_stage_display().lower()}.")
    if why := caseloads.why_not(worker, case):
        raise Refused(why, field="worker")
    load = caseloads.of(worker)
    _check_reason(case, worker, load, reason)
    if case.stage == CaseStage.OFFERED:
        cases.check_agreed(case)
    words = "" if case.stage == CaseStage.OPEN else cases.accepted_words(case)
    _give(by, case, worker)
    row = Allocation.objects.create(
        case=case,
        worker=worker,
        instead_of=instead_of,
        reason=reason,
        load_before=load.weight,
        past_limit=load.past_with(case.level),
        by=by,
        at=timezone.now(),
    )
    messages.owe_many(_news_for_workers(row, by))
    _record(by, case, words)
    return row


@transaction.atomic
def look_again(*, by: User, case: Case, note: str) -> CaseReview:
    """Somebody of the service has looked again at a child who waits for a worker: what they found. The review clock
    begins again. The very same note pressed twice is one. Raises NotNow when the child no longer waits."""
    if not note:
        raise Refused("Write what you found, and why the child can wait or cannot", field="note")
    cases.hold(by, case)
    now = timezone.now()
    last = CaseReview.objects.filter(case=case).last()
    if last and (last.by_id, last.note) == (by.pk, note) and last.at > now - PRESSED_TWICE:
        return last
    if not Case.objects.filter(pk=case.pk, stage=CaseStage.ACCEPTED).update(review_from=now):
        raise NotNow(f"This child no longer waits for a worker. It is now: {case.get_stage_display().lower()}.")
    case.refresh_from_db()
    events.record(by=by, what="case_looked_at", about=case.referral, detail={"case": case.pk})
    return CaseReview.objects.create(case=case, note=note, by=by, at=now)


def _check_as_seen(case: Case, instead_of: User | None) -> None:
    """The one who had the case on the page has it still; else somebody was quicker."""
    if case.worker_id == (instead_of.pk if instead_of else None):
        return
    last = Allocation.objects.filter(case=case).select_related("by", "worker").last()
    if last and case.worker_id == last.worker_id:
        given = "took it" if last.by_id == last.worker_id else f"gave it to {last.worker.name}"
        raise SomeoneElse(f"{last.by.name} {given} while you were choosing. Look again before you change that.")
    raise SomeoneElse("Somebody changed who has this case while you were choosing. Look again.")


def _check_reason(case: Case, worker: User, load: caseloads.Load, reason: str) -> None:
    if reason:
        return
    if case.worker_id:
        raise Refused("Say why another worker takes over", field="reason")
    if load.past_with(case.level):
        raise Refused(
            f"With this case {worker.name} has more than is thought safe. Say why it should be them", field="reason"
        )


def _give(by: User, case: Case, worker: User) -> None:
    if case.stage != CaseStage.OPEN:
        cases.answered(by, case)
        stages.open_case(case, by=by, worker=worker)
        return
    Case.objects.filter(pk=case.pk, stage=CaseStage.OPEN, worker=case.worker_id).update(worker=worker)
    case.refresh_from_db()


def _record(by: User, case: Case, words: str) -> None:
    if words:
        cases.done(by, case, News(OutcomeKind.ACCEPTED, words, case.subject), what="case_allocated")
    else:
        events.record(by=by, what="case_reallocated", about=case.referral, detail={"case": case.pk})


def _news_for_workers(row: Allocation, by: User) -> list[Owed]:
    """To whoever has it now, and to whoever had it; nobody is told what they did themselves."""
    told = [("case_given", row.worker), ("case_taken_away", row.instead_of)]
    return [_owed(row, kind, user) for kind, user in told if user and user.is_active and user.pk != by.pk]


def _owed(row: Allocation, kind: str, user: User) -> Owed:
    return Owed(
        key=f"{kind}:{row.pk}:{user.pk}",
        kind=kind,
        about=row.case.referral.reference,
        to=user,
        path=f"/cases/{row.case_id}/",
    )
