"""The ways out. A channel is one module with `deliver`; it raises one of four failures and knows no state."""

from collections.abc import Callable

from mash.outbox.channels import email as email_channel
from mash.outbox.channels import numbers
from mash.outbox.channels.failures import Permanent, Temporary, Uncertain, Unreachable
from mash.outbox.models import Message

Deliver = Callable[[Message], str]
CHANNELS: dict[str, Deliver] = {"email": email_channel.deliver}
BY_PHONE = frozenset({"sms", "voice"})


def deliver(message: Message) -> str:
    """Hand `message` to its channel's provider; the receipt, once the provider has accepted it.

    Raises Permanent, Temporary, Uncertain or Unreachable.
    """
    return CHANNELS[message.channel](message)


def usable(channel: str, *, email: str, phone: str) -> bool:
    """Whether what we know of somebody could be an address of this channel, by its form.

    A number is one that a telephone network could connect: with its country's code, or as dialled within the United
    Kingdom.
    """
    return numbers.usable(phone) if channel in BY_PHONE else email_channel.usable(email)


__all__ = ["CHANNELS", "Permanent", "Temporary", "Uncertain", "Unreachable", "deliver", "usable"]
