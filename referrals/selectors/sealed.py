"""What the file says of whoever raised a referral and is no professional, and who may see a withheld name."""

from dataclasses import dataclass

from accounts.models import User
from accounts.policy import GRANTS, Act, Role
from referrals import publicly, visible
from referrals.choices import Identity
from referrals.models import Receipt, Referral, SealedIdentityGrant


@dataclass(frozen=True, slots=True)
class OnFile:
    """How the referrer is known, and what this reader may do about it. Never who it is.

    `child`: the child themselves told us. Never said of a withheld referrer: it would be who it is.
    """

    withheld: bool
    anonymous: bool
    child: bool
    several: bool
    may_see: bool
    may_let: bool
    let: list[str]


def on_file(user: User, referral: Referral) -> OnFile | None:
    """For a referral from the public; None for a professional's."""
    if referral.referrer_identity == Identity.PROFESSIONAL:
        return None
    withheld = referral.referrer_identity == Identity.PUBLIC_WITHHELD
    let = granted(referral) if withheld else []
    return OnFile(
        withheld=withheld,
        anonymous=referral.referrer_identity == Identity.ANONYMOUS,
        child=not withheld and referral.referrer_role == publicly.SELF.role,
        several=Receipt.objects.filter(referral=referral, one_of_several=True).exists(),
        may_see=any(one.pk == user.pk for one in let),
        may_let=withheld and user.may(Act.UNSEAL),
        let=[one.name for one in let],
    )


def granted(referral: Referral) -> list[User]:
    """Who may see the withheld name of this referral."""
    rows = SealedIdentityGrant.objects.filter(content_object__referral=referral)
    return [row.user for row in rows.select_related("user").order_by("user__name")]


def to_let(referral: Referral, *, by: User) -> list[User]:
    """Whom `by` may let see the name: people who see the referral as the hub, not themselves, not those who may."""
    roles = [role for role in Role if Act.READ_FILE in GRANTS[role]]
    named = [by.pk, *(user.pk for user in granted(referral))]
    users = User.objects.filter(is_active=True, organisation__active=True, roles__overlap=roles).exclude(pk__in=named)
    # The rule for one person is a query of its own; a hub has some tens of them, and this page is rare.
    return [user for user in users.order_by("name", "pk") if visible.referrals(user).filter(pk=referral.pk).exists()]
