"""Why a service of accounts refuses. Each message is written for the person at the screen."""


class Refused(Exception):
    """The act cannot be done as things stand; `message` says why in plain words, `field` which answer to mend."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class SomeoneElse(Refused):
    """Another person was quicker: the loser of a race is told who won."""


class NotNow(Refused):
    """The record is not in a state in which this can be done."""
