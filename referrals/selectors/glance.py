"""The head of a referral's file: how bad and why, what is not known, what was before, what is owed, what comes next."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.govuk.moments import deadline_words
from mash.outbox.models import CallTask, Message
from referrals import visible, words
from referrals.choices import CaseStage, Stage, SubjectState, Way
from referrals.models import Case, Subject
from referrals.models.cases import LIVE
from referrals.selectors import deciding
from referrals.selectors.file import Child, File

MOST_REASONS = 4


@dataclass(frozen=True, slots=True)
class Why:
    """One reason of the framework, and the children for whom it gave it ("" where there is one child)."""

    because: str
    level: int
    about: str


@dataclass(frozen=True, slots=True)
class History:
    """What the reader may see of the same children's earlier referrals, and of their cases that are open."""

    earlier: list[Subject]
    open_cases: list[Case]

    @property
    def number(self) -> int:
        return len({one.referral_id for one in self.earlier})

    @property
    def latest(self) -> Subject | None:
        return self.earlier[0] if self.earlier else None


@dataclass(frozen=True, slots=True)
class OwedHere:
    """About this referral: messages that wait to go, those that went and should be read, telephone tasks to do (one for
    each organisation, however much there is to tell it), and what nobody can be told."""

    waiting: int
    unread: int
    calls: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Glance:
    """What somebody should know before they read on."""

    reasons: list[Why]
    more_reasons: int
    missing: list[str]
    history: History
    owed: OwedHere | None
    comes_next: list[str]


def glance(user: User, page: File) -> Glance:
    """Work it out for one file, in a few statements however many children it has."""
    reasons = _reasons(page.children)
    waiting = [child.subject for child in page.children if child.subject.state == SubjectState.WAITING]
    return Glance(
        reasons=reasons[:MOST_REASONS],
        more_reasons=max(0, len(reasons) - MOST_REASONS),
        missing=deciding.missing(page.referral, waiting) if waiting else [],
        history=_history(user, page),
        owed=_owed(user, page.referral.reference),
        comes_next=list(_comes_next(user, page)),
    )


def _reasons(children: list[Child]) -> list[Why]:
    """Each reason once, the highest level first, with whom it is about when not all."""
    found: dict[tuple[str, int], list[str]] = {}
    for child in children:
        for reason in child.hub_reasons:
            about = found.setdefault((str(reason["because"]), _level(reason)), [])
            about.append(str(child.subject))
    rows = [
        Why(because, level, " and ".join(about) if len(about) < len(children) else "")
        for (because, level), about in found.items()
    ]
    return sorted(rows, key=lambda why: -why.level)


def _level(reason: dict[str, Any]) -> int:
    return int(reason["level"])


def _history(user: User, page: File) -> History:
    earlier = {one.pk: one for child in page.children for one in child.earlier}
    cases = visible.cases(user).filter(subject__in=earlier, stage__in=LIVE) if earlier else Case.objects.none()
    newest = sorted(earlier.values(), key=lambda one: -one.referral_id)
    return History(newest, list(cases.select_related("worker", "subject").order_by("pk")))


def _owed(user: User, reference: str) -> OwedHere | None:
    if not user.may(Act.SEE_OWED):
        return None
    unread = Q(state__in=Message.WENT, read_by__isnull=False, read_at=None)
    # A warning to a colleague that time runs out is no news that anybody waits for.
    news = Message.objects.filter(about=reference).exclude(kind__startswith="clock_")
    sums = news.aggregate(waiting=Count("pk", filter=Q(state__in=Message.OPEN)), unread=Count("pk", filter=unread))
    still_unread = Q(message=None) | Q(message__read_at=None)
    told = (
        visible.calls(user)
        .filter(about=reference)
        .aggregate(
            calls=Count("round", distinct=True, filter=Q(state=CallTask.State.OPEN)),
            given_up=Count("pk", filter=Q(how=CallTask.How.NOT_POSSIBLE) & still_unread),
        )
    )
    return OwedHere(**sums, **told)


def _comes_next(user: User, page: File) -> Iterator[str]:
    """Who does what, by when: a sentence for the referral, or one for each child who is decided."""
    referral = page.referral
    by = f"by {deadline_words(referral.decision_due_at)}"
    late = "It is overdue." if referral.decision_due_at < timezone.now() else ""
    match referral.stage:
        case Stage.RECEIVED:
            yield late or f"Somebody takes it, and decides {by}."
        case Stage.IN_TRIAGE:
            who = "You decide" if referral.owner_id == user.pk else f"{referral.owner} decides"
            yield f"{who} now: it is overdue." if late else f"{who} {by}."
        case Stage.WITHDRAWN:
            yield "Nothing: it was withdrawn."
    for child in page.children:
        if child.subject.state != SubjectState.WAITING and child.decision:
            yield from _of_child(child)


def _of_child(child: Child) -> Iterator[str]:
    assert child.decision is not None
    if child.subject.state == SubjectState.PROPOSED:
        yield f"{child.subject}: {words.signer(child.decision)}"
        return
    for case in child.cases:
        if case.stage == CaseStage.OFFERED:
            yield f"{child.subject}: {case.get_service_display()} accepts, or sends it back."
        elif case.stage == CaseStage.ACCEPTED:
            yield f"{child.subject}: {case.get_service_display()} names a worker."
        elif case.stage == CaseStage.OPEN:
            who = f"{case.worker} in {case.get_service_display()}" if case.worker else case.get_service_display()
            yield f"{child.subject}: {who} works with the family."
    if child.decision.way == Way.OPEN_CASE:
        yield f"{child.subject}: the people of the case that was open have it."
    elif not any(case.stage in LIVE for case in child.cases):
        yield f"{child.subject}: nothing more is planned here."
