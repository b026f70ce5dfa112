"""One referral as the hub sees it: all that its page shows, in as many statements for ten children as for one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q
from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import GRANTS, Act, Role
from referrals import visible
from referrals.choices import Stage, SubjectState
from referrals.models import Case, Concern, Decision, Person, Referral, ReferralGrant, RelevantIndicator, Subject
from referrals.models.cases import NOBODYS
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors.ages import age_words
from referrals.selectors.allegations import Allegation, allegation
from referrals.selectors.amendments import New, of_referral
from referrals.selectors.doing import Doing, doing
from referrals.selectors.sealed import OnFile, on_file
from referrals.selectors.timeline import Entry, timeline
from referrals.services import people
from thresholds import engine
from thresholds.models import Assessment
from thresholds.selectors.frameworks import parsed

MOST_EARLIER = 50
DURATIONS = {"once": "Once", "weeks": "For weeks", "months": "For months", "years": "For years"}


@dataclass(frozen=True, slots=True)
class Sign:
    """One ticked indicator in plain words; it stands, or was withdrawn."""

    row: RelevantIndicator
    words: str
    severity: str
    duration: str


@dataclass(frozen=True, slots=True)
class Worry:
    """One concern with its signs, and the names of the children it is about ("" for all)."""

    concern: Concern
    about: str
    about_ids: frozenset[int]
    signs: list[Sign]


@dataclass(frozen=True, slots=True)
class Child:
    """One child: as described, as known to the hub, as assessed, as decided."""

    subject: Subject
    age: str
    candidates: list[Person]
    earlier: list[Subject]
    hub_reasons: list[dict[str, object]]
    own_reasons: list[dict[str, object]]
    decisions: list[Decision]
    cases: list[Case]

    @property
    def decision(self) -> Decision | None:
        """The decision that stands, or waits for its second person."""
        return next((one for one in self.decisions if one.pk == self.subject.decision_id), None)


@dataclass(frozen=True, slots=True)
class File:
    """The whole page."""

    referral: Referral
    children: list[Child]
    worries: list[Worry]
    others: list[Referral]
    admitted: list[User]
    timeline: list[Entry]
    doing: Doing
    new: New
    allegation: Allegation | None
    public: OnFile | None

    @property
    def heading(self) -> str:
        return ", ".join(str(child.subject) for child in self.children)

    @property
    def standing(self) -> str:
        """Where it stands, and whose signature it waits for when only a social worker's is missing."""
        found = [one.decision for one in self.children if one.subject.state == SubjectState.PROPOSED and one.decision]
        lacks_worker = bool(found) and not any(decision.needs_second_person for decision in found)
        waits = self.referral.stage == Stage.SECOND_PERSON and lacks_worker
        return "Waiting for a social worker" if waits else self.referral.get_stage_display()

    @property
    def danger_now(self) -> bool:
        """Whether the danger that they told of still waits: for a decision, or for somebody to take the case."""
        waits = any(case.stage in NOBODYS for child in self.children for case in child.cases)
        return self.referral.immediate_danger and (self.referral.decided_at is None or waits)

    @property
    def candidates(self) -> list[int]:
        """Who was shown as perhaps one of the children, for the audit trail."""
        return sorted({person.pk for child in self.children for person in child.candidates})


def file(user: User, referral: Referral) -> File:
    """Everything on the page of one referral that `user` may see."""
    subjects = subjects_of(referral)
    framework = framework_of(subjects)
    children = _children(user, referral, subjects)
    worries = _worries(referral, subjects, framework)
    return File(
        referral=referral,
        children=children,
        worries=worries,
        others=household(user, referral),
        admitted=admitted(referral),
        timeline=timeline(referral, subjects, [sign for worry in worries for sign in worry.signs]),
        public=on_file(user, referral),
        doing=doing(user, referral, subjects, standing=any(not s.row.withdrawn_at for w in worries for s in w.signs)),
        new=of_referral(referral),
        allegation=allegation(user, referral),
    )


def subjects_of(referral: Referral) -> list[Subject]:
    """The children with their assessments, decisions and cases."""
    decisions = Decision.objects.select_related("by", "countersignature__by").order_by("pk")
    cases = Case.objects.select_related("worker", "came_by", "moved_on__to_case", "closure").order_by("pk")
    rows = Subject.objects.filter(referral=referral).select_related(
        "hub_assessment__framework", "submitter_assessment", "person"
    )
    return list(
        rows.defer("hub_assessment__framework__document")
        .prefetch_related(Prefetch("decisions", decisions), Prefetch("cases", cases))
        .order_by("position")
    )


def worries_about(referral: Referral, subject: Subject) -> list[Worry]:
    """The concerns about one child, or about every child of the referral, for the page of that child's case."""
    subjects = subjects_of(referral)
    worries = _worries(referral, subjects, framework_of(subjects))
    return [worry for worry in worries if not worry.about_ids or subject.pk in worry.about_ids]


def framework_of(subjects: Sequence[Subject]) -> engine.Framework:
    """The version under which the hub assessed these children."""
    return parsed(subjects[0].hub_assessment.framework)


def reasons_of(assessment: Assessment) -> list[dict[str, object]]:
    """Every reason of an assessment, the highest level first."""
    return sorted(assessment.reasons, key=lambda reason: -int(reason["level"]))


def household(user: User, referral: Referral) -> list[Referral]:
    """The other open referrals of the same household that `user` may see, with who has them."""
    same = visible.referrals(user).filter(household_key=referral.household_key, stage__in=WAITING_STAGES)
    return list(same.exclude(pk=referral.pk).select_related("owner", "organisation").order_by("risk", "pk"))


def admitted(referral: Referral) -> list[User]:
    """Who was named as one who may see this referral."""
    grants = ReferralGrant.objects.filter(content_object=referral).select_related("user")
    return [grant.user for grant in grants.order_by("user__name")]


def standing_signs(referral: Referral) -> list[tuple[str, str]]:
    """Each sign that still stands, by its key, in plain words with its concern: for choosing one."""
    framework = framework_of(subjects_of(referral))
    return [
        (str(row.pk), f"{_words(framework, row)} ({row.concern})")
        for concern in _concerns(referral)
        for row in concern.indicators.all()
        if row.withdrawn_at is None
    ]


def sign(referral: Referral, pk: str) -> RelevantIndicator:
    """One sign of this referral, by the key that a form gave."""
    rows = RelevantIndicator.objects.select_related("concern__referral")
    return rows.get(pk=int(pk), concern__referral=referral)


def colleagues(referral: Referral, act: Act) -> list[User]:
    """Whom one may choose for this referral: their roles grant `act`, and it is not their own family's."""
    roles = [role for role in Role if act in GRANTS[role]]
    if act == Act.TRIAGE:
        roles = [role for role in roles if (role == Role.LADO) == referral.allegation]
    users = User.objects.filter(is_active=True, roles__overlap=roles).exclude(pk__in=referral.barred)
    if referral.owner_id is not None:
        users = users.exclude(pk=referral.owner_id)
    return list(users.order_by("name", "pk"))


def to_admit(referral: Referral) -> list[User]:
    """Whom one may name as somebody who may see this referral: colleagues who cannot see it already."""
    named = {user.pk for user in admitted(referral)}
    others = [user for user in colleagues(referral, Act.READ_FILE) if user.pk not in named]
    # One statement for each set of roles, not for each person: the barred and the owner are not among them.
    one = Referral.objects.filter(pk=referral.pk)
    sees = {key: one.filter(policy.referral_scope(user)).exists() for key, user in _by_roles(others).items()}
    return [user for user in others if not sees[frozenset(user.roles)]]


def _by_roles(users: list[User]) -> dict[frozenset[str], User]:
    return {frozenset(user.roles): user for user in users}


def _children(user: User, referral: Referral, subjects: list[Subject]) -> list[Child]:
    today = timezone.localdate()
    candidates = people.candidates_for(by=user, subjects=[one for one in subjects if one.state == SubjectState.WAITING])
    earlier = _earlier(user, referral, subjects)
    return [_child(one, today, candidates.get(one.pk, []), earlier) for one in subjects]


def _child(subject: Subject, today: date, candidates: list[Person], earlier: list[Subject]) -> Child:
    return Child(
        subject=subject,
        age=age_words(subject, on=today),
        candidates=candidates,
        earlier=[one for one in earlier if _same_child(subject, one)],
        hub_reasons=reasons_of(subject.hub_assessment),
        own_reasons=reasons_of(subject.submitter_assessment),
        decisions=list(subject.decisions.all()),
        cases=list(subject.cases.all()),
    )


def _earlier(user: User, referral: Referral, subjects: list[Subject]) -> list[Subject]:
    """The same children on other referrals that `user` may see, the newest first."""
    keys = {subject.identity_key for subject in subjects if subject.identity_key}
    known = {subject.person_id for subject in subjects if subject.person_id}
    if not keys and not known:
        return []
    rows = Subject.objects.filter(Q(identity_key__in=keys) | Q(person__in=known)).exclude(referral=referral)
    seen = rows.filter(referral__in=visible.referrals(user)).select_related("referral__organisation", "decision")
    return list(seen.order_by("-referral_id")[:MOST_EARLIER])


def _same_child(subject: Subject, other: Subject) -> bool:
    by_key = bool(subject.identity_key) and subject.identity_key == other.identity_key
    return by_key or (subject.person_id is not None and subject.person_id == other.person_id)


def _concerns(referral: Referral) -> list[Concern]:
    signs = RelevantIndicator.objects.select_related("withdrawn_by").order_by("pk")
    rows = Concern.objects.filter(referral=referral).order_by("position")
    return list(rows.prefetch_related("about", Prefetch("indicators", signs)))


def _worries(referral: Referral, subjects: list[Subject], framework: engine.Framework) -> list[Worry]:
    return [_worry(concern, subjects, framework) for concern in _concerns(referral)]


def _worry(concern: Concern, subjects: list[Subject], framework: engine.Framework) -> Worry:
    named = {one.subject_id for one in concern.about.all()}
    return Worry(
        concern=concern,
        about=" and ".join(str(subject) for subject in subjects if subject.pk in named),
        about_ids=frozenset(named),
        signs=[_sign(framework, row) for row in concern.indicators.all()],
    )


def _sign(framework: engine.Framework, row: RelevantIndicator) -> Sign:
    indicator = framework.by_code.get(row.code)
    grades: dict[str, str] = {grade.severity: grade.words for grade in indicator.grades} if indicator else {}
    severity = grades.get(row.severity, "") or row.severity.capitalize()
    return Sign(row, _words(framework, row), severity, DURATIONS.get(row.duration, ""))


def _words(framework: engine.Framework, row: RelevantIndicator) -> str:
    indicator = framework.by_code.get(row.code)
    return indicator.words if indicator else row.code
