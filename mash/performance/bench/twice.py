"""The rows of one referral saved again one by one, as a bare view would: the reference for a submission."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import models

from mash.audit.models import Event
from mash.lib.references import new_reference
from mash.outbox.models import Message
from referrals.models import (
    Concern,
    IdempotencyRecord,
    Outcome,
    Party,
    Referral,
    RelevantIndicator,
    StageChange,
    Subject,
    Telling,
)
from thresholds.models import Assessment

_kept: dict[str, Sequence[models.Model]] = {}


def remember(referral: Referral) -> int:
    """Keep every row that submitting this referral wrote; answers how many."""
    subjects = list(Subject.objects.filter(referral=referral))
    assessed = [key for one in subjects for key in (one.submitter_assessment_id, one.hub_assessment_id)]
    _kept.update(
        assessments=list(Assessment.objects.filter(pk__in=assessed)),
        referral=[referral],
        subjects=subjects,
        concerns=list(Concern.objects.filter(referral=referral)),
        indicators=list(RelevantIndicator.objects.filter(concern__referral=referral)),
        party=list(Party.objects.filter(referral=referral)),
        outcomes=list(Outcome.objects.filter(referral=referral)),
        messages=list(Message.objects.filter(about=referral.reference)),
        tellings=list(Telling.objects.filter(outcome__referral=referral)),
        changes=list(StageChange.objects.filter(referral=referral)),
        records=list(IdempotencyRecord.objects.filter(referral=referral)),
        events=list(Event.objects.filter(about_type="referrals.referral", about_id=referral.pk)),
    )
    return sum(map(len, _kept.values()))


def save_again() -> str:
    """Save a copy of each remembered row with `save()`, in order, keys renewed."""
    renewed: dict[tuple[type[models.Model], Any], models.Model] = {}
    for rows in _kept.values():
        for old in rows:
            fresh = _copy(old, renewed)
            fresh.save(force_insert=True)
            renewed[type(old), old.pk] = fresh
    return "saved"


def _copy(old: models.Model, renewed: dict[tuple[type[models.Model], Any], models.Model]) -> models.Model:
    values: dict[str, Any] = {}
    for field in old._meta.concrete_fields:
        value = getattr(old, field.attname)
        target = field.related_model
        if isinstance(target, type) and (target, value) in renewed:
            value = renewed[target, value].pk
        values[field.attname] = value
    values |= _unique(old)
    return type(old)(**values)


def _unique(old: models.Model) -> dict[str, Any]:
    """What may not stand twice."""
    if isinstance(old, Assessment):
        return {"reference": uuid.uuid4()}
    renewed: dict[str, Any] = {"id": None}
    if isinstance(old, Referral):
        renewed["reference"] = new_reference()
    if isinstance(old, Message | IdempotencyRecord):
        renewed["key"] = uuid.uuid4().hex
    return renewed
