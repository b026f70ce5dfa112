"""What one person may do with one referral now: the services decide, this only says which buttons to show."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.policy import Act
from referrals.choices import Stage, SubjectState
from referrals.models import Decision, Referral, Subject
from referrals.models.referrals import WAITING_STAGES
from referrals.services.decisions import why_not_sign
from referrals.services.queue import ON_A_DESK


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What not everybody may do, one yes or no for each; `sign` holds the decisions that wait for this very person."""

    claim: bool
    take_next: bool
    decide: bool
    put_back: bool
    hand_over: bool
    withdraw: bool
    restrict: bool
    lift: bool
    admit: bool
    sign: list[Decision]


def doing(user: User, referral: Referral, subjects: Sequence[Subject], *, standing: bool) -> Doing:
    """`standing` says whether any sign still stands that could be withdrawn."""
    stage, mine = referral.stage, referral.owner_id == user.pk
    triage, restrict = user.may(Act.TRIAGE), user.may(Act.RESTRICT)
    hands = triage and (mine or user.may(Act.COUNTERSIGN))
    waiting = any(subject.state == SubjectState.WAITING for subject in subjects)
    return Doing(
        claim=triage and stage == Stage.RECEIVED,
        take_next=triage and stage != Stage.RECEIVED and not (mine and waiting),
        decide=user.may(Act.DECIDE) and mine and waiting and stage in ON_A_DESK,
        put_back=hands and stage == Stage.IN_TRIAGE,
        hand_over=hands and stage in ON_A_DESK,
        withdraw=hands and standing and stage in WAITING_STAGES,
        restrict=restrict and not referral.restricted,
        lift=restrict and referral.restricted,
        admit=restrict and (referral.restricted or referral.allegation),
        sign=[one for one in _proposed(subjects) if not why_not_sign(user, one)],
    )


def _proposed(subjects: Sequence[Subject]) -> list[Decision]:
    return [
        decision
        for subject in subjects
        if subject.state == SubjectState.PROPOSED
        for decision in subject.decisions.all()
        if decision.pk == subject.decision_id
    ]
