"""Time limits as they were, are and will be. A clock goes by the limit that was in force when it began."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from referrals.choices import ClockKey, Rating
from referrals.clocks import Rule
from referrals.clocks.explaining import amount_words
from referrals.models import Limit
from referrals.models.clocks import RAG_KEY

FROM_THE_START = 2000
"""What shipped with the product counts from this year: before any record, since the sources give no day."""
GROUPS = (
    ("The front door", (ClockKey.DECISION, ClockKey.RAG_RED, ClockKey.RAG_AMBER, ClockKey.RAG_GREEN, ClockKey.LADO)),
    (
        "Cases",
        (
            ClockKey.CASE_ACCEPTANCE,
            ClockKey.CASE_ALLOCATION,
            ClockKey.CASE_REVIEW,
            ClockKey.ASSESSMENT,
            ClockKey.TRANSFER_RECEIPT,
        ),
    ),
    (
        "Conferences",
        (
            *(ClockKey.STRATEGY_TO_CONFERENCE, ClockKey.CORE_GROUP, ClockKey.LATER_CORE_GROUPS),
            *(ClockKey.FIRST_REVIEW, ClockKey.LATER_REVIEWS, ClockKey.RAPID_REVIEW),
        ),
    ),
)


class NoLimit(LookupError):
    """No limit was in force: the reference data was not loaded."""


@dataclass(frozen=True, slots=True)
class Line:
    """One limit on the page: the one in force, and those that are to come."""

    limit: Limit
    amount: str
    since: datetime | None
    coming: list["Line"]


@dataclass(frozen=True, slots=True)
class Book:
    """Every limit there ever was, read once: for looking up many."""

    rows: dict[str, list[Limit]]

    def at(self, key: str, moment: datetime) -> Limit:
        """The limit that was in force then. Raises NoLimit."""
        found = next((row for row in self.rows.get(key, []) if row.in_force_from <= moment), None)
        if found is None:
            raise NoLimit(f"No limit for {key} on {moment:%d %B %Y}: run load_limits.")
        return found


def limit(key: str, *, at: datetime) -> Limit:
    """The limit for one kind of clock that was in force at a moment; of two from the same moment, the later one
    that was written. Raises NoLimit."""
    rows = Limit.objects.filter(key=key, in_force_from__lte=at).order_by("-in_force_from", "-pk")
    found = rows.first()
    if found is None:
        raise NoLimit(f"No limit for {key} on {at:%d %B %Y}: run load_limits.")
    return found


def book(*keys: str) -> Book:
    """The limits for some kinds of clock, or for all, the newest first, in one statement."""
    found = Limit.objects.filter(key__in=keys) if keys else Limit.objects.all()
    rows: dict[str, list[Limit]] = {}
    for row in found.select_related("by").order_by("-in_force_from", "-pk"):
        rows.setdefault(row.key, []).append(row)
    return Book(rows)


def rule(row: Limit) -> Rule:
    """What a clock needs of it."""
    return Rule(row.amount, row.unit, row.warn_at, row.tell_manager_at)


def page() -> list[tuple[str, list[Line]]]:
    """Each group of limits with the one in force of each kind, and what is to come."""
    everything, now = book(), timezone.now()
    return [(title, [line_of(everything, key, now) for key in keys]) for title, keys in GROUPS]


def line_of(everything: Book, key: str, now: datetime) -> Line:
    """One kind, as it is now, with what is to come in its order."""
    present = everything.at(key, now)
    coming = [row for row in everything.rows[key] if row.in_force_from > now]
    return _line(present, [_line(row, []) for row in reversed(coming)])


def history(key: str) -> list[Line]:
    """Everything that was ever set for one kind, the newest first."""
    return [_line(row, []) for row in book(key).rows.get(key, [])]


def _line(row: Limit, coming: list[Line]) -> Line:
    since = None if row.in_force_from.year <= FROM_THE_START else row.in_force_from
    return Line(row, amount_words(rule(row)), since, coming)


def colour_hints() -> dict[str, str]:
    """What each colour asks for today, for choosing one."""
    known, now = book(*RAG_KEY.values()), timezone.now()
    timed = {
        str(colour): f"Information within {amount_words(rule(known.at(key, now)))}" for colour, key in RAG_KEY.items()
    }
    return timed | {str(Rating.BLUE): "No target"}
