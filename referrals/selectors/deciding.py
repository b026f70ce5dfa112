"""What somebody needs in front of them to decide for the children of one referral, and what waits for a signature."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.govuk.moments import when_words
from referrals import visible
from referrals.choices import KnownOrNot, SubjectState
from referrals.models import Adult, AllegationDetails, Case, Concern, Decision, Person, Referral, Subject
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks, file
from referrals.selectors import missing as not_known
from referrals.selectors.ages import child_words
from referrals.selectors.clocks import InRow
from referrals.selectors.missing import Gap, Held
from referrals.selectors.timeline import signature_of
from referrals.services import open_cases, people
from referrals.services.decisions import ROUTE_NAMES, why_not_sign
from thresholds.models import Assessment

MOST_TO_SIGN = 200
DUE = "subject__referral__decision_due_at"


@dataclass(frozen=True, slots=True)
class Advice:
    """What the framework advises for one child, and why."""

    subject: Subject
    words: str
    assessment: Assessment
    reasons: list[dict[str, object]]

    @property
    def route(self) -> str:
        """Where the framework would send the child, in words; "" when it cannot say."""
        return ROUTE_NAMES.get(self.assessment.route, "")

    @property
    def sentence(self) -> str:
        """The framework's advice as a sentence."""
        where = self.route
        if self.assessment.level:
            return f"The framework advises Level {self.assessment.band}{f' and {where}' if where else ''}."
        return f"The framework gives no level{f', and advises {where}' if where else ''}: it is for you to judge."


@dataclass(frozen=True, slots=True)
class Table:
    """The children to decide for, who each may be, what the framework advises, and what is not known; by a child's
    key, the case that they may have already."""

    referral: Referral
    subjects: list[Subject]
    candidates: dict[int, list[Person]]
    advice: list[Advice]
    missing: list[str]
    not_now: str
    cases: dict[int, Case]

    @property
    def level(self) -> int | None:
        """What the framework advises, when it advises one level for all of them."""
        levels = {one.assessment.level for one in self.advice}
        return levels.pop() if len(levels) == 1 else None

    @property
    def advised(self) -> str:
        """What the framework advises: once when it is the same for all, else for each child."""
        sentences = {one.sentence for one in self.advice}
        if len(sentences) == 1:
            return sentences.pop()
        return " ".join(f"{one.subject}: {one.sentence}" for one in self.advice)

    @property
    def shown(self) -> list[int]:
        """Who is shown as perhaps one of the children, for the audit trail."""
        return sorted({person.pk for people in self.candidates.values() for person in people})


def table(user: User, referral: Referral, *, asked: str = "") -> Table:
    """Everything for the decision page. `asked` names the children of a page that was sent, so that what was typed
    for a child whom somebody else has decided meanwhile is still there."""
    today = timezone.localdate()
    everyone = file.subjects_of(referral)
    keys = set(asked.split(","))
    subjects = [one for one in everyone if str(one.pk) in keys] or _undecided(everyone)
    candidates = people.candidates_for(by=user, subjects=subjects)
    return Table(
        referral=referral,
        subjects=subjects,
        candidates=candidates,
        cases=open_cases.may_have(user, subjects, candidates),
        advice=[_advice(one, one.hub_assessment, today) for one in subjects],
        missing=missing(referral, subjects),
        not_now=_not_now(user, referral, everyone),
    )


def table_of(user: User, page: file.File) -> Table:
    """The same for a file that is open and on the reader's desk: its rows are read already."""
    today = timezone.localdate()
    children = [child for child in page.children if child.subject.state == SubjectState.WAITING]
    subjects = [child.subject for child in children]
    candidates = {child.subject.pk: child.candidates for child in children}
    return Table(
        referral=page.referral,
        subjects=subjects,
        candidates=candidates,
        cases=open_cases.may_have(user, subjects, candidates),
        advice=[_advice(one, one.hub_assessment, today) for one in subjects],
        missing=missing(page.referral, subjects),
        not_now="",
    )


def missing(referral: Referral, subjects: Sequence[Subject]) -> list[str]:
    """What a good decision would rest on and is not there (Laming 13), in plain words."""
    return [gap.what for gap in gaps(referral, subjects)]


def gaps(referral: Referral, subjects: Sequence[Subject]) -> list[Gap]:
    """The same, each with why it matters; in as many statements for ten children as for one."""
    concerns = list(Concern.objects.filter(referral=referral).prefetch_related("about").order_by("position"))
    own = AllegationDetails.objects.filter(referral=referral, own_children__in=(KnownOrNot.YES, KnownOrNot.NO))
    return not_known.gaps(
        Held(
            referral=referral,
            subjects=subjects,
            adults=list(Adult.objects.filter(referral=referral)),
            concerns=concerns,
            about={one.pk: frozenset(row.subject_id for row in one.about.all()) for one in concerns},
            worker_has_children=referral.allegation and own.exists(),
            today=timezone.localdate(),
        )
    )


@dataclass(frozen=True, slots=True)
class ToSign:
    """One decision that waits for the reader, and how the gathering of information for it stands."""

    decision: Decision
    rated: InRow | None


def to_sign(user: User) -> list[ToSign]:
    """The decisions that wait for this user's signature: danger now first, then the worst, then the soonest due."""
    rows = (
        _signable(user)
        .select_related("subject__referral__organisation", "by")
        .annotate(standing=clocks.standing("subject__referral"))
        .order_by("-subject__referral__immediate_danger", "subject__referral__risk", DUE, "pk")
    )
    now = timezone.now()
    return [ToSign(one, clocks.still(one.standing, now)) for one in rows[:MOST_TO_SIGN]]


def number_to_sign(user: User) -> int:
    """How many there are, for the menu: one statement."""
    return _signable(user).count()


def waits(decision: Decision) -> bool:
    """Whether this decision still waits for its second person."""
    return decision.subject.state == SubjectState.PROPOSED and decision.subject.decision_id == decision.pk


def why_not(user: User, decision: Decision) -> str:
    """Why `user` cannot sign this decision now, or "" when they can."""
    signature = signature_of(decision)
    if signature is not None:
        answer = "agreed to this" if signature.agrees else "did not agree with this"
        return f"{signature.by} {answer} {when_words(signature.at, now=timezone.now())}."
    return why_not_sign(user, decision) if waits(decision) else "This decision does not wait for a signature."


def advice_of(decision: Decision) -> Advice:
    """What the framework advised when this decision was made."""
    return _advice(decision.subject, decision.assessment, timezone.localdate())


def _waiting(user: User) -> QuerySet[Decision]:
    return (
        Decision.objects.filter(subject__decision=F("pk"), subject__state=SubjectState.PROPOSED)
        .filter(subject__referral__in=visible.referrals(user).filter(stage__in=WAITING_STAGES))
        .exclude(by=user)
    )


def _signable(user: User) -> QuerySet[Decision]:
    """The same that `user` may sign: see `why_not_sign`."""
    if not user.may(Act.COUNTERSIGN):
        return Decision.objects.none()
    return _waiting(user) if user.is_registered_social_worker else _waiting(user).filter(needs_social_worker=False)


def _undecided(subjects: list[Subject]) -> list[Subject]:
    return [subject for subject in subjects if subject.state == SubjectState.WAITING]


def _advice(subject: Subject, assessment: Assessment, today: date) -> Advice:
    return Advice(subject, child_words(subject, on=today), assessment, file.reasons_of(assessment))


def _not_now(user: User, referral: Referral, subjects: list[Subject]) -> str:
    if not _undecided(subjects):
        return " ".join(_decided(subjects))
    if referral.owner_id is None:
        return "Nobody has this referral. Take it before you decide."
    if referral.owner_id != user.pk:
        return f"{referral.owner} has this referral. Ask them, or have it handed over to you."
    return ""


def _decided(subjects: list[Subject]) -> Iterator[str]:
    for subject in subjects:
        for decision in subject.decisions.all():
            if decision.pk == subject.decision_id:
                yield f"{decision.by} decided for {subject} {when_words(decision.at, now=timezone.now())}."
