"""Work the shared queue: take what is worst, take by hand, hand over, put back. A household is never split."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import leaving
from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import stages, visible
from referrals.choices import Stage
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Referral, StageChange
from referrals.services import nights, rights

ON_A_DESK = (Stage.IN_TRIAGE, Stage.SECOND_PERSON)


@transaction.atomic
def take_next(*, by: User, lane: str = "") -> list[Referral]:
    """Put the worst waiting referral that `by` may see on their desk, with all else that waits for its household.

    Empty when nothing waits, and for somebody who is being let go. Eight people asking at once get eight different
    households.
    """
    rights.require(by, Act.TRIAGE)
    if not leaving.stays(by):
        return []
    busy: list[str] = []
    while head := waiting(by, lane).exclude(household_key__in=busy).first():
        taken = _take_household(by, head.household_key, wait=False)
        if taken:
            return taken
        busy.append(head.household_key)
    return []


@transaction.atomic
def take_after(*, by: User, done: Referral, lane: str = "") -> list[Referral]:
    """What comes after `done` for somebody who goes on: another of its household that is on their desk undecided, so
    that one person sees the whole family, or else what `take_next` gives. Empty when nothing waits."""
    rights.require(by, Act.TRIAGE)
    same = visible.referrals(by).filter(household_key=done.household_key, owner=by, stage=Stage.IN_TRIAGE)
    rest = list(same.exclude(pk=done.pk).order_by("risk", "decision_due_at", "id"))
    return rest or take_next(by=by, lane=lane)


@transaction.atomic
def claim(*, by: User, referral: Referral) -> list[Referral]:
    """Put this referral and its household's others on `by`'s desk; a second claimant is told who has it."""
    rights.require(by, Act.TRIAGE)
    rights.hold_here(by)
    taken = _take_household(by, referral.household_key, wait=True)
    if not any(row.pk == referral.pk for row in taken):
        referral.refresh_from_db()
        who = referral.owner.name if referral.owner else "Somebody else"
        raise SomeoneElse(f"{who} has just taken this. It is now: {referral.get_stage_display().lower()}.")
    return taken


@transaction.atomic
def hand_over(*, by: User, referral: Referral, to: User, reason: str) -> list[Referral]:
    """Give a referral, and its household's others on the same desk, to a colleague who may triage all of them.

    Both names and the reason are kept. In the night somebody is called about what cannot wait, unless the colleague is
    on call. Raises Refused for a colleague who may not see one of them, SomeoneElse when
    the referral has changed hands meanwhile.
    """
    if not reason:
        raise Refused("Say why you are handing this over", field="reason")
    rights.hold_here(to)
    rows = _desk(by, referral, ON_A_DESK)
    _check_taker(to, referral, rows)
    now = timezone.now()
    for row in rows:
        _give(by, row, to, reason, now)
        if row.stage == Stage.IN_TRIAGE:
            nights.handed_over(row, by=by, to=to)
    referral.refresh_from_db()
    return rows


@transaction.atomic
def put_back(*, by: User, referral: Referral, reason: str) -> list[Referral]:
    """Return an undecided referral, and its household's others on the same desk, to the queue for anybody to take."""
    if not reason:
        raise Refused("Say why you are putting this back", field="reason")
    rows = _desk(by, referral, (Stage.IN_TRIAGE,))
    for row in rows:
        stages.move(row, to=Stage.RECEIVED, by=by, reason=reason, owner=None, owned_since=None)
    events.record_many(by=by, what="referral_put_back", about=rows)
    for row in rows:
        nights.raise_if_needed(row, cause=nights.Cause.BACK, given_up_by=by)
    referral.refresh_from_db()
    return rows


def waiting(by: User, lane: str = "") -> QuerySet[Referral]:
    """What waits for anybody, worst first, then the soonest due."""
    rows = visible.referrals(by).filter(stage=Stage.RECEIVED)
    return (rows.filter(lane=lane) if lane else rows).order_by("risk", "decision_due_at", "id")


def _desk(by: User, referral: Referral, wanted: tuple[Stage, ...]) -> list[Referral]:
    """This referral and its household's others on the same desk, locked: the owner's to move, or a manager's."""
    seen = referral.owner_id
    rights.hold_household(referral.household_key)
    rights.hold(by=by, referral=referral, act=Act.TRIAGE)
    if referral.owner_id != seen:
        raise SomeoneElse(f"{referral.owner or 'Nobody'} has this referral now.")
    if referral.owner_id is None or referral.stage not in wanted:
        raise NotNow(f"This cannot be done now. The referral is: {referral.get_stage_display().lower()}.")
    if referral.owner_id != by.pk and not by.may(Act.COUNTERSIGN):
        raise NotNow(f"{referral.owner} has this referral. Only they, or a manager, can do this.")
    same = visible.referrals(by).filter(household_key=referral.household_key, owner=referral.owner, stage__in=wanted)
    return list(same.select_for_update(of=("self",)).order_by("pk"))


def _check_taker(to: User, referral: Referral, rows: list[Referral]) -> None:
    if to.pk == referral.owner_id:
        raise Refused(f"{to.name} has this referral already", field="to")
    sees = visible.referrals(to).filter(pk__in=[row.pk for row in rows]).count() if to.may(Act.TRIAGE) else 0
    if sees < len(rows):
        raise Refused(f"{to.name} cannot take this referral", field="to")


def _give(by: User, row: Referral, to: User, reason: str, now: datetime) -> None:
    Referral.objects.filter(pk=row.pk).update(owner=to, owned_since=now)
    StageChange.objects.create(referral=row, old=row.stage, new=row.stage, by=by, owner=to, reason=reason, at=now)
    events.record(by=by, what="referral_handed_over", about=row, detail={"to": to.pk})


def _take_household(by: User, key: str, *, wait: bool) -> list[Referral]:
    """Take every waiting referral of one household that `by` may see. One taker holds a household at a time."""
    if not rights.hold_household(key, wait=wait):
        return []
    taken = list(waiting(by).filter(household_key=key).select_for_update(of=("self",)))
    now = timezone.now()
    Referral.objects.filter(pk__in=[row.pk for row in taken]).update(stage=Stage.IN_TRIAGE, owner=by, owned_since=now)
    for row in taken:
        row.stage, row.owner, row.owned_since = Stage.IN_TRIAGE, by, now
    StageChange.objects.bulk_create(
        [StageChange(referral=row, old=Stage.RECEIVED, new=Stage.IN_TRIAGE, by=by, owner=by, at=now) for row in taken]
    )
    events.record_many(by=by, what="referral_taken", about=taken)
    nights.settle(by=by, referrals=taken, causes=nights.IN_THE_QUEUE)
    return taken
