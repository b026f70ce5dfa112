"""Who may end a case, and what has to be known before it ends: ADR 9 and ADR 11."""

from accounts.models import User
from referrals.choices import CaseStage, ClosureReason, Service, TransferAnswer
from referrals.errors import Refused
from referrals.models import Case, CaseTransfer
from referrals.services import open_cases
from referrals.services.decisions import SPECIALIST_LEVEL

NOTE_WANTED = {
    ClosureReason.OTHER: "Say what the other reason is",
    ClosureReason.NOT_ENGAGED: "Say why the child is safe enough without the service",
}
NOT_ASSESSED = "The assessment is not finished. Say why the case ends before it is"
NO_RECEIPT = "First ask the other authority to take over, and record that it confirms"


def why_not_step(user: User, case: Case) -> str:
    """Why `user` may not send this child to the other service, in a sentence; "" when they may."""
    if case.service == Service.CADT and case.level == SPECIALIST_LEVEL and not user.is_registered_social_worker:
        return "A registered social worker must step this down: the child is at Level 4."
    return _transfer_waits(case)


def why_not_close(user: User, case: Case) -> str:
    """Why `user` may not close this case, and whom to ask, in sentences; "" when they may.

    At Level 4, and in CADT until the assessment is finished, a manager of the service who does not have the case closes
    it; at Level 4 one who is a registered social worker. So nobody ends the protection of a child alone. As moved away
    such a manager closes any case: see `check_close`.
    """
    if not wants_manager(case) or _manages(user, case):
        return _transfer_waits(case)
    return f"{_because(case)}: {_ask_manager(user, case)}"


def wants_manager(case: Case) -> bool:
    """Whether a second person, a manager, has to close this open case."""
    return case.stage == CaseStage.OPEN and (case.level == SPECIALIST_LEVEL or unfinished(case))


def unfinished(case: Case) -> bool:
    """Whether the assessment of an open case in CADT is still to be finished."""
    return case.stage == CaseStage.OPEN and case.service == Service.CADT and case.assessed_at is None


def receipt_proved(case: Case) -> bool:
    """Whether another authority has confirmed that it has this child."""
    return CaseTransfer.objects.filter(case=case, answer=TransferAnswer.RECEIVED).exists()


def check_close(*, by: User, case: Case, reason: str, words: str, note: str = "") -> None:
    """Raise Refused, naming the answer to mend, for everything that would keep this case from closing as it stands now.
    Asked before the reader is shown who will be told, and again when they close it."""
    if reason not in ClosureReason.values:
        raise Refused("Choose why the case ends", field="reason")
    if reason in NOTE_WANTED and not note:
        raise Refused(NOTE_WANTED[ClosureReason(reason)], field="note")
    if not words:
        raise Refused("Write what the referrer will be told", field="words")
    if why := why_not_close(by, case):
        raise Refused(why)
    if reason == ClosureReason.MOVED_AREA:
        if not receipt_proved(case):
            raise Refused(NO_RECEIPT, field="reason")
        if case.stage == CaseStage.OPEN and not _manages(by, case):
            raise Refused(f"The child moved away: {_ask_manager(by, case)}", field="reason")
    elif unfinished(case) and not note:
        raise Refused(NOT_ASSESSED, field="note")


def _manages(user: User, case: Case) -> bool:
    """Whether `user` is a manager of the service, not the worker, and at Level 4 a registered social worker."""
    manager = open_cases.MANAGERS[Service(case.service)] in user.roles and user.pk != case.worker_id
    return manager and (case.level != SPECIALIST_LEVEL or user.is_registered_social_worker)


def _ask_manager(user: User, case: Case) -> str:
    """Who must close a case that its worker may not, and their names."""
    kind = " who is a registered social worker" if case.level == SPECIALIST_LEVEL else ""
    others = [one.name for one in open_cases.concerned(case) if one.pk != user.pk and _manages(one, case)]
    ask = f"Ask {' or '.join(others)}." if others else "There is no other one now: one must be named first."
    service = case.get_service_display()
    return f"a manager of {service}{kind} must close this, and not the one who has the case. {ask}"


def _because(case: Case) -> str:
    level = "The child is at Level 4" if case.level == SPECIALIST_LEVEL else ""
    if not unfinished(case):
        return level
    return f"{level} and the assessment is not finished" if level else "The assessment is not finished"


def _transfer_waits(case: Case) -> str:
    if case.transfer_asked_at:
        return "Another authority was asked to take this child over. Record its answer first."
    return ""
