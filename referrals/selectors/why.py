"""Why each child of a referral stands where they stand: under which version, from which facts, what was struck out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from referrals.choices import SubjectState
from referrals.models import Referral, RelevantIndicator, Subject
from referrals.selectors import deciding
from referrals.selectors.ages import child_words
from referrals.selectors.missing import Gap
from thresholds.models import Assessment, Framework
from thresholds.selectors import public
from thresholds.selectors.explaining import Explanation, explain
from thresholds.selectors.frameworks import framework_of, parsed


@dataclass(frozen=True, slots=True)
class Struck:
    """A sign that was ticked in error: who struck it out, when and why, and what that did to the answer."""

    row: RelevantIndicator
    words: str
    before: Assessment | None
    after: Assessment | None

    @property
    def changed(self) -> bool:
        """Whether the answer became another."""
        return self.before is not None and self.after is not None and _said(self.before) != _said(self.after)


@dataclass(frozen=True, slots=True)
class ForChild:
    """One child: the answer that stands, explained; the first one; and every sign that was struck out since."""

    subject: Subject
    words: str
    explained: Explanation
    assessed_at: datetime
    own: Assessment
    struck: list[Struck]
    first: Assessment


@dataclass(frozen=True, slots=True)
class Version:
    """The version under which the children were weighed, and whether it is the one in force now."""

    framework: Framework
    in_force: bool
    readable: bool


@dataclass(frozen=True, slots=True)
class Why:
    """The whole page."""

    referral: Referral
    version: Version
    children: list[ForChild]
    missing: list[Gap]


def why(referral: Referral) -> Why:
    """Every child of one referral. The same few statements for ten children as for one."""
    subjects = list(
        Subject.objects.filter(referral=referral)
        .select_related("hub_assessment__framework", "submitter_assessment")
        .defer("hub_assessment__framework__document")
        .order_by("position")
    )
    today, chains, struck = timezone.localdate(), _chains(subjects), _struck(referral)
    waiting = [one for one in subjects if one.state == SubjectState.WAITING]
    return Why(
        referral=referral,
        version=_version(subjects[0].hub_assessment.framework),
        children=[_child(one, chains[one.pk], struck, today) for one in subjects],
        missing=deciding.gaps(referral, waiting) if waiting else [],
    )


def _version(framework: Framework) -> Version:
    present = public.here()
    return Version(
        framework=framework,
        in_force=present is not None and present.pk == framework.pk,
        readable=public.version(framework.key, framework.version) is not None,
    )


def _child(subject: Subject, chain: list[Assessment], struck: list[RelevantIndicator], today: date) -> ForChild:
    assessment = subject.hub_assessment
    framework = framework_of(assessment.framework.pk, assessment.framework.sha)
    mine = [row for row in struck if not _named(row) or subject.pk in _named(row)]
    return ForChild(
        subject=subject,
        words=child_words(subject, on=today),
        explained=explain(assessment, framework),
        assessed_at=assessment.assessed_at,
        own=subject.submitter_assessment,
        struck=[_one_struck(row, framework, chain) for row in mine],
        first=chain[0],
    )


def _one_struck(row: RelevantIndicator, framework: Framework, chain: list[Assessment]) -> Struck:
    """Its words in the version it was ticked under, with the assessments before and after it was struck out."""
    indicator = parsed(framework).by_code.get(row.code)
    words = indicator.words if indicator else row.code
    after = next((one for one in chain[1:] if row.withdrawn_at and one.assessed_at >= row.withdrawn_at), None)
    before = chain[chain.index(after) - 1] if after else None
    return Struck(row, words, before, after)


def _chains(subjects: Sequence[Subject]) -> dict[int, list[Assessment]]:
    """Each child's assessments by the hub, the first one first; one statement."""
    abouts = {one.hub_assessment.about for one in subjects if one.hub_assessment.about}
    rows = Assessment.objects.filter(about__in=abouts, kind=Assessment.Kind.HUB).in_bulk()
    found = {}
    for subject in subjects:
        chain = [subject.hub_assessment]
        while (before := chain[0].replaces_id) in rows:
            chain.insert(0, rows[before])
        found[subject.pk] = chain
    return found


def _struck(referral: Referral) -> list[RelevantIndicator]:
    """The signs that were struck out, the earliest first."""
    rows = RelevantIndicator.objects.filter(concern__referral=referral, withdrawn_at__isnull=False)
    return list(
        rows.select_related("withdrawn_by", "concern").prefetch_related("concern__about").order_by("withdrawn_at", "pk")
    )


def _named(row: RelevantIndicator) -> set[int]:
    return {one.subject_id for one in row.concern.about.all()}


def _said(assessment: Assessment) -> tuple[str, str, str]:
    return assessment.band, assessment.route, assessment.duty
