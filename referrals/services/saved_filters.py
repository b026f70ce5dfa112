"""Keep a filter of the queue under a name, and remove it: each person's own."""

from django.db import transaction

from accounts.models import User
from accounts.policy import Act
from referrals.errors import NotNow, Refused
from referrals.models import SavedFilter
from referrals.selectors.wanted import Wanted
from referrals.services import rights

MOST = 12
"""More would not fit above the queue, and each is counted whenever it is opened."""


@transaction.atomic
def save(*, by: User, name: str, wanted: Wanted) -> SavedFilter:
    """Name the present filter. Raises Refused, for the name, when nothing is chosen, the name is taken, or `by` has
    twelve already."""
    rights.require(by, Act.SEE_QUEUE)
    query = wanted.query()
    if not query:
        raise Refused("Choose a lane or something to show before you give it a name", field="name")
    User.objects.select_for_update(of=("self",)).get(pk=by.pk)
    mine = SavedFilter.objects.filter(owner=by)
    if mine.filter(name__iexact=name).exists():
        raise Refused("You have a filter of this name. Give another name, or remove that one first", field="name")
    if mine.count() >= MOST:
        raise Refused(f"You have {MOST} filters. Remove one before you keep another", field="name")
    return SavedFilter.objects.create(owner=by, name=name, query=query)


@transaction.atomic
def remove(*, by: User, saved: SavedFilter) -> None:
    """Take one's own filter away. Raises NotNow for somebody else's."""
    rights.require(by, Act.SEE_QUEUE)
    if saved.owner_id != by.pk:
        raise NotNow("This filter is not yours.")
    SavedFilter.objects.filter(pk=saved.pk, owner=by).delete()
