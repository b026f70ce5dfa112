"""What a limit is. It stands apart from the counting, so that a view can name one before models are loaded."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each stretch of `per`; `says` is the sentence for whoever is over it.

    `counts` is what is counted and by which key, as docs/limits.md prints it.
    """

    name: str
    most: int
    per: timedelta
    says: str
    counts: str = "what one address posts"
