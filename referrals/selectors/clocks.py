"""Where the clocks of referrals and cases stand: worked out, never stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Min, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from referrals.choices import CaseStage, ClockKey, Rating, Service
from referrals.clocks import Clock, Pause, Rule, clock
from referrals.clocks.explaining import label
from referrals.models import Case, ClockPause, Gathered, RagRating, Referral
from referrals.models.cases import LIVE
from referrals.selectors import limits

Starts = Mapping[ClockKey, tuple[datetime, datetime | None]]
"""Each clock of a record: when it began, and when it was met or ended."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The colour of one referral, and the clock that goes with it (none for blue)."""

    colour: Rating
    clock: Clock | None


def rating(referral: Referral) -> RagRating | None:
    """The rating that stands; None for a referral that came in before there were any."""
    return RagRating.objects.filter(referral=referral).select_related("limit").order_by("-pk").first()


def rated(keys: Iterable[int], *, now: datetime | None = None) -> dict[int, Rated]:
    """The colours of many referrals by their keys, with their clocks, in one statement."""
    at = now or timezone.now()
    rows = Referral.objects.filter(pk__in=list(keys)).values_list("pk", standing())
    return {key: _rated(stored, at) for key, stored in rows if stored}


@dataclass(frozen=True, slots=True)
class InRow:
    """What one line of the queue says of it."""

    colour: Rating
    words: str = ""
    tone: str = "calm"


def for_row(stored: Mapping[str, Any] | None, now: datetime) -> InRow | None:
    """What a line says, of what `standing` put beside it; None for a referral without a rating."""
    return in_row(_rated(stored, now), now) if stored else None


def still(stored: Mapping[str, Any] | None, now: datetime) -> InRow | None:
    """The same while information is still being gathered: None once the referral is decided."""
    return for_row(stored, now) if stored and not stored["decided"] else None


def in_row(one: Rated, now: datetime) -> InRow:
    """The colour of one referral and how its clock stands, in a few words."""
    if one.clock is None:
        return InRow(one.colour, "no target", "calm")
    found = label(one.clock, now=now)
    return InRow(one.colour, f"information: {found.words[0].lower()}{found.words[1:]}", found.tone)


def gathering(referral: Referral) -> Clock | None:
    """The clock for gathering information, as it stands now."""
    found = rated([referral.pk]).get(referral.pk)
    return found.clock if found else None


def decision(referral: Referral, book: limits.Book | None = None, *, now: datetime | None = None) -> Clock:
    """The decision clock. It never stands still; its due time was fixed when the referral came in."""
    known = book or limits.book(ClockKey.DECISION)
    rule = limits.rule(known.at(ClockKey.DECISION, referral.submitted_at))
    ended, at = referral.decided_at, now or timezone.now()
    due = referral.decision_due_at
    return clock(ClockKey.DECISION, rule, referral.submitted_at, now=at, stopped=ended, fixed=due)


def of_case(case: Case) -> list[Clock]:
    """The clocks of a case, in the order in which they begin."""
    return of_cases([case])[case.pk]


def of_cases(cases: Iterable[Case], *, now: datetime | None = None) -> dict[int, list[Clock]]:
    """The same for many cases, in two statements."""
    at, rows = now or timezone.now(), list(cases)
    book, stops = limits.book(*CASE_KEYS), _pauses(rows)
    return {case.pk: _of_case(case, book, stops.get(case.pk, {}), at) for case in rows}


CASE_KEYS = (
    *(ClockKey.CASE_ACCEPTANCE, ClockKey.CASE_ALLOCATION, ClockKey.CASE_REVIEW, ClockKey.ASSESSMENT),
    ClockKey.TRANSFER_RECEIPT,
)


def starts(case: Case) -> Starts:
    """Which clocks a case has, from when, and until when.

    The assessment runs from the decision that made it a referral to social care, so for CADT alone.
    """
    found: dict[ClockKey, tuple[datetime, datetime | None]] = {
        ClockKey.CASE_ACCEPTANCE: (case.offered_at, case.accepted_at or case.ended_at)
    }
    if case.waits_since:
        found[ClockKey.CASE_ALLOCATION] = (case.waits_since, case.allocated_at or case.ended_at)
    if case.review_from and case.stage == CaseStage.ACCEPTED:
        found[ClockKey.CASE_REVIEW] = (case.review_from, None)
    if case.social_care_at and case.stage != CaseStage.RETURNED:
        found[ClockKey.ASSESSMENT] = (case.social_care_at, case.assessed_at or case.ended_at)
    if case.transfer_asked_at:
        found[ClockKey.TRANSFER_RECEIPT] = (case.transfer_asked_at, None)
    return found


RUNS: Mapping[ClockKey, tuple[Q, str]] = {
    ClockKey.CASE_ACCEPTANCE: (Q(stage=CaseStage.OFFERED), "offered_at"),
    ClockKey.CASE_ALLOCATION: (Q(stage=CaseStage.ACCEPTED), "waits_since"),
    ClockKey.CASE_REVIEW: (Q(stage=CaseStage.ACCEPTED), "review_from"),
    ClockKey.ASSESSMENT: (Q(stage__in=LIVE, service=Service.CADT, assessed_at=None), "social_care_at"),
    ClockKey.TRANSFER_RECEIPT: (Q(stage__in=LIVE, transfer_asked_at__isnull=False), "transfer_asked_at"),
}
"""The same as `starts`, for asking the database: whose clock runs, and which column says since when."""


def _of_case(case: Case, book: limits.Book, stops: Mapping[str, list[Pause]], at: datetime) -> list[Clock]:
    return [
        clock(key, limits.rule(book.at(key, start)), start, stops.get(key, []), now=at, stopped=ended)
        for key, (start, ended) in starts(case).items()
    ]


def _pauses(cases: Iterable[Case]) -> dict[int, dict[str, list[Pause]]]:
    found: dict[int, dict[str, list[Pause]]] = {}
    rows = ClockPause.objects.filter(case__in=[case.pk for case in cases], referral=None)
    for row in rows.order_by("since"):
        assert row.case_id is not None
        found.setdefault(row.case_id, {}).setdefault(row.key, []).append(Pause(row.since, row.until, row.reason))
    return found


def standing(referral: str = "pk") -> Subquery:
    """The rating that stands of each of a list of referrals, with its limit, its pauses, and when it was met: an
    expression to annotate the list with, so that a page of any length asks once. In a list of something else,
    `referral` is the way to its referral."""
    mine = Q(referral=OuterRef("referral"))
    stops = ClockPause.objects.filter(mine, case=None, key=OuterRef("limit__key")).order_by("since")
    done = Gathered.objects.filter(mine, at__gte=OuterRef("counts_from")).order_by()
    first = done.values("referral").annotate(first=Min("at")).values("first")
    rows = RagRating.objects.filter(referral=OuterRef(referral)).order_by("-pk")
    known = JSONObject(
        colour="colour",
        since="counts_from",
        key="limit__key",
        **{name: f"limit__{name}" for name in RULE},
        done=Subquery(first),
        decided="referral__decided_at",
        stops=ArraySubquery(stops.values_list(JSONObject(since="since", until="until", reason="reason"))),
    )
    return Subquery(rows.values_list(known)[:1])


RULE = ("amount", "unit", "warn_at", "tell_manager_at")


def _rated(stored: Mapping[str, Any], now: datetime) -> Rated:
    if stored["key"] is None:
        return Rated(Rating(stored["colour"]), None)
    rule = Rule(*(stored[name] for name in RULE))
    since, done, decided = (_moment(stored[name]) for name in ("since", "done", "decided"))
    assert since is not None
    ended = min((moment for moment in (done, decided) if moment), default=None)
    stops = [_pause(one) for one in stored["stops"]]
    return Rated(Rating(stored["colour"]), clock(stored["key"], rule, since, stops, now=now, stopped=ended))


def _pause(stored: Mapping[str, str]) -> Pause:
    since = _moment(stored["since"])
    assert since is not None
    return Pause(since, _moment(stored["until"]), stored["reason"])


def _moment(stored: str | None) -> datetime | None:
    return parse_datetime(stored) if stored else None
