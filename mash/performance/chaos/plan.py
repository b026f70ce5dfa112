"""When what is killed: drawn from a seed, so that a bad run can be had again."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

# Random, but a web or worker process lives longer than it takes to start, or nothing would ever be killed at work.
SECONDS_TO_A_KILL = 6.0
# Submissions end a little before the killing does, so that deliveries alone are interrupted too.
SUBMITTING = 0.9


@dataclass(frozen=True, slots=True)
class Blow:
    """`part` dies `after` seconds."""

    after: float
    part: str


def blows(parts: Sequence[str], *, kills: int, seed: int) -> list[Blow]:
    """Each part as often as the others, in random order, at random moments within `duration(kills)`."""
    rng = random.Random(seed)  # noqa: S311 - chance, not secrecy
    victims = list(islice(cycle(parts), kills))
    rng.shuffle(victims)
    moments = sorted(rng.uniform(0, duration(kills)) for _ in victims)
    return [Blow(after, part) for after, part in zip(moments, victims, strict=True)]


def duration(kills: int) -> float:
    """Seconds from the first submission to the last blow, at most."""
    return kills * SECONDS_TO_A_KILL


def due(number: int, *, messages: int, kills: int) -> float:
    """Seconds after which the submission of this number is sent: spread evenly."""
    return number / messages * duration(kills) * SUBMITTING
