"""The tray of notices, a page of them to screen, and what waits to be read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from referrals import visible
from referrals.choices import Stage, SubjectState, Via
from referrals.models import Concern, LeftForTriage, Person, Referral, Reread, Subject
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import deciding, file, queue
from referrals.selectors.ages import child_words
from referrals.selectors.deciding import Advice
from referrals.services import open_cases, people

PAGE = 20
TRAY = 50
MOST_REREADS = 100
MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Tray:
    """The notices that wait, the worst first."""

    rows: list[queue.Row]
    left: frozenset[int]
    later: str
    waiting: int

    @property
    def ids(self) -> list[int]:
        return [row.referral.pk for row in self.rows]


@dataclass(frozen=True, slots=True)
class Earlier:
    """One referral about the same child before this one."""

    subject: Subject
    referral: Referral


@dataclass(frozen=True, slots=True)
class NoticeToScreen:
    """One notice with everything that somebody needs to decide about it."""

    referral: Referral
    subjects: list[Subject]
    advice: list[Advice]
    concerns: list[Concern]
    candidates: dict[int, list[Person]]
    earlier: list[Earlier]
    others: int
    missing: list[str]
    open_to: frozenset[int]
    """The children who have, or may have, a case that this could be new information for."""

    @property
    def heading(self) -> str:
        return " and ".join(one.words for one in self.advice)


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """Up to twenty notices; `later` is the cursor of the next."""

    notices: list[NoticeToScreen]
    later: str = ""

    @property
    def ids(self) -> list[int]:
        return [one.referral.pk for one in self.notices]

    @property
    def shown(self) -> list[int]:
        """Who is shown as perhaps one of the children, for the audit trail."""
        found = (person.pk for one in self.notices for some in one.candidates.values() for person in some)
        return sorted(set(found))


def tray(user: User, cursor: str = "") -> Tray:
    """The notices that wait for anybody, or are on this user's desk."""
    rows, later = queue.lines(_waiting(user), cursor, size=TRAY)
    keys = [row.referral.pk for row in rows]
    left = LeftForTriage.objects.filter(referral__in=keys).values_list("referral", flat=True)
    return Tray(rows, frozenset(left), later, to_screen(user).count())


def to_screen(user: User) -> QuerySet[Referral]:
    """Those of the tray that nobody has left for a full look."""
    return _waiting(user).filter(left_for_triage=None)


def page(user: User, cursor: str = "") -> ScreenPage:
    """The next twenty notices to screen, the worst first."""
    found = list(queue.after(to_screen(user), cursor).select_related("organisation", "owner")[: PAGE + 1])
    later = queue.cursor_of(found[PAGE - 1]) if len(found) > PAGE else ""
    return ScreenPage(_notices(user, found[:PAGE]), later)


def asked(user: User, keys: str) -> ScreenPage:
    """The notices of a page that was sent, whatever has become of them since: what was typed must not be lost."""
    wanted = [int(key) for key in keys.split(",") if key.isascii() and key.isdigit() and len(key) <= MOST_DIGITS]
    rows = visible.referrals(user).filter(pk__in=wanted[:PAGE], via=Via.BULK).select_related("organisation", "owner")
    return ScreenPage(_notices(user, list(rows.order_by(*queue.ORDER))))


def rereads(user: User) -> list[Reread]:
    """The screening decisions that wait for somebody else than whoever decided, the oldest first."""
    rows = visible.rereads(user).filter(read_at=None).exclude(decided_by=user)
    related = ("decision__subject__referral__organisation", "decided_by")
    return list(rows.select_related(*related).order_by("chosen_at", "pk")[:MOST_REREADS])


def why_not(user: User, reread: Reread) -> str:
    """Why `user` cannot answer this one, in a sentence; "" when they can."""
    if reread.by is not None:
        return f"{reread.by} has read this: {'agreed' if reread.agrees else 'did not agree'}."
    if reread.decided_by_id == user.pk:
        return "A second person must read this: it cannot be the one who decided."
    return ""


def _waiting(user: User) -> QuerySet[Referral]:
    if not user.may(Act.TRIAGE):
        return Referral.objects.none()
    mine = Q(stage=Stage.IN_TRIAGE, owner=user)
    rows = visible.referrals(user).filter(Q(stage=Stage.RECEIVED) | mine, via=Via.BULK)
    return rows.order_by(*queue.ORDER)


def _notices(user: User, referrals: Sequence[Referral]) -> list[NoticeToScreen]:
    today = timezone.localdate()
    subjects = _subjects(referrals)
    everybody = [one for some in subjects.values() for one in some]
    known = people.candidates_for(by=user, subjects=everybody)
    open_to = open_cases.may_have(user, everybody, known)
    earlier = _earlier(user, everybody)
    others = _others(user, referrals)
    concerns = _concerns(referrals)
    return [
        NoticeToScreen(
            referral=one,
            subjects=subjects[one.pk],
            advice=[_advice(subject, today) for subject in subjects[one.pk]],
            concerns=concerns[one.pk],
            candidates={subject.pk: known[subject.pk] for subject in subjects[one.pk]},
            earlier=[row for subject in subjects[one.pk] for row in earlier.get(subject.identity_key, [])],
            others=len(others.get(one.household_key, set()) - {one.pk}),
            missing=deciding.missing(one, subjects[one.pk]),
            open_to=frozenset(subject.pk for subject in subjects[one.pk] if subject.pk in open_to),
        )
        for one in referrals
    ]


def _subjects(referrals: Sequence[Referral]) -> dict[int, list[Subject]]:
    """The children who are not decided yet."""
    found: dict[int, list[Subject]] = {one.pk: [] for one in referrals}
    rows = Subject.objects.filter(referral__in=list(found), state=SubjectState.WAITING)
    for subject in rows.select_related("hub_assessment", "person").order_by("referral_id", "position"):
        found[subject.referral_id].append(subject)
    return found


def _concerns(referrals: Sequence[Referral]) -> dict[int, list[Concern]]:
    found: dict[int, list[Concern]] = {one.pk: [] for one in referrals}
    for concern in Concern.objects.filter(referral__in=list(found)).order_by("referral_id", "position"):
        found[concern.referral_id].append(concern)
    return found


def _advice(subject: Subject, today: date) -> Advice:
    assessment = subject.hub_assessment
    return Advice(subject, child_words(subject, on=today), assessment, file.reasons_of(assessment))


def _earlier(user: User, subjects: Sequence[Subject]) -> dict[str, list[Earlier]]:
    """The same children on other referrals that `user` may see, the newest first."""
    keys = {subject.identity_key for subject in subjects if subject.identity_key}
    if not keys:
        return {}
    here = {subject.pk for subject in subjects}
    rows = Subject.objects.filter(identity_key__in=keys, referral__in=visible.referrals(user)).exclude(pk__in=here)
    found: dict[str, list[Earlier]] = {}
    for row in rows.select_related("referral__organisation", "decision").order_by("-referral_id"):
        found.setdefault(row.identity_key, []).append(Earlier(row, row.referral))
    return found


def _others(user: User, referrals: Sequence[Referral]) -> dict[str, set[int]]:
    """The open referrals of these households that `user` may see."""
    homes = {one.household_key for one in referrals}
    rows = visible.referrals(user).filter(household_key__in=homes, stage__in=WAITING_STAGES)
    found: dict[str, set[int]] = {}
    for home, key in rows.values_list(F("household_key"), "pk"):
        found.setdefault(home, set()).add(key)
    return found
