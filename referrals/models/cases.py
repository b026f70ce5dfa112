"""One child in one service, from decision to closure."""

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from accounts.models import User
from mash.audit.models import AppendOnly, WriteOnce
from referrals.choices import CaseStage, ClosureReason, Direction, Service
from referrals.models.decisions import Decision
from referrals.models.outcomes import Outcome
from referrals.models.people import Person
from referrals.models.referrals import Referral, Subject

LIVE = (CaseStage.OFFERED, CaseStage.ACCEPTED, CaseStage.OPEN)
NOBODYS = (CaseStage.OFFERED, CaseStage.ACCEPTED)
"""Live, and no worker is named."""


class Case(WriteOnce):
    """A child's time in Gateway or CADT. Siblings have one each and may go different ways."""

    updatable: ClassVar[frozenset[str]] = frozenset(
        {"stage", "worker", "accepted_at", "waits_since", "review_from", "allocated_at", "assessed_at"}
        | {"transfer_asked_at", "ended_at"}
    )

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="cases")
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="cases")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="cases")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="cases")
    service = models.CharField(max_length=20, choices=Service.choices)
    level = models.SmallIntegerField()
    stage = models.CharField(max_length=20, choices=CaseStage.choices, default=CaseStage.OFFERED)
    worker = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="cases")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    # The statutory date: from then on this is a referral to social care, and before it was a contact.
    social_care_at = models.DateTimeField(null=True)
    # Since when the service has had it without a worker, and when that was last looked at (or began).
    waits_since = models.DateTimeField(null=True)
    review_from = models.DateTimeField(null=True)
    allocated_at = models.DateTimeField(null=True)
    assessed_at = models.DateTimeField(null=True)
    # While another authority that was asked has not answered.
    transfer_asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("subject", name="case_one_live_per_child", condition=Q(stage__in=LIVE)),
            models.CheckConstraint(
                name="case_open_has_a_worker_and_a_time",
                condition=~Q(stage=CaseStage.OPEN)
                | Q(worker__isnull=False, accepted_at__isnull=False, allocated_at__isnull=False, review_from=None),
            ),
            models.CheckConstraint(
                name="case_waits_for_a_worker_with_a_review",
                condition=~Q(stage=CaseStage.ACCEPTED)
                | Q(worker=None, accepted_at__isnull=False, waits_since__isnull=False, review_from__isnull=False)
                & Q(allocated_at=None),
            ),
            models.CheckConstraint(
                name="case_offered_is_nobodys",
                condition=~Q(stage=CaseStage.OFFERED) | Q(worker=None, accepted_at=None, allocated_at=None),
            ),
            models.CheckConstraint(
                name="case_in_social_care_has_its_date",
                condition=Q(service=Service.CADT, social_care_at__isnull=False)
                | (~Q(service=Service.CADT) & Q(social_care_at=None, assessed_at=None)),
            ),
            models.CheckConstraint(
                name="case_ends_with_no_transfer_waiting", condition=Q(stage__in=LIVE) | Q(transfer_asked_at=None)
            ),
            models.CheckConstraint(
                name="case_ended_has_a_time",
                condition=Q(stage__in=LIVE, ended_at=None) | (~Q(stage__in=LIVE) & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(fields=["service", "stage", "level", "id"], name="case_live", condition=Q(stage__in=LIVE)),
            models.Index(fields=["worker"], name="case_load", condition=Q(stage=CaseStage.OPEN)),
            models.Index(
                fields=["service", "review_from", "id"],
                name="case_waiting",
                condition=Q(stage=CaseStage.ACCEPTED),
            ),
            models.Index(fields=["ended_at", "id"], name="case_ended", condition=Q(ended_at__isnull=False)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="case_closes_with_a_closure",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__stage=CaseStage.CLOSED),
                timing=pgtrigger.Deferred,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_closure closure WHERE closure.case_id = NEW.id) THEN
                        RAISE EXCEPTION 'case is closed without a closure' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'case_closes_with_a_closure';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="case_ends_when_no_transfer_waits",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__ended_at__isnull=False),
                timing=pgtrigger.Deferred,
                func="""
                    IF EXISTS (SELECT 1 FROM referrals_casetransfer transfer
                                WHERE transfer.case_id = NEW.id AND transfer.answer = 'waiting') THEN
                        RAISE EXCEPTION 'another authority has not answered yet' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'case_ends_when_no_transfer_waits';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="case_moves_on_with_a_movement",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__stage=CaseStage.MOVED),
                timing=pgtrigger.Deferred,
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_movement movement WHERE movement.from_case_id = NEW.id) THEN
                        RAISE EXCEPTION 'case has moved on to nowhere' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'case_moves_on_with_a_movement';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_service_display()}: {self.subject}"


class Movement(AppendOnly):
    """A child going from one service to the other: up or down, and why. Both cases keep their own history."""

    from_case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="moved_on")
    to_case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="came_by")
    direction = models.CharField(max_length=4, choices=Direction.choices)
    reason = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="movement_has_a_reason", condition=~Q(reason=""))]

    def __str__(self) -> str:
        return self.get_direction_display()


class Closure(AppendOnly):
    """The end of a case. The database refuses one that leaves somebody who is owed the outcome unprovided for."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="closure")
    outcome = models.OneToOneField(Outcome, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=ClosureReason.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="closure_tells_everyone",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                timing=pgtrigger.Deferred,
                declare=[("untold", "bigint")],
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_outcome outcome
                                     JOIN referrals_case c ON c.referral_id = outcome.referral_id
                                    WHERE outcome.id = NEW.outcome_id AND outcome.kind = 'closed' AND c.id = NEW.case_id
                                      AND (outcome.subject_id IS NULL OR outcome.subject_id = c.subject_id)) THEN
                        RAISE EXCEPTION 'closure has no news of its own to tell' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'closure_tells_everyone';
                    END IF;
                    SELECT count(*) INTO untold
                      FROM referrals_party party
                      JOIN referrals_case c ON c.referral_id = party.referral_id
                     WHERE c.id = NEW.case_id
                       AND NOT EXISTS (SELECT 1 FROM referrals_telling telling
                                        WHERE telling.party_id = party.id AND telling.outcome_id = NEW.outcome_id);
                    IF untold > 0 THEN
                        RAISE EXCEPTION 'closure leaves % people untold', untold USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'closure_tells_everyone';
                    END IF;
                    IF NOT EXISTS (SELECT 1 FROM referrals_party party
                                     JOIN referrals_case c ON c.referral_id = party.referral_id
                                    WHERE c.id = NEW.case_id) THEN
                        RAISE EXCEPTION 'closure has nobody to tell' USING ERRCODE = 'check_violation',
                            CONSTRAINT = 'closure_tells_everyone';
                    END IF;
                    RETURN NULL;
                """,
            ),
            pgtrigger.Trigger(
                name="closure_as_moved_has_a_receipt",
                level=pgtrigger.Row,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__reason=ClosureReason.MOVED_AREA),
                func="""
                    IF NOT EXISTS (SELECT 1 FROM referrals_casetransfer transfer
                                    WHERE transfer.case_id = NEW.case_id AND transfer.answer = 'received') THEN
                        RAISE EXCEPTION 'no other authority has confirmed that it has this child'
                            USING ERRCODE = 'check_violation', CONSTRAINT = 'closure_as_moved_has_a_receipt';
                    END IF;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.get_reason_display()
