"""Close a referral to all but named people; open it in an emergency; step away from one's own family."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.policy import Act, Role
from mash.audit import events
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import stages, visible
from referrals.choices import CaseStage, Stage
from referrals.errors import Refused
from referrals.models import BreakGlass, Case, Referral, Subject
from referrals.services import nights, rights

GLASS_STAYS_BROKEN = timedelta(hours=1)


@transaction.atomic
def restrict(*, by: User, referral: Referral, restricted: bool, reason: str) -> None:
    """Restrict a referral, or lift the restriction, with a reason. Whoever has it on their desk still sees it."""
    if not reason:
        raise Refused("Say why", field="reason")
    rights.hold(by=by, referral=referral, act=Act.RESTRICT)
    if referral.restricted == restricted:
        raise Refused("This is restricted already." if restricted else "This is not restricted any more.")
    Referral.objects.filter(pk=referral.pk).update(restricted=restricted)
    referral.refresh_from_db()
    what = "referral_restricted" if restricted else "restriction_lifted"
    events.record(by=by, what=what, about=referral, detail={"reason": reason})


@transaction.atomic
def admit(*, by: User, referral: Referral, user: User) -> None:
    """Name one user of the hub who may see this referral. Nobody can be admitted to their own family's."""
    rights.hold(by=by, referral=referral, act=Act.RESTRICT)
    if not user.may(Act.READ_FILE) or user.pk in referral.barred:
        raise Refused(f"{user.name} may not see this referral", field="user")
    assign_perm("see_restricted_referral", user, referral)
    events.record(by=by, what="person_admitted", about=referral, detail={"user": user.pk})


@transaction.atomic
def break_glass(*, by: User, referral: Referral, reason: str) -> BreakGlass:
    """Open a restricted referral for an hour, with a reason. Its owner is told at once; when it waits for an owner,
    the triage managers are."""
    rights.require(by, Act.BREAK_GLASS)
    if not reason:
        raise Refused("Say what the emergency is", field="reason")
    until = timezone.now() + GLASS_STAYS_BROKEN
    row = BreakGlass.objects.create(referral=referral, user=by, reason=reason, until=until)
    events.record(by=by, what="glass_broken", about=referral, detail={"reason": reason})
    messages.owe_many([_told(row, referral, user) for user in _guardians(referral) if user.pk != by.pk])
    return row


@transaction.atomic
def step_away(*, by: User, referral: Referral, reason: str) -> None:
    """`by` knows this family: no referral of its household or of these children, decided or not, exists for them from
    now on. What was on their desk waits for anybody again, and an open case of theirs for anybody in its service; a
    decision of theirs that waits for its second person goes on waiting, on nobody's desk."""
    rights.hold_household(referral.household_key)
    rows = list(_family(referral).select_for_update(of=("self",)).order_by("pk"))
    rights.hold(by=by, referral=referral, act=Act.READ_FILE)
    for row in rows:
        _leave(by, row, f"Knows the family. {reason}".strip())
    events.record_many(by=by, what="stepped_away", about=rows)


def _family(referral: Referral) -> QuerySet[Referral]:
    """This referral, all others of its household, and all others about its children, by whichever address."""
    children = list(Subject.objects.filter(referral=referral))
    keys = {child.identity_key for child in children if child.identity_key}
    known = {child.person_id for child in children if child.person_id}
    same = Subject.objects.filter(Q(identity_key__in=keys) | Q(person__in=known))
    return Referral.objects.filter(Q(household_key=referral.household_key) | Q(pk__in=same.values("referral")))


def _leave(by: User, row: Referral, reason: str) -> None:
    nobody: dict[str, None] = {"owner": None, "owned_since": None}
    had = row.owner_id == by.pk and row.stage == Stage.IN_TRIAGE
    if had:
        stages.move(row, to=Stage.RECEIVED, by=by, reason=reason, **nobody)
    elif row.owner_id == by.pk and row.stage == Stage.SECOND_PERSON:
        Referral.objects.filter(pk=row.pk).update(**nobody)
    for case in Case.objects.filter(referral=row, worker=by, stage=CaseStage.OPEN):
        stages.wait_for_worker(case, by=by, reason=reason)
    Referral.objects.filter(pk=row.pk).update(barred=sorted({*row.barred, by.pk}))
    if had:
        nights.raise_if_needed(row, cause=nights.Cause.BACK, given_up_by=by)


def _guardians(referral: Referral) -> list[User]:
    """Who is told that a restricted referral was opened."""
    if referral.owner is not None:
        return [referral.owner]
    managers = User.objects.filter(is_active=True, roles__overlap=[Role.TRIAGE_MANAGER, Role.LADO])
    return [user for user in managers if visible.referrals(user).filter(pk=referral.pk).exists()]


def _told(row: BreakGlass, referral: Referral, user: User) -> Owed:
    return Owed(
        key=f"glass:{row.pk}:{user.pk}",
        kind="glass_broken",
        about=referral.reference,
        to=user,
        path=f"/queue/{referral.reference}/",
    )
