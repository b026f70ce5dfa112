"""People, referrals, decisions, cases and what the referrer is told."""

from referrals.models.allegations import AllegationDetails
from referrals.models.amendments import Amendment, AmendmentAnswer
from referrals.models.calls_taken import WrittenDown
from referrals.models.case_work import AgreementOnCase, Allocation, CaseReview, CaseTransfer
from referrals.models.cases import Case, Closure, Movement
from referrals.models.clocks import ClockPause, ClockWarning, Gathered, Limit, RagRating
from referrals.models.consultations import Consultation, Exchange
from referrals.models.decisions import Countersignature, Decision
from referrals.models.directory import LocalService
from referrals.models.drafts import Draft, IdempotencyRecord, TypedPage
from referrals.models.incidents import (
    Incident,
    IncidentLeaving,
    IncidentReferral,
    NewInformation,
    NewInformationRead,
    NotTheSame,
)
from referrals.models.nights import Handover, NightAlarm, NightHours, NightNumber, Page, Shift
from referrals.models.notices import Batch, BatchRow, LeftForTriage, Reread, Upload
from referrals.models.outcomes import Outcome, Party, Reading, Telling
from referrals.models.people import Household, Person
from referrals.models.public import Opening, Receipt
from referrals.models.queue import SavedFilter
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
from referrals.models.sealed import SealedIdentity, SealedIdentityGrant

__all__ = [
    "Adult",
    "AgreementOnCase",
    "AllegationDetails",
    "Allocation",
    "Amendment",
    "AmendmentAnswer",
    "Batch",
    "BatchRow",
    "BreakGlass",
    "Case",
    "CaseReview",
    "CaseTransfer",
    "ClockPause",
    "ClockWarning",
    "Closure",
    "Concern",
    "ConcernSubject",
    "Consultation",
    "Countersignature",
    "Decision",
    "Draft",
    "Exchange",
    "Gathered",
    "Handover",
    "Household",
    "IdempotencyRecord",
    "Incident",
    "IncidentLeaving",
    "IncidentReferral",
    "LeftForTriage",
    "Limit",
    "LocalService",
    "Movement",
    "NewInformation",
    "NewInformationRead",
    "NightAlarm",
    "NightHours",
    "NightNumber",
    "NotTheSame",
    "Opening",
    "Outcome",
    "Page",
    "Party",
    "Person",
    "RagRating",
    "Reading",
    "Receipt",
    "Referral",
    "ReferralGrant",
    "RelevantIndicator",
    "Reread",
    "SavedFilter",
    "SealedIdentity",
    "SealedIdentityGrant",
    "Shift",
    "StageChange",
    "Subject",
    "Telling",
    "TypedPage",
    "Upload",
    "WrittenDown",
]
