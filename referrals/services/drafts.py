"""A referral being written: saved at each step, sent once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from referrals import drafting
from referrals.errors import AlreadySent, Refused
from referrals.models import Draft, Referral
from referrals.services import submitting
from referrals.submission import Submission

CHANGED = "Something was changed in another tab since you opened this page. Please check the answers again, then send."


def start(*, by: User, token: UUID | None = None) -> Draft:
    """A new, empty draft of `by`'s own. Started twice under the token that the start page carried, it is one draft."""
    token = token or uuid4()
    if Draft.objects.filter(token=token).exclude(owner=by).exists():
        token = uuid4()
    draft, _ = Draft.objects.get_or_create(owner=by, token=token, defaults={"organisation": by.organisation})
    return draft


def save(*, draft: Draft, changes: dict[str, Any]) -> Draft:
    """Merge one step's answers into the draft; what other steps (or another tab) saved meanwhile stays."""
    return _edit(draft, lambda data: {**data, **changes})


def put(*, draft: Draft, kind: str, item: dict[str, Any]) -> Draft:
    """Add one child, adult or concern, or change it; those that another tab added meanwhile stay."""
    return _edit(draft, lambda data: drafting.with_item(data, kind, item))


def drop(*, draft: Draft, kind: str, key: str) -> Draft:
    """Take one child, adult or concern out of the draft."""
    return _edit(draft, lambda data: drafting.without_item(data, kind, key))


@transaction.atomic
def _edit(draft: Draft, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Draft:
    """Change what the draft holds now, whatever it held when the page was opened. Raises AlreadySent."""
    row = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.referral_id:
        raise AlreadySent("You have already sent this referral. It can no longer be changed here.")
    row.data = change(row.data)
    row.save(update_fields=["data", "saved_at"])
    return row


def discard(*, draft: Draft) -> None:
    """Erase an unsent draft."""
    Draft.objects.filter(pk=draft.pk, referral=None).delete()


@transaction.atomic
def send(*, by: User, draft: Draft, submission: Submission) -> Referral:
    """Turn a draft into a referral. Sent twice, at once or later, it is made once and both get the same one.

    Refuses when another tab has saved something since `draft` was read: nobody declares what they have not seen.
    """
    row = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if row.referral is not None:
        return row.referral
    if row.saved_at != draft.saved_at:
        raise Refused(CHANGED)
    row.referral = submitting.submit(by=by, submission=submission)
    row.data = {}
    row.save(update_fields=["referral", "data", "saved_at"])
    return row.referral
