"""One message from the fact that made it owed to the day it was known, in plain words; never what it said."""

from collections.abc import Iterator
from dataclasses import dataclass

from accounts.models import User
from mash.outbox.channels import BY_PHONE
from mash.outbox.models import Attempt, CallTask, Message
from referrals.selectors import rounds
from referrals.selectors.loop import plain
from referrals.selectors.timeline import Entry

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
ENDED = {
    Message.State.DELIVERED: ("It arrived", "done"),
    Message.State.BOUNCED: ("It came back", "alert"),
    Message.State.FAILED: ("It could not be sent: a person is asked to call", "alert"),
    Message.State.CANCELLED: ("No longer owed", ""),
}


@dataclass(frozen=True, slots=True)
class MessagePage:
    """What was owed to whom, where it stands, and all that happened to it, the newest first."""

    row: Message
    what: str
    medium: str
    organisation: str
    address: str
    entries: list[Entry]
    references: list[str]
    may_send_again: bool


def page(user: User, message: Message) -> MessagePage:
    """The history of one message, in five statements however often it was tried."""
    references = rounds.references_together(user, [message.pk]).get(message.pk, [])
    return MessagePage(
        row=message,
        what=plain(message.kind),
        medium=message.get_channel_display(),
        organisation=rounds.organisation_names([message.organisation_id]).get(message.organisation_id or 0, ""),
        address=_address(message),
        entries=sorted(_entries(message), key=lambda entry: entry.when, reverse=True),
        references=references if len(references) > 1 else [],
        may_send_again=message.state not in Message.OPEN and message.read_at is None,
    )


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
        yield Entry(message.read_at, "Known: read, fetched or acknowledged", tone="done")
    if message.chased_at:
        yield Entry(message.chased_at, "Not read in time: a person is asked to call")
    yield from _calls(message)


def _calls(message: Message) -> Iterator[Entry]:
    for call in CallTask.objects.filter(message=message).select_related("done_by").order_by("pk"):
        yield Entry(call.owed_at, "A telephone call is owed", body=call.get_why_display())
        if call.done_at:
            who = call.done_by.name if call.done_by else ""
            title = call.get_how_display() if call.done_by else call.get_state_display()
            yield Entry(call.done_at, title, by=who, body=call.note, tone="done")
