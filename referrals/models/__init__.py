"""People, referrals, decisions, cases and what the referrer is told."""

from referrals.models.cases import Case, Closure, Movement
from referrals.models.decisions import Countersignature, Decision
from referrals.models.drafts import Draft, IdempotencyRecord
from referrals.models.outcomes import Outcome, Party, Reading, Telling
from referrals.models.people import Household, Person
from referrals.models.referrals import (
    Adult,
    BreakGlass,
    Concern,
    ConcernSubject,
    Referral,
    ReferralGrant,
    RelevantIndicator,
    StageChange,
    Subject,
)

__all__ = [
    "Adult",
    "BreakGlass",
    "Case",
    "Closure",
    "Concern",
    "ConcernSubject",
    "Countersignature",
    "Decision",
    "Draft",
    "Household",
    "IdempotencyRecord",
    "Movement",
    "Outcome",
    "Party",
    "Person",
    "Reading",
    "Referral",
    "ReferralGrant",
    "RelevantIndicator",
    "StageChange",
    "Subject",
    "Telling",
]
