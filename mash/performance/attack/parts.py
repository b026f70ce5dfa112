"""Two processes at once, each with a copy of the database: two cores do in one time what one does in two."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from django.db import connections

from mash.performance.attack import play
from mash.performance.attack.play import Found, Part
from mash.performance.attack.targets import Found as Scouted
from mash.performance.attack.targets import Scout
from mash.performance.bench import databases

Say = Callable[[str], object]


def play_all(scout: Scout, scouted: Scouted, *, database: str, number: int, seed: int, jobs: int, say: Say) -> Found:
    """`number` inputs in all. What was scouted is known to every process, since each is a copy of this one."""
    share = [number // jobs + (place < number % jobs) for place in range(jobs)]
    parts = [Part(one, seed + 1_000 * place, place, jobs) for place, one in enumerate(share)]
    names = [f"{database}_{part.place}" for part in parts]
    connections.close_all()
    fork = multiprocessing.get_context("fork")
    with (
        databases.copied(database, names),
        fork.Pool(jobs, initializer=_known.extend, initargs=([scout, scouted, say],)) as pool,
    ):
        return play.together(pool.starmap(_one, zip(names, parts, strict=True), chunksize=1))


# What a process has from the one it is a copy of: browsers cannot be sent from one to another.
_known: list[Any] = []


def _one(name: str, part: Part) -> Found:
    scout, scouted, say = _known
    databases.use(name)
    try:
        return play.play(scout, scouted, part, say=say)
    finally:
        connections.close_all()
