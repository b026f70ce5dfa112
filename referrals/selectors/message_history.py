"""One message from the fact that made it owed to the day it was known, in plain words; never what it said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from mash.audit.models import Event
from mash.outbox.channels import BY_PHONE
from mash.outbox.models import Attempt, CallTask, Message
from mash.outbox.services import messages
from referrals.selectors import rounds
from referrals.selectors.loop import plain
from referrals.selectors.timeline import Entry
from referrals.services import resending

TRIED = {
    Attempt.Outcome.ACCEPTED: "Accepted by the provider",
    Attempt.Outcome.TEMPORARY: "Not accepted now: it is tried again",
    Attempt.Outcome.UNREACHABLE: "The provider could not be reached: it is tried again",
    Attempt.Outcome.BARRED: "The provider does not accept our key: it is tried again, and somebody is told",
    Attempt.Outcome.REJECTED: "The provider asks us to put something right: it is tried again, and somebody is told",
    Attempt.Outcome.PERMANENT: "Refused for good",
    Attempt.Outcome.ABANDONED: "No answer came: it may or may not have gone, and is sent again",
}
TWICE = "It may have gone twice, since an earlier try had no answer."
KEPT = "Their own telephone, whose number is not shown"
REFERRER = "The referrer"
ENDED = {
    Message.State.DELIVERED: ("It arrived", "done"),
    Message.State.BOUNCED: ("It came back", "alert"),
    Message.State.FAILED: ("It was not sent: a person is asked to call", "alert"),
    Message.State.CANCELLED: ("No longer owed", ""),
}


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What was owed to whom, where it stands, and all that happened to it, the newest first. `newer` is the last that
    was sent in its place; `closed`, whether its address is that of an account which nobody opens any more;
    `chased_after`, until when nobody calls (None: it is known, or a call is owed already)."""

    row: Message
    what: str
    medium: str
    organisation: str
    address: str
    closed: bool
    entries: list[Entry]
    references: list[str]
    may_send_again: bool
    owed_to: str
    on_record: list[str]
    newer: Message | None
    chased_after: datetime | None


def page(user: User, message: Message) -> MessagePage:
    """The history of one message, in ten statements however often it was tried."""
    colleague = resending.is_for_a_colleague(message)
    kept = colleague and message.channel in BY_PHONE
    sent = list(messages.repeats(message))
    newer = sent[-1] if sent[-1].pk != message.pk else None
    references = rounds.references_together(user, [message.pk]).get(message.pk, [])
    return MessagePage(
        row=message,
        what=plain(message.kind),
        medium=message.get_channel_display(),
        organisation=rounds.organisation_names([message.organisation_id]).get(message.organisation_id or 0, ""),
        address=KEPT if kept else _address(message),
        closed=resending.is_closed(message, _address(message)),
        # Turned round, so that of what happened at the same moment the last stands first as well.
        entries=sorted((*_entries(message), *_repeats(sent)), key=lambda entry: entry.when)[::-1],
        references=references if len(references) > 1 else [],
        may_send_again=not (colleague or newer or message.state in Message.OPEN or message.read_at),
        owed_to=_owed_to(message),
        on_record=[] if kept else resending.on_record(message),
        newer=newer,
        chased_after=_chased_after(message),
    )


def _chased_after(message: Message) -> datetime | None:
    may_yet_be_read = message.state in (*Message.OPEN, *Message.WENT) and not (message.read_at or message.chased_at)
    return message.read_by if may_yet_be_read else None


def _owed_to(message: Message) -> str:
    if message.recipient_name:
        return message.recipient_name
    return message.recipient_user.name if message.recipient_user else REFERRER


def _address(message: Message) -> str:
    if message.channel == Message.Channel.LETTER:
        return message.recipient_address
    return message.recipient_phone if message.channel in BY_PHONE else message.recipient_email


def _entries(message: Message) -> Iterator[Entry]:
    yield Entry(message.owed_at, "Owed")
    for one in Attempt.objects.filter(message=message).order_by("pk"):
        tone = "" if one.outcome == Attempt.Outcome.ACCEPTED else "alert"
        body = TWICE if one.possibly_duplicate else ""
        yield Entry(one.at, TRIED[Attempt.Outcome(one.outcome)], body=body, tone=tone)
    if message.settled_at and (ended := ENDED.get(Message.State(message.state))):
        yield Entry(message.settled_at, ended[0], tone=ended[1])
    if message.read_at:
        yield Entry(message.read_at, "Known: read, fetched, acknowledged or told by a person", tone="done")
    if message.chased_at:
        yield Entry(message.chased_at, "Not read: a person is asked to call")
    yield from _calls(message)


def _repeats(sent: Sequence[Message]) -> Iterator[Entry]:
    """Who sent it once more, where to and why; an address of their own choosing stands out."""
    again = {one.pk: one for one in sent}
    rows = Event.objects.filter(
        about_type=Message._meta.label_lower, about_id__in=again, what="message_sent_again"
    ).order_by("pk")
    for row in rows:
        other = "" if row.detail.get("on_record") else " This address is not on record."
        yield Entry(
            row.at,
            f"Sent once more to {_address(again[row.about_id or 0])}",
            by=row.actor_label.partition(" <")[0],
            body=f"{row.detail['reason']}{other}",
            tone="alert" if other else "",
        )


def _calls(message: Message) -> Iterator[Entry]:
    calls = list(CallTask.objects.filter(message=message).select_related("done_by").order_by("pk"))
    tries = Event.objects.filter(
        about_type=CallTask._meta.label_lower, about_id__in=[call.pk for call in calls], what="call_put_off"
    )
    for call in calls:
        yield Entry(call.owed_at, "A telephone call is owed", body=call.get_why_display())
    for one in tries.order_by("pk"):
        who = one.actor_label.partition(" <")[0]
        yield Entry(one.at, "They could not be told yet: still owed", by=who, body=one.detail["because"], tone="alert")
    for call in calls:
        if call.done_at:
            who = call.done_by.name if call.done_by else ""
            title = call.get_how_display() if call.done_by else call.get_state_display()
            yield Entry(call.done_at, title, by=who, body=call.note, tone="done")
