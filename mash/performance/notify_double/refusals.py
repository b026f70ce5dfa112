"""The errors of its contract: a status, and types with words."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """One answer that is not a success."""

    def __init__(self, status: int, errors: Sequence[tuple[str, str]]) -> None:
        super().__init__(f"{status} {errors}")
        self.status = status
        self.errors = errors

    def body(self) -> dict[str, Any]:
        """As it is published: the status again, and a list of types and words."""
        return {
            "status_code": self.status,
            "errors": [{"error": kind, "message": words} for kind, words in self.errors],
        }


def auth(status: int, words: str) -> Refused:
    return Refused(status, [("AuthError", words)])


def bad_request(words: str, *, status: int = 400) -> Refused:
    return Refused(status, [("BadRequestError", words)])


def invalid(*words: str) -> Refused:
    return Refused(400, [("ValidationError", one) for one in words])


def not_found() -> Refused:
    return Refused(404, [("NoResultFound", "No result found")])


def rate_limit(key_type: str, most: int) -> Refused:
    # The documentation calls its "normal" keys live.
    return Refused(
        429,
        [("RateLimitError", f"Exceeded rate limit for key type {key_type.upper()} of {most} requests per 60 seconds")],
    )


def daily_limit(medium: str, most: int) -> Refused:
    return Refused(429, [("TooManyRequestsError", f"Exceeded send limits ({medium}: {most}) for today")])


def internal() -> Refused:
    return Refused(500, [("Exception", "Internal server error")])
