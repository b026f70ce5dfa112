"""Work the shared queue: take what is worst, take by hand, hand over, put back. A household is never split."""

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import stages, visible
from referrals.choices import Stage
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Referral, StageChange


@transaction.atomic
def take_next(*, by: User, lane: str = "") -> list[Referral]:
    """Put the worst waiting referral that `by` may see on their desk, with all else that waits for its household.

    Empty when nothing waits. Eight people asking at once get eight different households.
    """
    busy: list[str] = []
    while head := waiting(by, lane).exclude(household_key__in=busy).first():
        taken = _take_household(by, head.household_key)
        if taken:
            return taken
        busy.append(head.household_key)
    return []


@transaction.atomic
def claim(*, by: User, referral: Referral) -> list[Referral]:
    """Put this referral and its household's others on `by`'s desk; a second claimant is told who has it."""
    taken = _take_household(by, referral.household_key, wait=True)
    if not any(row.pk == referral.pk for row in taken):
        referral.refresh_from_db()
        who = referral.owner.name if referral.owner else "Somebody else"
        raise SomeoneElse(f"{who} has just taken this. It is now: {referral.get_stage_display().lower()}.")
    return taken


@transaction.atomic
def hand_over(*, by: User, referral: Referral, to: User, reason: str) -> None:
    """Give a referral in triage to a colleague who may triage; both names and the reason are kept."""
    if not reason:
        raise Refused("Say why you are handing this over", field="reason")
    if referral.owner_id != by.pk and not by.may(Act.COUNTERSIGN):
        raise NotNow("Only the person who has this referral, or a manager, can hand it over.")
    if not to.may(Act.TRIAGE) or not visible.referrals(to).filter(pk=referral.pk).exists():
        raise Refused(f"{to.name} cannot take this referral", field="to")
    if referral.stage not in (Stage.IN_TRIAGE, Stage.SECOND_PERSON):
        raise NotNow("This referral is not on anybody's desk.")
    _give(by, referral, to, reason)


def _give(by: User, referral: Referral, to: User, reason: str) -> None:
    now = timezone.now()
    won = Referral.objects.filter(pk=referral.pk, owner=referral.owner_id, stage=referral.stage).update(
        owner=to, owned_since=now
    )
    referral.refresh_from_db()
    if not won:
        raise SomeoneElse("Somebody else has just moved this referral.")
    StageChange.objects.create(
        referral=referral, old=referral.stage, new=referral.stage, by=by, owner=to, reason=reason, at=now
    )
    events.record(by=by, what="referral_handed_over", about=referral, detail={"to": to.pk})


@transaction.atomic
def put_back(*, by: User, referral: Referral, reason: str) -> None:
    """Return an undecided referral to the queue for anybody to take."""
    if not reason:
        raise Refused("Say why you are putting this back", field="reason")
    if referral.owner_id != by.pk and not by.may(Act.COUNTERSIGN):
        raise NotNow("Only the person who has this referral, or a manager, can put it back.")
    stages.move(referral, to=Stage.RECEIVED, by=by, reason=reason, owner=None, owned_since=None)
    events.record(by=by, what="referral_put_back", about=referral)


def waiting(by: User, lane: str = "") -> QuerySet[Referral]:
    """What waits for anybody, worst first, then the soonest due."""
    rows = visible.referrals(by).filter(stage=Stage.RECEIVED)
    return (rows.filter(lane=lane) if lane else rows).order_by("risk", "decision_due_at", "id")


def _take_household(by: User, key: str, *, wait: bool = False) -> list[Referral]:
    """Take every waiting referral of one household that `by` may see. One taker holds a household at a time."""
    if not _hold_household(key, wait=wait):
        return []
    ids = list(waiting(by).filter(household_key=key).values_list("pk", flat=True))
    now = timezone.now()
    Referral.objects.filter(pk__in=ids, stage=Stage.RECEIVED).update(stage=Stage.IN_TRIAGE, owner=by, owned_since=now)
    taken = list(
        Referral.objects.filter(pk__in=ids, owner=by, owned_since=now).order_by("risk", "decision_due_at", "id")
    )
    StageChange.objects.bulk_create(
        [StageChange(referral=row, old=Stage.RECEIVED, new=Stage.IN_TRIAGE, by=by, owner=by, at=now) for row in taken]
    )
    events.record_many(by=by, what="referral_taken", about=taken)
    return taken


def _hold_household(key: str, *, wait: bool) -> bool:
    """A lock on the household until the transaction ends; without `wait`, False when somebody else has it."""
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
            return True
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        return bool(cursor.fetchone()[0])
