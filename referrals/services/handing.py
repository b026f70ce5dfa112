"""Give several referrals from one desk to a colleague: all of them, or none."""

from collections.abc import Sequence

from django.db import transaction

from accounts.models import User
from accounts.policy import Act
from referrals.errors import Refused, SomeoneElse
from referrals.models import Referral
from referrals.services import queue, rights


class CannotGo(Refused):
    """Some could not go, so none did; `why` says for each, by the referral's key."""

    def __init__(self, why: dict[int, str]) -> None:
        super().__init__("Nothing was handed over", field="homes")
        self.why = why


@transaction.atomic
def hand_over_all(*, by: User, whose: User, rows: Sequence[Referral], to: User, reason: str) -> list[Referral]:
    """Give these, each with what else `whose` desk holds of its household, to `to`, with one reason kept on each.

    Whose desk it is may do it, or a manager. Raises CannotGo, with what stands in the way of each, when any of them
    cannot go: then none has. Households are locked in one order, so that two who do this at once do not wait for
    each other. Answers every referral that changed hands.
    """
    rights.require(by, Act.TRIAGE)
    if not reason:
        raise Refused("Say why you are handing this over", field="reason")
    if not rows:
        raise Refused("Select what you hand over", field="homes")
    for key in sorted({row.household_key for row in rows}):
        rights.hold_household(key)
    moved: dict[int, Referral] = {}
    why: dict[int, str] = {}
    for row in sorted(rows, key=lambda one: one.pk):
        if row.pk in moved:
            continue
        try:
            moved |= {one.pk: one for one in _one(by, whose, row, to, reason)}
        except Refused as refusal:
            why[row.pk] = refusal.message
    if why:
        raise CannotGo(why)
    return list(moved.values())


def _one(by: User, whose: User, row: Referral, to: User, reason: str) -> list[Referral]:
    if row.owner_id != whose.pk:
        raise SomeoneElse(f"{row.owner or 'Nobody'} has this referral now.")
    with transaction.atomic():
        return queue.hand_over(by=by, referral=row, to=to, reason=reason)
