"""What referrers said after sending, as the hub and as they themselves read it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from accounts.models import User
from referrals import visible
from referrals.choices import AmendmentKind, Stage
from referrals.models import Amendment, AmendmentAnswer, Case, Referral, Subject

MOST_WAITING = 50


@dataclass(frozen=True, slots=True)
class New:
    """What the hub has not looked at, and what it has."""

    waiting: list[Amendment]
    seen: list[Amendment]


def of_referral(referral: Referral) -> New:
    """Everything that was added to a referral, for its file: the oldest first."""
    return _parted(_with_people(Amendment.objects.filter(referral=referral)))


def of_case(user: User, case: Case) -> New:
    """The same for one child's case: what is about this child or about all, and a sibling's for whoever may see it."""
    rows = visible.amendments(user).filter(referral=case.referral_id)
    return _parted(_with_people(rows.filter(Q(subject=None) | Q(subject=case.subject_id))))


def mine(referral: Referral) -> list[Amendment]:
    """What the referrer reads back under what they sent, the newest first."""
    return list(_with_people(Amendment.objects.filter(referral=referral)).order_by("-pk"))


def waiting(user: User) -> list[Amendment]:
    """What nobody has looked at yet, of what `user` may see: the oldest first."""
    rows = visible.amendments(user).filter(unanswered()).select_related("referral__organisation", "referral__owner")
    return list(rows.order_by("pk")[:MOST_WAITING])


def unanswered() -> Q:
    """The amendments that wait for somebody at the hub. A withdrawal that ended the referral waits for nobody."""
    answered = AmendmentAnswer.objects.filter(amendment=OuterRef("pk"))
    return ~Q(kind=AmendmentKind.WITHDRAWAL, referral__stage=Stage.WITHDRAWN) & Q(~Exists(answered))


def has_new() -> Exists:
    """For a list of referrals: whether something was added that nobody has looked at."""
    return Exists(Amendment.objects.filter(unanswered(), referral=OuterRef("pk")))


def page_of(user: User, amendment: Amendment) -> str:
    """Where `user` reads it: the file of the referral, or the child's case for whoever sees that alone."""
    if visible.referrals(user).filter(pk=amendment.referral_id).exists():
        return reverse("hub_referral", args=[amendment.referral.reference])
    rows = visible.cases(user).filter(referral=amendment.referral_id)
    about = rows.filter(subject=amendment.subject_id) if amendment.subject_id else rows
    case = about.order_by("-pk").first()
    return reverse("case", args=[case.pk]) if case else reverse("cases")


def subjects(referral: Referral) -> list[Subject]:
    """The children, to choose whom something is about."""
    return list(Subject.objects.filter(referral=referral).order_by("position"))


def _with_people(rows: QuerySet[Amendment]) -> Any:
    return rows.select_related("by", "api_key", "subject", "referral", "reply__by").order_by("pk")


def _parted(rows: Iterable[Amendment]) -> New:
    found = New([], [])
    for row in rows:
        ended = row.kind == AmendmentKind.WITHDRAWAL and row.referral.stage == Stage.WITHDRAWN
        (found.seen if ended or hasattr(row, "reply") else found.waiting).append(row)
    return found
