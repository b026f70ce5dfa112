"""A referral being written: saved at each step, sent once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.outbox.services import messages
from referrals import drafting, visible
from referrals.errors import AlreadySent, NotNow, Refused, SomeoneElse, TakenOver
from referrals.models import Consultation, Draft, Referral
from referrals.services import rights, submitting, typed
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


def fill(*, draft: Draft, section: str, answers: dict[str, Any]) -> Draft:
    """Merge some answers of one section into it; its other answers stay as they are."""
    return _edit(draft, lambda data: {**data, section: {**data.get(section, {}), **answers}})


def put(*, draft: Draft, kind: str, item: dict[str, Any]) -> Draft:
    """Add one child, adult or concern, or change it; those that another tab added meanwhile stay."""
    return _edit(draft, lambda data: drafting.with_item(data, kind, item))


def drop(*, draft: Draft, kind: str, key: str) -> Draft:
    """Take one child, adult or concern out of the draft."""
    return _edit(draft, lambda data: drafting.without_item(data, kind, key))


@transaction.atomic
def _edit(draft: Draft, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Draft:
    """Change what the draft holds now, whatever it held when the page was opened. Raises AlreadySent."""
    row = _held(draft)
    if row.referral_id:
        raise AlreadySent("You have already sent this referral. It can no longer be changed here.")
    row.data = change(row.data)
    row.warned_at = None
    row.kept_apart = row.kept_apart or drafting.names_a_worker(row.data)
    row.save(update_fields=["data", "warned_at", "kept_apart", "saved_at"])
    if row.kept_apart:
        _close_questions(row)
    return row


def _close_questions(row: Draft) -> None:
    """Keep from the asker's colleagues the questions that led to it: they would tell that there is an allegation."""
    Consultation.objects.filter(draft=row, private=False).update(private=True)


def _held(draft: Draft) -> Draft:
    """The draft as it is now, locked. Raises TakenOver when a colleague has it meanwhile, Refused when it is gone."""
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is None:
        raise TakenOver("This was deleted in another tab.")
    if row.owner_id != draft.owner_id:
        raise TakenOver(f"{row.owner.name} has just taken this over. They can go on with it and send it.")
    return row


def discard(*, draft: Draft) -> None:
    """Erase an unsent draft of one's own; what a colleague has taken over meanwhile stays."""
    Draft.objects.filter(pk=draft.pk, owner=draft.owner_id, referral=None).delete()


@transaction.atomic
def take_over(*, by: User, draft: Draft, reason: str) -> Draft:
    """Make a colleague's unsent draft `by`'s own, with a reason. The former owner is told; one of several wins.

    Raises SomeoneElse naming whoever was quicker, NotNow when it can no longer be taken over (it was sent or erased, or
    is about somebody who works with children: whatever it holds now counts, not what the list showed).
    """
    if not reason:
        raise Refused("Say why you are taking this over", field="reason")
    rights.require(by, Act.REFER)
    rights.hold_here(by)
    row = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if row is not None and row.owner_id != draft.owner_id:
        who = "You have" if row.owner_id == by.pk else f"{row.owner.name} has"
        raise SomeoneElse(f"{who} just taken this over.")
    if row is None or not visible.colleagues_drafts(by).filter(pk=row.pk).exists():
        raise NotNow("This can no longer be taken over.")
    former = row.owner
    row.owner, row.warned_at = by, None
    row.save(update_fields=["owner", "warned_at", "saved_at"])
    typed.forget([row])
    events.record(by=by, what="draft_taken_over", about=row, detail={"from": former.pk, "reason": reason})
    _tell_former(row, former)
    return row


def _tell_former(row: Draft, former: User) -> None:
    messages.owe(
        messages.Owed(
            key=f"draft:{row.pk}:taken:{row.saved_at.timestamp()}",
            kind="draft_taken_over",
            about=public_name(row),
            to=former,
            path="/referrals/",
        )
    )


def public_name(draft: Draft) -> str:
    """What an unsent draft is called where it must not be addressed: in an email."""
    return f"unsent-{str(draft.pk)[:8]}"


@transaction.atomic
def send(*, by: User, draft: Draft, submission: Submission) -> Referral:
    """Turn a draft into a referral. Sent twice, at once or later, it is made once and both get the same one.

    Refuses when another tab has saved something since `draft` was read: nobody declares what they have not seen.
    """
    row = _held(draft)
    if row.referral is not None:
        return row.referral
    if row.saved_at != draft.saved_at:
        raise Refused(CHANGED)
    row.referral = submitting.submit(by=by, submission=submission)
    row.data = {}
    row.save(update_fields=["referral", "data", "saved_at"])
    typed.forget([row])
    if row.kept_apart or row.referral.allegation:
        _close_questions(row)
    return row.referral
