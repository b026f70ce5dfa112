"""Evidence of runs that went well or badly, one referral and one message each second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from mash.outbox import windows
from mash.performance.chaos.agency import Acknowledged, address
from mash.performance.chaos.evidence import Evidence, Kill, Owed

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LEASE = windows.LEASE.total_seconds()


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def a_message(number: int, **changes: Any) -> Owed:
    """Owed at its number of seconds past noon, sent a second later."""
    row = Owed(mail=f"<{number}>", about=f"REF{number}", state="sent", owed_at=at(number), sent_at=at(number + 1))
    return replace(row, **changes)


def a_run(*messages: Owed, **changes: Any) -> Evidence:
    """Three referrals, each told; a web process was killed when the first had gone."""
    owed = list(messages) or [a_message(number) for number in range(3)]
    numbers = [int(one.mail.strip("<>")) for one in owed]
    run = Evidence(
        keys=[f"k{number}" for number in numbers],
        acknowledged=[Acknowledged(f"k{number}", f"REF{number}", again=False) for number in numbers],
        referrals=[(f"REF{number}", address(f"k{number}")) for number in numbers],
        owed=owed,
        arrivals={one.mail: [one.owed_at + timedelta(seconds=0.9)] for one in owed},
        kills=[Kill("web", at(0.5))],
        kills_planned=1,
        balances=True,
    )
    return replace(run, **changes)


def twice(second: float, **changes: Any) -> Evidence:
    """One message that arrived at 0.9 seconds and again so many seconds later."""
    message = a_message(0, sent_at=at(second + 1), **changes)
    return a_run(message, arrivals={"<0>": [at(0.9), at(0.9 + second)]})
