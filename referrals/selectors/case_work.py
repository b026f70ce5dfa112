"""What the page of a case shows of who has it, who looked at it while it waited, and another authority."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.policy import Act
from referrals.choices import CaseStage, Service, TransferAnswer
from referrals.models import Allocation, Case, CaseReview, CaseTransfer
from referrals.models.cases import NOBODYS
from referrals.selectors.agreements import OnPage, on_page
from referrals.selectors.timeline import Entry


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the case's way: when it was reached ("" words while it was not), and what comes of it."""

    title: str
    at: datetime | None
    more: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """The parts of the page that this module fills."""

    steps: list[Step]
    agreement: OnPage
    allocations: list[Allocation]
    reviews: list[CaseReview]
    transfers: list[CaseTransfer]
    may_take_in: bool
    may_allocate: bool
    may_look_again: bool
    may_transfer: bool
    may_answer: bool
    may_finish_assessment: bool

    @property
    def transfer(self) -> CaseTransfer | None:
        """The one that waits for an answer, or was answered last."""
        return self.transfers[0] if self.transfers else None


def work(user: User, case: Case, *, works: bool) -> Work:
    """What is known and what `user` may do next; `works` when they work in the service that has it."""
    manages = works and user.may(Act.ALLOCATE)
    transfers = list(CaseTransfer.objects.filter(case=case).select_related("by", "answered_by").order_by("-pk"))
    stopped = all(one.answer == TransferAnswer.STOPPED for one in transfers)
    agreement = on_page(case, works=works)
    return Work(
        steps=list(_steps(case)),
        agreement=agreement,
        allocations=allocations(case),
        reviews=reviews(case),
        transfers=transfers,
        may_take_in=manages and case.stage == CaseStage.OFFERED and agreement.settled,
        may_allocate=manages and ((case.stage in NOBODYS and agreement.settled) or case.stage == CaseStage.OPEN),
        may_look_again=works and case.stage == CaseStage.ACCEPTED,
        may_transfer=works and case.stage == CaseStage.OPEN and stopped,
        may_answer=works and bool(transfers) and transfers[0].waits,
        may_finish_assessment=works
        and case.stage == CaseStage.OPEN
        and case.service == Service.CADT
        and case.assessed_at is None,
    )


def allocations(case: Case) -> list[Allocation]:
    """Who had the case, the newest first."""
    rows = Allocation.objects.filter(case=case).select_related("worker", "instead_of", "by")
    return list(rows.order_by("-pk"))


def reviews(case: Case) -> list[CaseReview]:
    """Who looked at it while it waited, the newest first."""
    return list(CaseReview.objects.filter(case=case).select_related("by").order_by("-pk"))


def transfer(case: Case) -> CaseTransfer | None:
    """The last transfer that was begun."""
    row = CaseTransfer.objects.filter(case=case).select_related("by", "answered_by").last()
    if row is not None:
        row.case = case
    return row


def worker_seen(key: str) -> User | None:
    """Who had the case when a page was made; None for nobody, and for nobody known."""
    return User.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < len(str(2**63)) else None


def entries(subject: int) -> Iterator[Entry]:
    """What this module adds to the history of a child, in both services."""
    of_child = {"case__subject": subject}
    for given in Allocation.objects.filter(**of_child).select_related("worker", "instead_of", "by"):
        if given.instead_of or given.by_id != given.worker_id:
            yield Entry(given.at, _given(given), given.by.name, given.reason, "now")
    for looked in CaseReview.objects.filter(**of_child).select_related("by"):
        yield Entry(looked.at, "Looked at again while waiting for a worker", looked.by.name, looked.note)
    for row in CaseTransfer.objects.filter(**of_child).select_related("by", "answered_by"):
        yield from _of_transfer(row)
    for case in Case.objects.filter(subject=subject, assessed_at__isnull=False):
        if case.assessed_at:
            yield Entry(case.assessed_at, "Assessment finished", "", "", "done")


def _given(row: Allocation) -> str:
    if row.instead_of:
        return f"Given to {row.worker.name} in place of {row.instead_of.name}"
    return f"Given to {row.worker.name}"


def _of_transfer(row: CaseTransfer) -> Iterator[Entry]:
    yield Entry(row.sent_at, f"{row.authority} was asked to take over", row.by.name, row.sent_what, "alert")
    if row.answered_at and row.answered_by:
        if row.answer == TransferAnswer.RECEIVED:
            body = "\n".join(filter(None, [f"{row.confirmed_by}, {row.get_confirmed_how_display().lower()}"]))
            more = "\n".join(filter(None, [body, row.their_reference, row.answer_note]))
            yield Entry(row.answered_at, f"{row.authority} confirmed receipt", row.answered_by.name, more, "done")
        else:
            title = f"Transfer to {row.authority} does not go ahead"
            yield Entry(row.answered_at, title, row.answered_by.name, row.answer_note)


def _steps(case: Case) -> Iterator[Step]:
    yield Step("Offered", case.offered_at)
    if case.social_care_at:
        yield Step(
            "Referral to social care", case.social_care_at, "A contact until then. The assessment counts from it."
        )
    if case.stage == CaseStage.RETURNED:
        yield Step("Returned to triage", case.ended_at)
        return
    yield Step("Accepted", case.accepted_at)
    yield Step("Worker named", case.allocated_at, case.worker.name if case.worker else "")
    if case.service == Service.CADT:
        yield Step("Assessment finished", case.assessed_at)
    ended = {CaseStage.CLOSED: "Closed", CaseStage.MOVED: "Moved to the other service"}
    yield Step(ended.get(CaseStage(case.stage), "Ended"), case.ended_at)
