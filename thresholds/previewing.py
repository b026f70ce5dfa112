"""What a framework would have said of facts that were weighed before, counted. Pure: rows in, numbers out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal
from uuid import UUID

from thresholds import engine
from thresholds.engine import Facts
from thresholds.engine.words import ROUTE_RANK

Way = Literal["up", "down", "renamed", "same"]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One child as the hub weighed them: the answer that was kept, and the facts it rests on."""

    about: UUID
    level: int | None
    band: str
    route: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Answer:
    """What one referral comes to, by its worst child."""

    level: int
    band: str
    route: str

    @property
    def height(self) -> tuple[int, int]:
        """How serious: the level, then how protective the route is. No level yet is below Level 1."""
        return self.level, ROUTE_RANK[self.route]


@dataclass(frozen=True, slots=True)
class Move:
    """So many referrals that would go from one band and route to another."""

    way: Way
    from_level: int
    from_band: str
    from_route: str
    to_level: int
    to_band: str
    to_route: str
    number: int


@dataclass(frozen=True, slots=True)
class Preview:
    """How many referrals were tried and what would differ.

    `up`, `down`, `renamed` and `same` add up to `tried`: more serious, less serious, another band at the same level and
    route, no change. `level`, `band` and `route` count those in which that one differs. `lost` counts the referrals
    that use a sign which is no longer there, by its code; `losing` all of them, each once.
    """

    tried: int
    up: int
    down: int
    renamed: int
    same: int
    level_up: int
    level_down: int
    band: int
    route_up: int
    route_down: int
    losing: int
    lost: dict[str, int]
    moves: tuple[Move, ...]

    def as_json(self) -> dict[str, Any]:
        """For keeping beside the draft."""
        return asdict(self)


def tried(rows: Iterable[Weighed], framework: engine.Framework) -> Preview:
    """What `framework` would have said of these; a sign it does not have is left out, and counted."""
    groups: dict[UUID, list[Weighed]] = {}
    for row in rows:
        groups.setdefault(row.about, []).append(row)
    pairs = [(_worst([_kept(row) for row in group]), _answer(group, framework)) for group in groups.values()]
    lost = [_lost(group, framework) for group in groups.values()]
    ways = Counter(_way(old, new) for old, new in pairs)
    return Preview(
        tried=len(pairs),
        up=ways["up"],
        down=ways["down"],
        renamed=ways["renamed"],
        same=ways["same"],
        level_up=sum(new.level > old.level for old, new in pairs),
        level_down=sum(new.level < old.level for old, new in pairs),
        band=sum(new.band != old.band for old, new in pairs),
        route_up=sum(ROUTE_RANK[new.route] > ROUTE_RANK[old.route] for old, new in pairs),
        route_down=sum(ROUTE_RANK[new.route] < ROUTE_RANK[old.route] for old, new in pairs),
        losing=sum(bool(codes) for codes in lost),
        lost=dict(sorted(Counter(code for codes in lost for code in codes).items())),
        moves=_moves(pairs),
    )


def _worst(answers: Sequence[Answer]) -> Answer:
    """The child that carries the referral, as in the queue: highest level, then the most protective route."""
    return max(answers, key=lambda one: one.height)


def _kept(row: Weighed) -> Answer:
    return Answer(row.level or 0, row.band, row.route)


def _answer(group: Sequence[Weighed], framework: engine.Framework) -> Answer:
    said = [engine.assess(_known(row.facts, framework), framework) for row in group]
    return _worst([Answer(one.level or 0, one.band or "", one.route) for one in said])


def _known(facts: Facts, framework: engine.Framework) -> Facts:
    return replace(facts, indicators=frozenset(one for one in facts.indicators if one.code in framework.by_code))


def _lost(group: Sequence[Weighed], framework: engine.Framework) -> set[str]:
    return {sign.code for row in group for sign in row.facts.indicators if sign.code not in framework.by_code}


def _way(old: Answer, new: Answer) -> Way:
    if new.height > old.height:
        return "up"
    if new.height < old.height:
        return "down"
    return "same" if new.band == old.band else "renamed"


def _moves(pairs: Sequence[tuple[Answer, Answer]]) -> tuple[Move, ...]:
    """Those that would change: going down first, for they are what must be looked at, and the most of a kind first."""
    counted = Counter((old, new) for old, new in pairs if old != new)
    order = {"down": 0, "up": 1, "renamed": 2}
    found = [
        Move(_way(old, new), old.level, old.band, old.route, new.level, new.band, new.route, number)
        for (old, new), number in counted.items()
    ]
    return tuple(
        sorted(found, key=lambda one: (order[one.way], -one.number, one.from_level, one.from_band, one.to_band))
    )
