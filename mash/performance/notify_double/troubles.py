"""What a provider does instead of answering well."""

from enum import Enum


class Trouble(Enum):
    """One request's trouble. Those that keep the message have accepted it, though whoever asked never hears so."""

    NONE = "none"
    INTERNAL_ERROR = "500 in its own words"
    BAD_GATEWAY = "502 of whatever stands before it, which speaks no JSON"
    RATE_LIMIT = "429: too many in a minute"
    DAILY_LIMIT = "429: too many for today"
    SILENCE = "no answer, and nothing kept"
    SILENCE_AFTER_KEEPING = "no answer, though it is kept"
    CUT = "the line is cut, and nothing kept"
    CUT_AFTER_KEEPING = "the line is cut, though it is kept"
    NOT_JSON = "201 with a page of HTML, and it is kept"

    @property
    def keeps(self) -> bool:
        """Whether the message is accepted all the same."""
        return self in _KEEPS

    @property
    def answers(self) -> bool:
        """Whether whoever asked hears anything."""
        return self not in _SILENT


_KEEPS = frozenset({Trouble.NONE, Trouble.SILENCE_AFTER_KEEPING, Trouble.CUT_AFTER_KEEPING, Trouble.NOT_JSON})
_SILENT = frozenset({Trouble.SILENCE, Trouble.SILENCE_AFTER_KEEPING, Trouble.CUT, Trouble.CUT_AFTER_KEEPING})
