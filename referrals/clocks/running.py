"""One clock: from its start, the limit in force at its start, and its pauses, to where it stands now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from referrals.choices import WarningStep
from referrals.clocks import measures


class State(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a clock needs to know of a limit."""

    amount: int
    unit: str
    warn_at: int = 50
    tell_manager_at: int = 80


@dataclass(frozen=True, slots=True)
class Pause:
    """It stood still from one moment to another; `until` None: it still does."""

    since: datetime
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """Where one promise stands. `used` is the share of its time, 1.0 or more when it is late."""

    key: str
    rule: Rule
    started_at: datetime
    due_at: datetime
    used: float
    state: State
    stopped_at: datetime | None
    pauses: tuple[Pause, ...]

    @property
    def runs(self) -> bool:
        """Whether somebody still has to keep it."""
        return self.stopped_at is None

    @property
    def steps(self) -> list[WarningStep]:
        """Whom it is time to warn. What is late is late: nobody is warned of it first."""
        if not self.runs or self.state == State.PAUSED:
            return []
        if self.state == State.LATE:
            return [WarningStep.LATE]
        reached = [(WarningStep.HOLDER, self.rule.warn_at), (WarningStep.MANAGER, self.rule.tell_manager_at)]
        return [step for step, share in reached if self.used * 100 >= share]


def due(rule: Rule, start: datetime, pauses: Sequence[Pause] = (), *, now: datetime | None = None) -> datetime:
    """When a clock that began at `start` must be met. A pause moves it by exactly what passed of the limit's own time.

    A pause that has not ended counts until `now`. What paused only after the time was used changes nothing.
    """
    longer = timedelta()
    ends = measures.due(rule.unit, rule.amount, start)
    for pause in sorted(pauses, key=lambda one: one.since):
        if pause.since >= ends:
            break
        longer += _stood_still(rule, start, pause, now)
        ends = measures.due(rule.unit, rule.amount, start, longer)
    return ends


def clock(
    key: str,
    rule: Rule,
    start: datetime,
    pauses: Sequence[Pause] = (),
    *,
    now: datetime,
    stopped: datetime | None = None,
    fixed: datetime | None = None,
) -> Clock:
    """The clock as it stands at `now`, or as it stood when it was `stopped`. Its due time may have been `fixed` when
    it began."""
    at = min(now, stopped) if stopped else now
    ends = fixed or due(rule, start, pauses, now=at)
    return Clock(
        key=key,
        rule=rule,
        started_at=start,
        due_at=ends,
        used=_used(rule, start, ends, at),
        state=_state(ends, pauses, at, stopped),
        stopped_at=stopped,
        pauses=tuple(pauses),
    )


def _stood_still(rule: Rule, start: datetime, pause: Pause, now: datetime | None) -> timedelta:
    until = min((moment for moment in (pause.until, now) if moment is not None), default=pause.since)
    return measures.passes(rule.unit, max(pause.since, start), until)


def _used(rule: Rule, start: datetime, ends: datetime, at: datetime) -> float:
    """1 less what is left of the whole; what is late has used it all."""
    whole = measures.passes(rule.unit, start, measures.due(rule.unit, rule.amount, start))
    return 1 - measures.passes(rule.unit, at, ends) / whole


def _state(ends: datetime, pauses: Sequence[Pause], at: datetime, stopped: datetime | None) -> State:
    if stopped is not None:
        return State.MET if stopped <= ends else State.LATE
    if any(pause.until is None and pause.since < ends for pause in pauses):
        return State.PAUSED
    return State.LATE if at > ends else State.RUNNING
