"""A name that is withheld from the family: keep it apart, and let a named person see it."""

from dataclasses import asdict

from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import visible
from referrals.errors import Refused
from referrals.models import Referral, SealedIdentity
from referrals.publicly import Sealed
from referrals.services import rights


def seal(*, referral: Referral, sealed: Sealed) -> SealedIdentity:
    """Keep who it is apart from the referral, in the transaction that makes the referral, whichever way it came."""
    return SealedIdentity.objects.create(referral=referral, **asdict(sealed))


@transaction.atomic
def let(*, by: User, referral: Referral, user: User, reason: str) -> None:
    """Name one user of the hub who may see who raised this referral. Never oneself; only somebody who sees the
    referral as it is. The trail keeps who, whom and why, and nothing of the name."""
    rights.hold(by=by, referral=referral, act=Act.UNSEAL)
    if not reason:
        raise Refused("Say why they need it", field="reason")
    if user.pk == by.pk:
        raise Refused("Nobody can let themselves see a withheld name. Ask another manager.", field="user")
    if not visible.referrals(user).filter(pk=referral.pk).exists():
        raise Refused(f"{user.name} may not see this referral", field="user")
    sealed = SealedIdentity.objects.get(referral=referral)
    assign_perm("see_identity", user, sealed)
    events.record(by=by, what="identity_unsealed", about=sealed, detail={"user": user.pk, "reason": reason})
