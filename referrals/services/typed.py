"""What is typed on a page of an unsent draft and not saved yet: kept with the draft, for its owner alone.

It is no part of the draft: nothing reads it but the page it was typed on. It goes when that page is saved, when the
draft is sent or erased, and when the draft comes into other hands.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from accounts.models import User
from referrals.models import Draft, TypedPage

MOST_PAGES = 60
"""Of one draft; the one that was left longest ago makes room."""


def typed_on(*, by: User, draft: Draft, page: str) -> dict[str, Any]:
    """The boxes that `by` changed on this page and did not save; empty when there are none, or they are another's."""
    row = TypedPage.objects.filter(draft=draft, owner=by, page=page).first()
    return row.boxes if row else {}


@transaction.atomic
def keep(*, by: User, draft: Draft, page: str, opening: str, boxes: dict[str, Any]) -> None:
    """Keep the boxes that `by` has changed on this page, in place of what was kept of it.

    Nothing is kept of a draft that is not theirs any more or was sent, nor from an opening of the page that was saved
    meanwhile: what a browser sent off just before it saved may arrive after.
    """
    if not _holds(by, draft):
        return
    row = TypedPage.objects.filter(draft=draft, page=page).first()
    if row is not None and row.owner_id == by.pk and opening and row.saved_opening == opening:
        return
    TypedPage.objects.update_or_create(draft=draft, page=page, defaults={"owner": by, "boxes": boxes})
    _make_room(draft)


@transaction.atomic
def page_saved(*, by: User, draft: Draft, page: str, opening: str) -> None:
    """Erase what was kept of a page that was saved, and remember from which opening of it."""
    if not _holds(by, draft):
        return
    done = {"owner": by, "boxes": {}, "saved_opening": opening}
    TypedPage.objects.update_or_create(draft=draft, page=page, defaults=done)
    _make_room(draft)


def forget(drafts: Iterable[Draft]) -> None:
    """Erase all that is kept of these drafts: they were sent, or come into other hands."""
    TypedPage.objects.filter(draft__in=[draft.pk for draft in drafts]).delete()


def _holds(by: User, draft: Draft) -> bool:
    """Whether it is still `by`'s and unsent; it stays so until this transaction ends."""
    return Draft.objects.select_for_update().filter(pk=draft.pk, owner=by, referral=None).exists()


def _make_room(draft: Draft) -> None:
    older = TypedPage.objects.filter(draft=draft).order_by("-at", "-pk").values_list("pk", flat=True)[MOST_PAGES:]
    TypedPage.objects.filter(pk__in=list(older)).delete()
