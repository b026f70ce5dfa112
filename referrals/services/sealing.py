"""A name that is withheld from the family: keep it apart, and let a named person see it."""

from dataclasses import asdict

from django.db import transaction
from guardian.shortcuts import assign_perm

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from referrals import visible
from referrals.errors import Refused
from referrals.models import Referral, SealedIdentity, SealedIdentityGrant
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


@transaction.atomic
def withdraw(*, by: User, referral: Referral, user: User, reason: str) -> None:
    """End what `let` allowed: they cannot open the name from now on. Refused when nobody had let them."""
    rights.hold(by=by, referral=referral, act=Act.UNSEAL)
    if not reason:
        raise Refused("Say why", field="reason")
    sealed = SealedIdentity.objects.get(referral=referral)
    if not SealedIdentityGrant.objects.filter(user=user, content_object=sealed).delete()[0]:
        raise Refused(f"{user.name} may not see the name any more", field="user")
    events.record(by=by, what="identity_closed", about=sealed, detail={"user": user.pk, "reason": reason})


def drop(*, by: User, of: User) -> None:
    """They leave: no withheld name stays open to them, nor opens again when they are let back."""
    _drop(by, list(SealedIdentityGrant.objects.filter(user=of).select_related("content_object")))


def drop_unseen(by: User, of: User) -> None:
    """Their roles changed: the names of referrals that they see no more are closed, and stay so in a later role."""
    grants = SealedIdentityGrant.objects.filter(user=of).select_related("content_object")
    _drop(by, list(grants.exclude(content_object__referral__in=visible.referrals(of))))


def _drop(by: User, grants: list[SealedIdentityGrant]) -> None:
    SealedIdentityGrant.objects.filter(pk__in=[grant.pk for grant in grants]).delete()
    for grant in grants:
        events.record(by=by, what="identity_closed", about=grant.content_object, detail={"user": grant.user_id})
