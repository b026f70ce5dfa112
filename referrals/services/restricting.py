"""Close a referral to all but named people; open it in an emergency; step away from one's own family."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from guardian.shortcuts import assign_perm

from accounts.models import User
from mash.audit import events
from mash.outbox.services import messages
from referrals.choices import Stage
from referrals.errors import Refused
from referrals.models import BreakGlass, Referral, StageChange

GLASS_STAYS_BROKEN = timedelta(hours=1)


@transaction.atomic
def restrict(*, by: User, referral: Referral, restricted: bool, reason: str) -> None:
    """Restrict a referral, or lift the restriction, with a reason."""
    if not reason:
        raise Refused("Say why", field="reason")
    Referral.objects.filter(pk=referral.pk).update(restricted=restricted)
    referral.refresh_from_db()
    what = "referral_restricted" if restricted else "restriction_lifted"
    events.record(by=by, what=what, about=referral, detail={"reason": reason})


@transaction.atomic
def admit(*, by: User, referral: Referral, user: User) -> None:
    """Name one user who may see a restricted referral."""
    assign_perm("see_restricted_referral", user, referral)
    events.record(by=by, what="person_admitted", about=referral, detail={"user": user.pk})


@transaction.atomic
def break_glass(*, by: User, referral: Referral, reason: str) -> BreakGlass:
    """Open a restricted referral for an hour, with a reason. Its owner is told at once."""
    if not reason:
        raise Refused("Say what the emergency is", field="reason")
    until = timezone.now() + GLASS_STAYS_BROKEN
    row = BreakGlass.objects.create(referral=referral, user=by, reason=reason, until=until)
    events.record(by=by, what="glass_broken", about=referral, detail={"reason": reason})
    if referral.owner is not None:
        messages.owe(
            key=f"glass:{row.pk}",
            kind="glass_broken",
            about=referral.reference,
            to=referral.owner,
            email=referral.owner.email,
            organisation_id=referral.owner.organisation_id,
            context={"path": f"/queue/{referral.reference}/"},
        )
    return row


@transaction.atomic
def step_away(*, by: User, referral: Referral, reason: str) -> None:
    """`by` knows this family: from now on the referral does not exist for them, and it goes back to the queue."""
    barred = sorted({*referral.barred, by.pk})
    changes: dict[str, object] = {"barred": barred}
    if referral.owner_id == by.pk and referral.stage == Stage.IN_TRIAGE:
        changes |= {"owner": None, "owned_since": None, "stage": Stage.RECEIVED}
        StageChange.objects.create(
            referral=referral, old=referral.stage, new=Stage.RECEIVED, by=by, reason=reason, at=timezone.now()
        )
    Referral.objects.filter(pk=referral.pk).update(**changes)
    events.record(by=by, what="stepped_away", about=referral, detail={"reason": reason})
