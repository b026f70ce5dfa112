"""Withdraw an indicator that was ticked in error. Nothing is erased, and the engine runs again."""

from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from referrals import ranking
from referrals.choices import SubjectState
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Referral, RelevantIndicator, Subject
from referrals.models.referrals import WAITING_STAGES
from referrals.services import rights
from thresholds.engine import Sign, facts_from_json
from thresholds.models.assessments import Kind
from thresholds.services import assessments
from thresholds.services.assessments import Asked


@transaction.atomic
def withdraw(*, by: User, indicator: RelevantIndicator, reason: str) -> None:
    """Strike out one ticked sign, with a reason, and assess again each child it spoke of.

    The new hub assessment rests on the same facts without the sign, under the same version of the framework; the
    referral takes the place in the queue that follows. While a decision waits for its second person, the place stays.
    Only whoever has the referral, or a manager, may do it, and only before every child is decided.
    """
    if not reason:
        raise Refused("Say why this was ticked in error", field="reason")
    referral = indicator.concern.referral
    rights.hold(by=by, referral=referral, act=Act.TRIAGE)
    _check_hands(by, referral)
    _strike(by, indicator, reason)
    _assess_again(referral, _affected(referral, indicator))
    place(referral)
    events.record(
        by=by, what="indicator_withdrawn", about=referral, detail={"code": indicator.code, "indicator": indicator.pk}
    )


def place(referral: Referral) -> None:
    """Put a referral where its children's present assessments say, unless a decision waits for a signature."""
    subjects = list(Subject.objects.filter(referral=referral).select_related("hub_assessment"))
    if any(subject.state == SubjectState.PROPOSED for subject in subjects):
        return
    leading = ranking.worst([subject.hub_assessment for subject in subjects])
    Referral.objects.filter(pk=referral.pk).update(
        lane=ranking.lane(leading, allegation=referral.allegation),
        level=leading.level,
        band=leading.band,
        route=leading.route,
        duty=leading.duty,
        risk=ranking.risk(leading, immediate_danger=referral.immediate_danger),
    )
    referral.refresh_from_db()


def _check_hands(by: User, referral: Referral) -> None:
    if referral.stage not in WAITING_STAGES:
        raise NotNow("Every child on this referral is decided. What was ticked stays as it is.")
    if referral.owner_id != by.pk and not by.may(Act.COUNTERSIGN):
        raise NotNow("Only the person who has this referral, or a manager, can do this.")


def _strike(by: User, indicator: RelevantIndicator, reason: str) -> None:
    changes = {"withdrawn_by": by, "withdrawn_at": timezone.now(), "withdrawn_reason": reason}
    won = RelevantIndicator.objects.filter(pk=indicator.pk, withdrawn_at=None).update(**changes)
    indicator.refresh_from_db()
    if not won:
        assert indicator.withdrawn_at is not None
        when = when_words(indicator.withdrawn_at, now=timezone.now())
        raise SomeoneElse(f"{indicator.withdrawn_by} has withdrawn this already, {when}.")


def _affected(referral: Referral, indicator: RelevantIndicator) -> list[Subject]:
    """The children whom the concern names, or all."""
    rows = Subject.objects.filter(referral=referral).select_related("hub_assessment__framework")
    named = list(indicator.concern.about.values_list("subject", flat=True))
    return list(rows.filter(pk__in=named) if named else rows)


def _assess_again(referral: Referral, subjects: Sequence[Subject]) -> None:
    rows = assessments.record_many(items=[_asked(referral, subject) for subject in subjects])
    for subject, assessment in zip(subjects, rows, strict=True):
        Subject.objects.filter(pk=subject.pk).update(hub_assessment=assessment)


def _asked(referral: Referral, subject: Subject) -> Asked:
    """What was known of the child, with the signs that still stand."""
    old = subject.hub_assessment
    facts = replace(facts_from_json(old.facts), indicators=_standing(referral, subject))
    return Asked(facts, old.framework, Kind.HUB, old.about, replaces=old)


def _standing(referral: Referral, subject: Subject) -> frozenset[Sign]:
    about = Q(concern__about__subject=subject) | Q(concern__about=None)
    rows = RelevantIndicator.objects.filter(about, concern__referral=referral, withdrawn_at=None)
    return frozenset(Sign(code=row.code, severity=row.severity or None, duration=row.duration or None) for row in rows)
