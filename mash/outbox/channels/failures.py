"""How a channel fails. The text of a failure is for the record of attempts; no log line repeats it."""


class Temporary(Exception):
    """Not now: the same message may be accepted later."""


class Unreachable(Temporary):
    """The provider itself could not be reached, or takes nothing now, so no other message would fare better."""


class Barred(Unreachable):
    """The provider does not know our key. Nobody's address is at fault: it waits until somebody puts the key right."""


class Rejected(Temporary):
    """The provider asks us to put something of ours right, a template for instance. Another message may fare better."""


class Uncertain(Temporary):
    """No answer came in the middle of it: the provider may have accepted all the same."""


class Permanent(Exception):
    """Never: this provider will not carry this message to this address."""


class Found(str):
    """A receipt of an earlier try whose answer was lost: the provider had it already, and nothing went twice."""

    __slots__ = ()
