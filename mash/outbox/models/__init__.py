"""Messages we owe, each attempt to carry one, and the calls people make instead."""

from mash.outbox.models.attempts import Attempt
from mash.outbox.models.calls import CallRound, CallTask
from mash.outbox.models.messages import Message
from mash.outbox.models.resting import Resting
from mash.outbox.models.troubles import Trouble

__all__ = ["Attempt", "CallRound", "CallTask", "Message", "Resting", "Trouble"]
