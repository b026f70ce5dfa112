"""Messages we owe, each attempt to carry one, and the calls people make instead."""

from mash.outbox.models.attempts import Attempt
from mash.outbox.models.calls import CallTask
from mash.outbox.models.messages import Message

__all__ = ["Attempt", "CallTask", "Message"]
