"""Send once more what came back, failed or was not read."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from accounts.policy import Act
from mash.audit import events
from mash.govuk.moments import when_words
from mash.lib.text import clean
from mash.outbox import channels
from mash.outbox.channels import BY_PHONE, numbers
from mash.outbox.models import Message
from mash.outbox.services import messages
from referrals import visible
from referrals.choices import OutcomeKind
from referrals.errors import NotNow, Refused
from referrals.services import acknowledging, rights

Channel = Message.Channel
FIELDS = {Channel.EMAIL: "email", Channel.LETTER: "address"}
"""What a corrected address is to each medium; to the others it is a number."""
MOST_REPEATS = 5
TO_REFERRERS = frozenset(OutcomeKind.values) | {acknowledging.KIND, "batch_received", "consultation_answered"}


@transaction.atomic
def resend(*, by: User, message: Message, address: str, reason: str) -> Message:
    """Owe it once more, to the same or a corrected address or number, as a message of its own.

    The words stay what they were: they name nobody, so a wrong address learns nothing; a shared inbox's button goes to
    that inbox alone. Whether the address is on record is written down with the reason, and shown. Raises Refused for
    an address that cannot be one, a number abroad or one that earns, or a missing reason; NotNow after five repeats,
    while it is still on its way, when somebody has sent it once more or it is known by now, for what was a colleague's,
    whose telephone is their own, and to the account of somebody who has left.
    """
    rights.require(by, Act.SEE_OWED)
    if not visible.messages(by).filter(pk=message.pk).exists():
        raise NotNow("You can no longer see what this is about.")
    if not reason:
        raise Refused("Say why it is sent again", field="reason")
    _check_address(message, address)
    _check_need(message)
    if is_closed(message, address):
        raise NotNow("They have left, and no longer read that. Tell whoever may know in their place.")
    again = _again(by, message, address)
    known = clean(address).casefold() in {one.casefold() for one in on_record(message)}
    detail = {"first": message.pk, "reason": reason, "on_record": known}
    events.record(by=by, what="message_sent_again", about=again, detail=detail)
    return again


def _check_address(message: Message, address: str) -> None:
    if not channels.usable(message.channel, email=address, phone=address, address=address):
        raise Refused("Enter an address or number that it could go to", field="address")
    if message.channel in BY_PHONE and not numbers.ordinary(address):
        raise Refused("Enter an ordinary telephone number of the United Kingdom", field="address")


def _check_need(message: Message) -> None:
    if is_for_a_colleague(message):
        raise NotNow("This was for a colleague. It is not sent again from here.")
    if message.read_at:
        raise NotNow("They know it by now. It need not be sent again.")
    if messages.repeats(message).count() > MOST_REPEATS:
        raise NotNow(f"It was sent again {MOST_REPEATS} times. Telephone them, or write to them.")


def is_for_a_colleague(message: Message) -> bool:
    """Whether it was for somebody at work about what they do, and not news for whoever referred or asked."""
    return message.recipient_user_id is not None and message.kind not in TO_REFERRERS


def is_closed(message: Message, address: str) -> bool:
    """Whether this is the address of the account of whoever it is for, and they have left: nobody reads it."""
    reader = message.recipient_user
    return reader is not None and reader.has_left and clean(address).casefold() == reader.email.casefold()


def on_record(message: Message) -> list[str]:
    """The addresses or numbers at which we know whoever it is for: the inbox of their organisation, or where the first
    of its repeats went and their account's address. Not that of an account which is closed."""
    first = messages.repeats(message).select_related("recipient_user__organisation")[0]
    if first.kind == acknowledging.KIND:
        return [
            *Organisation.objects.filter(pk=first.organisation_id or 0)
            .exclude(shared_inbox="")
            .values_list("shared_inbox", flat=True)
        ]
    if first.channel == Channel.LETTER:
        return [first.recipient_address]
    if first.channel in BY_PHONE:
        return [first.recipient_phone]
    own = first.recipient_user.email if first.recipient_user else ""
    return list(dict.fromkeys(one for one in (first.recipient_email, own) if one and not is_closed(first, one)))


def _again(by: User, message: Message, address: str) -> Message:
    try:
        return messages.resend(by=by, message=message, **{FIELDS.get(Channel(message.channel), "phone"): address})
    except messages.SentAgain as late:
        when = when_words(late.again.owed_at, now=timezone.now())
        raise NotNow(f"It was sent once more already, {when}.") from late
    except messages.NotNow as still_open:
        raise NotNow(f"{still_open} Wait until it has, or has failed.") from still_open
