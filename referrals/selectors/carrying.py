"""What was decided for a child on one referral of an incident, for the same child who waits on another."""

from dataclasses import dataclass

from accounts.models import User
from referrals import drafted
from referrals.choices import SubjectState, Way
from referrals.models import Case, Decision, Person, Referral, Subject
from referrals.selectors import deciding
from referrals.selectors.file import subjects_of
from referrals.selectors.incidents import is_same_child
from referrals.services import open_cases, people
from referrals.services.incidents import of_one_incident


@dataclass(frozen=True, slots=True)
class Carried:
    """One child who waits here, the decision for them there, and what the same decision is here: where it has made a
    case already, new information for that case, so that one child never has two."""

    subject: Subject
    decision: Decision
    person: Person
    way: Way
    closed: bool

    @property
    def level(self) -> int:
        return self.decision.level

    @property
    def reason(self) -> str:
        """Why, as it was written there; nothing from a file that is closed to more people than this one."""
        return "" if self.closed else self.decision.reason

    @property
    def agreement_reason(self) -> str:
        return "" if self.closed else self.decision.agreement_reason

    def words(self, referral: Referral) -> str:
        """Our words for whoever sent this one: for them it is the first decision, and no other agency's is in it."""
        return drafted.fitting(referral, self.decision.way, self.level, self.decision.agreement)


@dataclass(frozen=True, slots=True)
class CarryPage:
    """The children, what is not known on this referral, and why it cannot be done now ("" when it can)."""

    referral: Referral
    children: list[Carried]
    missing: list[str]
    not_now: str


def page(user: User, referral: Referral) -> CarryPage:
    """What can be carried over to `referral`, from the others of its incident that `user` may see."""
    children = carried(user, referral)
    not_now = "" if children else "No child who waits here is decided for on another referral of the incident."
    if children and referral.owner_id not in (None, user.pk):
        not_now = f"{referral.owner} has this referral. Ask them, or have it handed over to you."
    missing = deciding.missing(referral, [one.subject for one in children]) if children else []
    return CarryPage(referral, children, missing, not_now)


def carried(user: User, referral: Referral) -> list[Carried]:
    """The newest decision on the incident's other referrals for each child who waits on this one."""
    waiting = [one for one in subjects_of(referral) if one.state == SubjectState.WAITING]
    others = of_one_incident(user, referral).exclude(pk=referral.pk)
    rows = Subject.objects.filter(referral__in=others, decision__isnull=False, person__isnull=False)
    done = list(rows.select_related("decision", "person", "referral").order_by("-decision"))
    if not waiting or not done:
        return []
    candidates = people.candidates_for(by=user, subjects=waiting)
    cases = open_cases.live(user, [one.person_id for one in done if one.person_id])
    found = []
    for subject in waiting:
        source = next((one for one in done if _is(subject, one, candidates[subject.pk])), None)
        if source is not None and (one := _carried(subject, source, cases)):
            found.append(one)
    return found


def _is(subject: Subject, source: Subject, candidates: list[Person]) -> bool:
    """The same child, whom the hub may know them as: who they are is never said by a key alone."""
    known = subject.person_id == source.person_id or source.person in candidates
    return known and is_same_child(subject, source)


def _carried(subject: Subject, source: Subject, cases: dict[int, Case]) -> Carried | None:
    decision, person = source.decision, source.person
    assert decision is not None and person is not None
    case = cases.get(person.pk)
    way = Way(decision.way)
    there, here = source.referral, subject.referral
    if way in open_cases.SERVICE_OF and case and _may_go_to(case, decision.level, here):
        way = Way.OPEN_CASE
    if way == Way.OPEN_CASE and case is None:
        return None
    closed = (there.restricted and not here.restricted) or (there.allegation and not here.allegation)
    return Carried(subject, decision, person, way, closed)


def _may_go_to(case: Case, level: int, here: Referral) -> bool:
    return open_cases.may_go_to(case, level) and not open_cases.closed_more(case, here)
