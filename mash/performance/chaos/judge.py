"""The account after the killing: what was lost, what went twice, and whether it came within the declared windows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from statistics import median

from mash.outbox import windows
from mash.performance.chaos.evidence import Evidence, Owed
from mash.performance.report import Row, count, row

WENT = frozenset({"sent", "delivered"})


def rows(found: Evidence) -> list[Row]:
    """What was promised, each against its number, and what is good to know."""
    sent, owed = len(found.acknowledged), len(found.owed)
    went_twice = twice(found)
    promised = [
        count("kills left undone", found.kills_planned - len(found.kills), goal=0, n=found.kills_planned),
        count("referrals never acknowledged", len(unacknowledged(found)), goal=0, n=len(found.keys)),
        count("acknowledged referrals missing", len(missing(found)), goal=0, n=sent),
        count("referrals made twice", made_twice(found), goal=0, n=len(found.referrals)),
        count("messages lost", len(lost(found)), goal=0, n=owed),
        count("duplicates not marked", sum(not one.marked for one in went_twice), goal=0, n=len(went_twice)),
        count("duplicates outside the declared window", len(outside(found)), goal=0, n=len(went_twice)),
        count("messages left behind beyond the window", len(left_behind(found)), goal=0, n=owed),
        count("account out of balance", float(not found.balances), goal=0, n=owed),
    ]
    return [*promised, *_good_to_know(found)]


def unacknowledged(found: Evidence) -> set[str]:
    """Keys that never had an answer, or a refusal."""
    return set(found.keys) - {one.key for one in found.acknowledged}


def missing(found: Evidence) -> set[str]:
    """Referrals that were acknowledged and are not there."""
    return {one.reference for one in found.acknowledged} - {reference for reference, _ in found.referrals}


def made_twice(found: Evidence) -> int:
    """Referrals beyond the first from one referrer; each key has a referrer of its own."""
    return sum(times - 1 for times in Counter(address for _, address in found.referrals).values())


def lost(found: Evidence) -> set[str]:
    """Messages that did not go, or are said to have gone and never arrived; news that was never owed, or by nobody."""
    by_mail = {one.mail for one in found.owed}
    never_went = {one.mail for one in found.owed if one.state not in WENT}
    never_owed = {reference for reference, _ in found.referrals} - {one.about for one in found.owed}
    return never_went | by_mail ^ set(found.arrivals) | never_owed


def twice(found: Evidence) -> list[Owed]:
    """Messages that arrived more than once."""
    return [one for one in found.owed if len(found.arrivals.get(one.mail, ())) > 1]


def outside(found: Evidence) -> list[Owed]:
    """Those of which a copy came sooner or later after the one before than the death of its carrier explains."""
    return [one for one in twice(found) if not all(_explained(one, *pair) for pair in pairwise(_copies(found, one)))]


def late(found: Evidence) -> list[Owed]:
    """Messages that went after their window: one to be found, and one more for each carrier that died with them."""
    return [one for one in found.owed if one.sent_at and one.sent_at > _window_ends(one)]


def left_behind(found: Evidence) -> list[Owed]:
    """Late ones that were overtaken by a message that was not even owed when their window ended.

    While nothing works, or a backlog is worked off in turn, all wait alike; that says how much was killed and how quick
    the machine is. Whoever is overtaken like that was forgotten.
    """
    went = [(one.owed_at, one.sent_at) for one in found.owed if one.sent_at]
    return [
        one
        for one in late(found)
        if any(owed > _window_ends(one) and one.sent_at and sent < one.sent_at for owed, sent in went)
    ]


def recoveries(found: Evidence) -> list[float]:
    """For each kill, seconds until a referral sent after it was acknowledged and its mail had arrived."""
    arrived = sorted((one.owed_at, min(found.arrivals[one.mail])) for one in found.owed if one.mail in found.arrivals)
    return list(_recoveries([kill.at for kill in found.kills], arrived))


def _recoveries(kills: Sequence[datetime], arrived: Sequence[tuple[datetime, datetime]]) -> Iterator[float]:
    for killed in kills:
        after = [arrival for owed, arrival in arrived if owed > killed]
        if after:
            yield (min(after) - killed).total_seconds()


def _window_ends(one: Owed) -> datetime:
    return one.owed_at + windows.FOUND + len(one.abandoned) * windows.RECOVERED


def _copies(found: Evidence, one: Owed) -> list[datetime]:
    return sorted(found.arrivals[one.mail])


def _explained(one: Owed, first: datetime, second: datetime) -> bool:
    """A second copy has a claim that ran out before it, and one window for each such claim."""
    deaths = sum(first < moment < second for moment in one.abandoned)
    return deaths > 0 and second - first <= deaths * windows.RECOVERED


def _good_to_know(found: Evidence) -> list[Row]:
    owed, kills, times = len(found.owed), len(found.kills), recoveries(found) or [0.0]
    copies = sum(len(_copies(found, one)) - 1 for one in twice(found))
    again = sum(one.again for one in found.acknowledged)
    abandoned = sum(len(one.abandoned) for one in found.owed)
    waits = [(one.sent_at - one.owed_at).total_seconds() for one in found.owed if one.sent_at] or [0.0]
    window, found_within = windows.RECOVERED.total_seconds(), windows.FOUND.total_seconds()
    per_part = ", ".join(f"{times} {part}" for part, times in sorted(Counter(one.part for one in found.kills).items()))
    unit = "count"
    return [
        row(f"killed: {per_part}", kills, found.kills_planned, against="planned", unit=unit, n=kills),
        row("ended without being killed", found.ended_by_themselves, kills, against="kills", unit=unit, n=kills),
        row("acknowledged when asked again", again, len(found.keys), against="referrals", unit=unit, n=len(found.keys)),
        row("carriers that died with a message", abandoned, owed, against="messages owed", unit=unit, n=owed),
        row("duplicates received", copies, owed, against="messages owed", unit=unit, n=owed),
        row("messages later than the declared window", len(late(found)), owed, against="owed", unit=unit, n=owed),
        row("longest wait of a message", max(waits), window, against="declared window", unit="s", n=owed),
        row("recovery after a kill, median", median(times), found_within, against="declared", unit="s", n=len(times)),
        row("recovery after a kill, worst", max(times), found_within, against="declared", unit="s", n=len(times)),
    ]
