"""The referrals about one incident, as one reader may see them: who else told us, and who may have told us the same."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import OrganisationKind, User
from accounts.policy import Act
from referrals import visible
from referrals.choices import Stage, SubjectState
from referrals.models import (
    Concern,
    IncidentLeaving,
    IncidentReferral,
    NotTheSame,
    Outcome,
    Reading,
    Referral,
    Subject,
    Telling,
)
from referrals.selectors.ages import child_words
from referrals.services.incidents import of_one_incident
from referrals.services.queue import ON_A_DESK

NEAR = timedelta(days=7)
"""How far apart two agencies may tell of the same happening for the one to be offered with the other."""
MOST = 20
MOST_LIKE = 200


@dataclass(frozen=True, slots=True)
class Like:
    """Another agency's referral that may be about the same event, and what the two have in common."""

    referral: Referral
    children: str
    because: str


@dataclass(frozen=True, slots=True)
class Same:
    """The card on a referral's screen: the others of its incident, and what is offered to a person to say."""

    others: list[Referral]
    offered: list[Like]
    may_group: bool
    to_carry: list[Referral]


@dataclass(frozen=True, slots=True)
class Told:
    """One piece of news for one referrer, and how it stands with their loop."""

    outcome: Outcome
    standing: str
    known: bool


@dataclass(frozen=True, slots=True)
class Side:
    """One agency's referral beside the others': its own words, its own children and decisions, its own loop."""

    referral: Referral
    membership: IncidentReferral | None
    children: list[tuple[Subject, str]]
    concerns: list[Concern]
    told: list[Told]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """All that the page of an incident shows to one reader."""

    sides: list[Side]
    left: list[IncidentLeaving]
    waits: int
    on_desk: int
    may_group: bool

    @property
    def grouped(self) -> bool:
        return len(self.sides) > 1

    @property
    def ids(self) -> list[int]:
        """Which referrals were shown, for the audit trail."""
        return [side.referral.pk for side in self.sides]


def same(user: User, referral: Referral) -> Same:
    """The card for one referral, in a few statements however many belong to it."""
    others = [one for one in _members(user, referral) if one.pk != referral.pk]
    may_group = user.may(Act.TRIAGE)
    offered = like(user, referral, but=others) if may_group else []
    return Same(others, offered, may_group, _same_children(referral, others) if user.may(Act.DECIDE) else [])


def like(user: User, referral: Referral, *, but: Iterable[Referral] = ()) -> list[Like]:
    """Referrals of other agencies, told within a week of this one, about the same child (number, or name and birth
    date, or the person the hub knows) or the same home, of those that `user` may see: never one that is restricted or
    about somebody who works with children to somebody whom it is closed to. What a person has said is not the same is
    not offered again. Members of the public are each an agency of their own."""
    mine = list(Subject.objects.filter(referral=referral).order_by("position"))
    rows = _near(visible.referrals(user), referral).filter(_alike(referral, mine)).exclude(_kept_apart(referral))
    rows = rows.exclude(pk__in=[referral.pk, *(one.pk for one in but)]).exclude(stage=Stage.WITHDRAWN)
    found = list(rows.select_related("organisation", "owner").order_by("-submitted_at", "-pk")[:MOST])
    children = _children(found)
    return [Like(one, _names(children[one.pk]), _because(mine, children[one.pk])) for one in found]


def page(user: User, referral: Referral) -> IncidentPage:
    """Every referral of the incident that `user` may see, side by side, in as many statements for twenty as for one."""
    rows = _members(user, referral)
    waits = sum(one.stage == Stage.RECEIVED for one in rows)
    desk = [one for one in rows if one.owner_id and one.owner_id == referral.owner_id and one.stage in ON_A_DESK]
    sides = _sides(rows, _why_here(user, rows))
    return IncidentPage(sides, _left(user, rows), waits, len(desk), user.may(Act.TRIAGE))


def compared(*referrals: Referral) -> list[Side]:
    """Some referrals side by side that are not grouped (yet)."""
    return _sides(list(referrals), {})


def known(user: User, reference: str) -> Referral | None:
    """A referral by its reference, when `user` may see it."""
    return visible.referrals(user).filter(reference=reference).select_related("organisation", "owner").first()


def _members(user: User, referral: Referral) -> list[Referral]:
    rows = of_one_incident(user, referral).select_related("organisation", "owner")
    return list(rows.order_by("submitted_at", "pk")[:MOST])


def _near(rows: QuerySet[Referral], referral: Referral) -> QuerySet[Referral]:
    when = referral.submitted_at
    near = rows.filter(submitted_at__range=(when - NEAR, when + NEAR))
    public = referral.organisation.kind == OrganisationKind.PUBLIC
    return near if public else near.exclude(organisation=referral.organisation_id)


def _alike(referral: Referral, mine: list[Subject]) -> Q:
    """The keys of referrals first, then the referrals: both are found by an index, however many there are."""
    keys = {one.identity_key for one in mine if one.identity_key}
    people = {one.person_id for one in mine if one.person_id}
    same = Subject.objects.filter(Q(identity_key__in=keys) | Q(person__in=people)) if keys or people else []
    found = same.order_by("-referral").values_list("referral", flat=True)[:MOST_LIKE] if keys or people else []  # type: ignore[attr-defined]
    return Q(pk__in=list(found)) | Q(household_key=referral.household_key)


def _kept_apart(referral: Referral) -> Exists:
    first = Q(first=referral.pk, second=OuterRef("pk"))
    return Exists(NotTheSame.objects.filter(first | Q(second=referral.pk, first=OuterRef("pk"))))


def _because(mine: list[Subject], theirs: list[Subject]) -> str:
    shared = [one for one in theirs if any(is_same_child(one, other) for other in mine)]
    return f"The same child: {_names(shared)}" if shared else "The same home"


def is_same_child(one: Subject, other: Subject) -> bool:
    """The same number, or name and birth date, or the same person of the hub's."""
    by_key = bool(one.identity_key) and one.identity_key == other.identity_key
    return by_key or (one.person_id is not None and one.person_id == other.person_id)


def _same_children(referral: Referral, others: list[Referral]) -> list[Referral]:
    """Which of these referrals has a decision for a child who still waits on the other of the two: where one decision
    can be carried over, the referral on which the child waits."""
    if not others:
        return []
    children = _children([referral, *others])
    mine = children[referral.pk]
    return [one for one in others if _decided(mine, children[one.pk])] + (
        [referral] if any(_decided(children[one.pk], mine) for one in others) else []
    )


def _decided(there: list[Subject], here: list[Subject]) -> bool:
    """Whether a child who waits here is decided there."""
    waiting = [one for one in here if one.state == SubjectState.WAITING]
    done = [one for one in there if one.state != SubjectState.WAITING]
    return any(is_same_child(one, other) for one in waiting for other in done)


def _children(referrals: Iterable[Referral]) -> dict[int, list[Subject]]:
    keys = [one.pk for one in referrals]
    found: dict[int, list[Subject]] = {key: [] for key in keys}
    rows = Subject.objects.filter(referral__in=keys).select_related("decision__by").order_by("position")
    for subject in rows:
        found[subject.referral_id].append(subject)
    return found


def _names(subjects: Iterable[Subject]) -> str:
    return ", ".join(str(one) for one in subjects)


def _why_here(user: User, rows: list[Referral]) -> dict[int, IncidentReferral]:
    """By the referral's key, who put it here and why: their own word, what was said of two that the reader sees, or
    anything where they see all that ever belonged. Why it was put beside one that they may not see stays unsaid."""
    if len(rows) == 1:
        return {}
    found = IncidentReferral.objects.filter(referral__in=rows, leaving=None).select_related("by").order_by("pk")
    there = list(found.annotate(unseen=Exists(_members_unseen(user, "incident"))))
    times = Counter(one.at for one in there)
    known = [one for one in there if not one.unseen or one.by_id == user.pk or times[one.at] > 1]
    return {one.referral_id: one for one in known}


def _members_unseen(user: User, incident: str) -> QuerySet[IncidentReferral]:
    """What was ever put into an incident and `user` may not see; `incident` is where the outer row holds its key."""
    return IncidentReferral.objects.filter(incident=OuterRef(incident)).exclude(referral__in=visible.referrals(user))


def _sides(rows: list[Referral], memberships: dict[int, IncidentReferral]) -> list[Side]:
    keys, today = [one.pk for one in rows], timezone.localdate()
    children, told = _children(rows), _told(keys)
    concerns: dict[int, list[Concern]] = {key: [] for key in keys}
    for concern in Concern.objects.filter(referral__in=keys).order_by("position"):
        concerns[concern.referral_id].append(concern)
    return [
        Side(
            referral=one,
            membership=memberships.get(one.pk),
            children=[(child, child_words(child, on=today)) for child in children[one.pk]],
            concerns=concerns[one.pk],
            told=told[one.pk],
        )
        for one in rows
    ]


def _told(keys: list[int]) -> dict[int, list[Told]]:
    """Each referrer's loop: what was written for them, and whether they know it."""
    read = Reading.objects.filter(outcome=OuterRef("pk"))
    cannot = Telling.objects.filter(outcome=OuterRef("pk")).exclude(untold_because="")
    rows = Outcome.objects.filter(referral__in=keys).select_related("subject")
    found: dict[int, list[Told]] = {key: [] for key in keys}
    for row in rows.annotate(known=Exists(read), cannot=Exists(cannot)).order_by("pk"):
        standing = "They know" if row.known else "Nobody can be told" if row.cannot else "Not read yet"
        found[row.referral_id].append(Told(row, standing, bool(row.known)))
    return found


def _left(user: User, rows: list[Referral]) -> list[IncidentLeaving]:
    """What was taken out of the incident again, and is in no other: where the reader may see the referral itself and
    all that ever belonged, or took it out themselves. `unseen` says that there was more than they see."""
    seen = visible.referrals(user)
    here = IncidentReferral.objects.filter(referral__in=[one.pk for one in rows])
    ended = IncidentLeaving.objects.filter(membership__incident__in=here.values("incident"))
    ended = ended.annotate(unseen=Exists(_members_unseen(user, "membership__incident")))
    ended = ended.filter(Q(unseen=False) | Q(by=user), membership__referral__in=seen)
    mates = IncidentReferral.objects.filter(incident=OuterRef("incident"), leaving=None).exclude(pk=OuterRef("pk"))
    alone = ~Exists(mates.filter(referral__in=seen)) & Exists(mates)
    still = IncidentReferral.objects.filter(~alone, referral=OuterRef("membership__referral"), leaving=None)
    gone = ended.exclude(Exists(still)).select_related("by", "membership__by", "membership__referral__organisation")
    return list(gone.order_by("-pk")[:MOST])
