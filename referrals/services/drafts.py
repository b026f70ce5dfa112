"""A referral being written: saved at each step, sent once."""

from typing import Any

from django.db import transaction

from accounts.models import User
from referrals.errors import Refused
from referrals.models import Draft, Referral
from referrals.services import submitting
from referrals.submission import Submission


def start(*, by: User) -> Draft:
    """A new, empty draft of `by`'s own."""
    return Draft.objects.create(owner=by, organisation=by.organisation)


@transaction.atomic
def save(*, draft: Draft, changes: dict[str, Any]) -> Draft:
    """Merge one step's answers into the draft; what other steps (or another tab) saved meanwhile stays.

    Refuses once the draft has been sent: what was sent is frozen.
    """
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.referral_id:
        raise Refused("You have already sent this referral. It can no longer be changed here.")
    row.data = {**row.data, **changes}
    row.save(update_fields=["data", "saved_at"])
    return row


def discard(*, draft: Draft) -> None:
    """Erase an unsent draft."""
    Draft.objects.filter(pk=draft.pk, referral=None).delete()


@transaction.atomic
def send(*, by: User, draft: Draft, submission: Submission) -> Referral:
    """Turn a draft into a referral. Sent twice, at once or later, it is made once and both get the same one."""
    row = Draft.objects.select_for_update().get(pk=draft.pk)
    if row.referral is not None:
        return row.referral
    row.referral = submitting.submit(by=by, submission=submission)
    row.data = {}
    row.save(update_fields=["referral", "data", "saved_at"])
    return row.referral
