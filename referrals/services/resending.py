"""Send once more what came back, failed or was not read."""

from django.db import transaction

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.outbox import channels
from mash.outbox.models import Message
from mash.outbox.services import messages
from referrals import visible
from referrals.errors import NotNow, Refused
from referrals.services import rights

Channel = Message.Channel
FIELDS = {Channel.EMAIL: "email", Channel.LETTER: "address"}
"""What a corrected address is to each medium; to the others it is a number."""


@transaction.atomic
def resend(*, by: User, message: Message, address: str, reason: str) -> Message:
    """Owe it once more, to the same or a corrected address or number, as a message of its own.

    The words stay what they were: they name nobody, so a wrong address learns nothing. Raises Refused for an address
    that cannot be one or a missing reason, NotNow while the first is still on its way, or when it is known by now.
    """
    rights.require(by, Act.SEE_OWED)
    if not visible.messages(by).filter(pk=message.pk).exists():
        raise NotNow("You can no longer see what this is about.")
    if not reason:
        raise Refused("Say why it is sent again", field="reason")
    if not channels.usable(message.channel, email=address, phone=address, address=address):
        raise Refused("Enter an address or number that it could go to", field="address")
    if message.read_at:
        raise NotNow("They know it by now. It need not be sent again.")
    try:
        again = messages.resend(by=by, message=message, **{FIELDS.get(Channel(message.channel), "phone"): address})
    except messages.NotNow as still_open:
        raise NotNow(f"{still_open} Wait until it has, or has failed.") from still_open
    events.record(by=by, what="message_sent_again", about=again, detail={"first": message.pk, "reason": reason})
    return again
