"""What has happened to one referral and its children, the newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from referrals.choices import CaseStage, Stage, SubjectState
from referrals.models import (
    BreakGlass,
    Closure,
    Countersignature,
    Decision,
    Movement,
    Referral,
    RelevantIndicator,
    StageChange,
    Subject,
)
from referrals.models.referrals import WAITING_STAGES

TITLES = {
    ("", Stage.RECEIVED): "The referral came in",
    (Stage.RECEIVED, Stage.IN_TRIAGE): "Taken from the queue",
    (Stage.IN_TRIAGE, Stage.RECEIVED): "Put back in the queue",
    (Stage.SECOND_PERSON, Stage.RECEIVED): "Back in the queue",
    (Stage.DECIDED, Stage.RECEIVED): "Back in the queue: a service asked us to look again",
    (Stage.IN_TRIAGE, Stage.SECOND_PERSON): "Waiting for a second person",
    (Stage.SECOND_PERSON, Stage.IN_TRIAGE): "Back with triage, to decide again",
}
CASE_TITLES = {
    CaseStage.ACCEPTED: "waits for another worker",
    CaseStage.OPEN: "accepted",
    CaseStage.RETURNED: "returned to triage",
}
CASE_STEPS: dict[tuple[str, str], str] = {
    (CaseStage.OFFERED, CaseStage.ACCEPTED): "accepted, and names a worker next",
    (CaseStage.ACCEPTED, CaseStage.OPEN): "has a worker",
}
TOLD_OTHERWISE = (CaseStage.MOVED, CaseStage.CLOSED)


class TickedSign(Protocol):
    """A ticked indicator with its plain words."""

    @property
    def row(self) -> RelevantIndicator: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as the timeline component prints it."""

    when: datetime
    title: str
    by: str = ""
    body: str = ""
    tone: str = ""
    again: bool = False
    """Why triage looks again now: it belongs at the top of the file as well."""
    earlier: Decision | None = None
    """The decision that led there."""


def timeline(referral: Referral, subjects: Sequence[Subject], signs: Sequence[TickedSign]) -> list[Entry]:
    """Stage changes, decisions, signatures, movements, closures, withdrawn signs, and emergencies."""
    entries = [
        *_stages(referral, subjects),
        *_decisions(subjects),
        *_signatures(subjects),
        *_withdrawn(signs),
        *_movements(referral),
        *_closures(referral),
        *_emergencies(referral),
    ]
    return sorted(entries, key=lambda entry: entry.when, reverse=True)


def _stages(referral: Referral, subjects: Sequence[Subject]) -> Iterator[Entry]:
    found = StageChange.objects.filter(referral=referral).select_related("by", "owner", "case__subject")
    rows = list(found.exclude(new__in=TOLD_OTHERWISE).order_by("pk"))
    again = _why_again(referral, rows)
    returns = {row.reason for row in rows if row.case}
    decisions = {decision.pk: decision for subject in subjects for decision in subject.decisions.all()}
    for row in rows:
        # A return moves the case and the referral, each with the reason: it is told once, with the case.
        body = "" if row.case is None and row.reason in returns else row.reason
        earlier = decisions.get(row.case.decision_id) if row.case else None
        by = row.by.name if row.by else ""
        yield Entry(row.at, _title(row), by, body, _tone(row), again=row.pk in again, earlier=earlier)


def _why_again(referral: Referral, rows: Sequence[StageChange]) -> set[int]:
    """The last return of each child who waits again, and the last putting back, while the referral is undecided."""
    if referral.stage not in WAITING_STAGES:
        return set()
    decided = max((row.pk for row in rows if row.case is None and row.new == Stage.DECIDED), default=0)
    last: dict[int | None, int] = {}
    for row in rows:
        if row.pk > decided and row.reason and _sends_back(row):
            last[row.case.subject_id if row.case else None] = row.pk
    return set(last.values())


def _sends_back(row: StageChange) -> bool:
    if row.case is not None:
        return row.new == CaseStage.RETURNED and row.case.subject.state != SubjectState.DECIDED
    return (row.old, row.new) == (Stage.IN_TRIAGE, Stage.RECEIVED)


def _title(row: StageChange) -> str:
    if row.case is not None:
        return f"{row.case.get_service_display()} {case_title(row)}: {row.case.subject}"
    if row.old == row.new and row.owner:
        return f"Handed over to {row.owner.name}"
    if row.new == Stage.DECIDED:
        return "Every child is decided"
    return TITLES.get((row.old, Stage(row.new)), Stage(row.new).label)


def case_title(row: StageChange) -> str:
    """What a step of a case was, after the name of its service."""
    return CASE_STEPS.get((row.old, row.new)) or CASE_TITLES.get(CaseStage(row.new), row.new)


def _tone(row: StageChange) -> str:
    return {"decided": "done", "returned": "alert", "accepted": "alert", "open": "done"}.get(row.new, "")


def _decisions(subjects: Sequence[Subject]) -> Iterator[Entry]:
    for subject in subjects:
        for row in subject.decisions.all():
            yield Entry(row.at, f"Decided for {subject}: {row}", row.by.name, row.reason, "now")


def _signatures(subjects: Sequence[Subject]) -> Iterator[Entry]:
    for subject in subjects:
        for decision in subject.decisions.all():
            signature = signature_of(decision)
            if signature is not None:
                title = f"Second person {'agreed' if signature.agrees else 'did not agree'}: {subject}"
                tone = "done" if signature.agrees else "alert"
                yield Entry(signature.at, title, signature.by.name, signature.reason, tone)


def signature_of(decision: Decision) -> Countersignature | None:
    """The second person's answer to a decision, if there is one yet."""
    return getattr(decision, "countersignature", None)


def _withdrawn(signs: Sequence[TickedSign]) -> Iterator[Entry]:
    for sign in signs:
        row = sign.row
        if row.withdrawn_at is not None and row.withdrawn_by is not None:
            body = f"{sign.words}\n{row.withdrawn_reason}"
            yield Entry(row.withdrawn_at, "A sign was ticked in error", row.withdrawn_by.name, body)


def _movements(referral: Referral) -> Iterator[Entry]:
    rows = Movement.objects.filter(from_case__referral=referral)
    for row in rows.select_related("by", "from_case__subject", "to_case"):
        title = f"{row.get_direction_display()} to {row.to_case.get_service_display()}: {row.from_case.subject}"
        yield Entry(row.at, title, row.by.name, row.reason)


def _closures(referral: Referral) -> Iterator[Entry]:
    for row in Closure.objects.filter(case__referral=referral).select_related("by", "case__subject"):
        title = f"{row.case.get_service_display()} closed: {row.case.subject}"
        body = "\n".join(filter(None, [row.get_reason_display(), row.note]))
        yield Entry(row.at, title, row.by.name, body, "done")


def _emergencies(referral: Referral) -> Iterator[Entry]:
    for row in BreakGlass.objects.filter(referral=referral).select_related("user"):
        yield Entry(row.at, "Opened in an emergency", row.user.name, row.reason, "alert")
