"""When what is killed: drawn from a seed, so that a bad run can be had again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SECONDS_TO_A_KILL = 4.0
# What was killed is let live so long before it is killed again: a process that has not started yet does nothing that
# could be interrupted.
SECONDS_TO_LIVE = 8.0
# Submissions end a little before the killing does, so that deliveries alone are interrupted too.
SUBMITTING = 0.9


@dataclass(frozen=True, slots=True)
class Blow:
    """`part` dies `after` seconds."""

    after: float
    part: str


def blows(parts: Sequence[str], *, kills: int, seed: int) -> list[Blow]:
    """Each part as often as the others, at random moments within `duration(kills)`, in order of time."""
    rng = random.Random(seed)  # noqa: S311 - chance, not secrecy
    order = rng.sample(parts, len(parts))
    each = [len(range(place, kills, len(parts))) for place in range(len(parts))]
    drawn = [Blow(at, part) for part, times in zip(order, each, strict=True) for at in _moments(rng, times, kills)]
    return sorted(drawn, key=lambda blow: blow.after)


def duration(kills: int) -> float:
    """Seconds from the first submission to the last blow, at most."""
    return kills * SECONDS_TO_A_KILL


def due(number: int, *, messages: int, kills: int) -> float:
    """Seconds after which the submission of this number is sent: spread evenly."""
    return number / messages * duration(kills) * SUBMITTING


def _moments(rng: random.Random, times: int, kills: int) -> Iterator[float]:
    """Uniform among all that leave SECONDS_TO_LIVE between two."""
    room = duration(kills) - max(times - 1, 0) * SECONDS_TO_LIVE
    for place, moment in enumerate(sorted(rng.uniform(0, room) for _ in range(times))):
        yield moment + place * SECONDS_TO_LIVE
