"""The ways out. A channel is one module with `deliver`; it raises one of four failures and knows no state."""

from collections.abc import Callable

from mash.outbox.channels import email
from mash.outbox.channels.failures import Permanent, Temporary, Uncertain, Unreachable
from mash.outbox.models import Message

Deliver = Callable[[Message], str]
CHANNELS: dict[str, Deliver] = {"email": email.deliver}


def deliver(message: Message) -> str:
    """Hand `message` to its channel's provider; the receipt, once the provider has accepted it.

    Raises Permanent, Temporary, Uncertain or Unreachable.
    """
    return CHANNELS[message.channel](message)


__all__ = ["CHANNELS", "Permanent", "Temporary", "Uncertain", "Unreachable", "deliver"]
