"""Group referrals that tell of one event. Nothing of theirs changes: words, decision, loop, and who sees them stay."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import visible
from referrals.choices import Stage
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Decision, Incident, IncidentLeaving, IncidentReferral, NotTheSame, Referral, Subject
from referrals.services import decisions, handing, queue, rights
from referrals.services.decisions import Judgement

LOCK = "incidents"


@transaction.atomic
def group(*, by: User, referral: Referral, other: Referral, reason: str) -> Incident:
    """Say that two referrals tell of one event, and why. A person says so; the product only offers it.

    Whatever either was grouped with already comes along. Triage does it, for referrals that they may both see; no
    desk is needed, for the second agency often tells of it after the first was decided. Raises Refused when they are
    one referral, or grouped already; NotNow when `by` may no longer see one of them.
    """
    _check(by, referral, other, reason)
    first, second = _membership(referral), _membership(other)
    if first and second and first.incident_id == second.incident_id:
        raise Refused("These two are the same incident already", field="other")
    now = timezone.now()
    kept = first or second
    incident = kept.incident if kept else Incident.objects.create(by=by, at=now)
    if first and second:
        _move_all(by, second.incident, incident, reason, now)
    for row, there in ((referral, first), (other, second)):
        if there is None:
            IncidentReferral.objects.create(incident=incident, referral=row, reason=reason, by=by, at=now)
    events.record_many(by=by, what="incident_grouped", about=[referral, other])
    return incident


@transaction.atomic
def take_out(*, by: User, referral: Referral, reason: str) -> None:
    """Say that a referral was not about the same event after all, and why. What was said before stays on record, and
    the pair is not offered again. Only who sees both undoes what links two: what was put here together with it, and
    `by` may not see, goes on with it. Raises NotNow when it is in no group, or in one of which `by` sees no other."""
    rights.require(by, Act.TRIAGE)
    if not reason:
        raise Refused("Say why it is not the same", field="reason")
    rights.hold_household(LOCK)
    rights.hold(by=by, referral=referral, act=Act.TRIAGE)
    there = _membership(referral)
    others = set(of_one_incident(by, referral).exclude(pk=referral.pk).values_list("pk", flat=True))
    if there is None or not others:
        raise NotNow("This referral is in no group now.")
    now = timezone.now()
    rows = [_apart(referral.pk, other, reason, by, now) for other in sorted(others)]
    unseen = list(_current(there.incident).filter(at=there.at).exclude(pk=there.pk).exclude(referral__in=others))
    IncidentLeaving.objects.create(membership=there, reason=reason, by=by, at=now)
    NotTheSame.objects.bulk_create(rows, ignore_conflicts=True)
    if unseen:
        _go_on_together(by, there, unseen, reason, now)
    events.record(by=by, what="incident_left", about=referral)


@transaction.atomic
def keep_apart(*, by: User, referral: Referral, other: Referral, reason: str) -> NotTheSame:
    """Say that two referrals do not tell of one event, and why: it is not offered again. Either may still be grouped
    by hand. Raises SomeoneElse, naming them, when a colleague has said so or has grouped them meanwhile."""
    _check(by, referral, other, reason)
    first, second = _membership(referral), _membership(other)
    if first and second and first.incident_id == second.incident_id:
        raise SomeoneElse(f"{second.by} has just said that they are the same incident.")
    one, two = sorted((referral.pk, other.pk))
    row, new = NotTheSame.objects.get_or_create(
        first_id=one, second_id=two, defaults={"reason": reason, "by": by, "at": timezone.now()}
    )
    if not new:
        raise SomeoneElse(f"{row.by} has said so already.")
    events.record_many(by=by, what="incident_kept_apart", about=[referral, other])
    return row


@transaction.atomic
def claim(*, by: User, referral: Referral) -> list[Referral]:
    """Put everything that waits about one incident on `by`'s desk, each with its household. Households are locked in
    one order. Raises NotNow when nothing of it waits; what others have stays with them."""
    rights.require(by, Act.TRIAGE)
    rows = list(of_one_incident(by, referral).filter(stage=Stage.RECEIVED))
    for key in sorted({row.household_key for row in rows}):
        rights.hold_household(key)
    taken: dict[int, Referral] = {}
    for row in sorted(rows, key=lambda one: one.pk):
        row.refresh_from_db()
        if row.pk not in taken and row.stage == Stage.RECEIVED:
            taken |= {one.pk: one for one in queue.claim(by=by, referral=row)}
    if not taken:
        raise NotNow("Nothing of this incident waits now.")
    return list(taken.values())


@transaction.atomic
def hand_over(*, by: User, referral: Referral, to: User, reason: str) -> list[Referral]:
    """Give a colleague all that one desk has of an incident, each with its household: all of it, or none."""
    whose = referral.owner
    if whose is None:
        raise NotNow("Nobody has this referral.")
    rows = of_one_incident(by, referral).filter(owner=whose, stage__in=queue.ON_A_DESK)
    return handing.hand_over_all(by=by, whose=whose, rows=list(rows.select_related("owner")), to=to, reason=reason)


@transaction.atomic
def carry(*, by: User, referral: Referral, judgements: dict[Subject, Judgement]) -> list[Decision]:
    """Decide for children who wait on this referral as was decided for them on another of its incident: taken from the
    queue when nobody has it, by all the rules of a decision, each with a decision and a loop of its own."""
    rights.require(by, Act.DECIDE)
    if not judgements:
        raise Refused("Select for whom", field="children")
    if referral.stage == Stage.RECEIVED:
        queue.claim(by=by, referral=referral)
    return decisions.decide_all(by=by, judgements=judgements)


def of_one_incident(user: User, referral: Referral) -> QuerySet[Referral]:
    """This referral, and those grouped with it that `user` may see."""
    there = IncidentReferral.objects.filter(referral=referral, leaving=None).values("incident")
    mates = IncidentReferral.objects.filter(incident__in=there, leaving=None).values("referral")
    return visible.referrals(user).filter(Q(pk__in=mates) | Q(pk=referral.pk))


def _check(by: User, referral: Referral, other: Referral, reason: str) -> None:
    rights.require(by, Act.TRIAGE)
    if not reason:
        raise Refused("Say why", field="reason")
    if referral.pk == other.pk:
        raise Refused("That is this referral itself", field="other")
    rights.hold_household(LOCK)
    for row in sorted((referral, other), key=lambda one: one.pk):
        rights.hold(by=by, referral=row, act=Act.TRIAGE)


def _membership(referral: Referral) -> IncidentReferral | None:
    rows = IncidentReferral.objects.filter(referral=referral, leaving=None)
    return rows.select_related("incident", "by").first()


def _current(incident: Incident) -> QuerySet[IncidentReferral]:
    return IncidentReferral.objects.filter(incident=incident, leaving=None)


def _move_all(by: User, old: Incident, new: Incident, reason: str, now: datetime) -> None:
    """Two groups become one, also where `by` does not see every referral in them: to them nothing else shows."""
    rows = list(_current(old))
    IncidentLeaving.objects.bulk_create([IncidentLeaving(membership=one, reason=reason, by=by, at=now) for one in rows])
    for one in rows:
        IncidentReferral.objects.create(incident=new, referral_id=one.referral_id, reason=reason, by=by, at=now)


def _go_on_together(
    by: User, there: IncidentReferral, unseen: list[IncidentReferral], reason: str, now: datetime
) -> None:
    """A referral that left takes along what it was put there with: an incident of their own, by whom and why as it was
    said then."""
    IncidentLeaving.objects.bulk_create(
        [IncidentLeaving(membership=one, reason=reason, by=by, at=now) for one in unseen]
    )
    incident = Incident.objects.create(by=there.by, at=now)
    for one in (there, *unseen):
        IncidentReferral.objects.create(
            incident=incident, referral_id=one.referral_id, reason=one.reason, by=one.by, at=one.at
        )


def _apart(one: int, other: int, reason: str, by: User, now: datetime) -> NotTheSame:
    first, second = sorted((one, other))
    return NotTheSame(first_id=first, second_id=second, reason=reason, by=by, at=now)
