"""How a channel fails. The text of a failure is for the record of attempts; no log line repeats it."""


class Temporary(Exception):
    """Not now: the same message may be accepted later."""


class Unreachable(Temporary):
    """The provider itself could not be reached, so no other message would fare better now."""


class Uncertain(Temporary):
    """No answer came in the middle of it: the provider may have accepted all the same."""


class Permanent(Exception):
    """Never: this provider will not carry this message to this address."""
