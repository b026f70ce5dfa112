"""A condition that a form can show: leaves joined by "all of" or "any of". What is nested deeper is kept whole."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from thresholds.engine.facts import OLDEST_MONTHS

Joiner = Literal["all", "any"]
Leaf = dict[str, Any]
LEAVES = ("immediate_danger", "younger_than_months", "referrals_at_least", "tool_at_least", "needs")
MOST_SIGNS, MOST_AREAS = 50, 20
MOST_NUMBER = {"younger_than_months": OLDEST_MONTHS, "referrals_at_least": 100}
MOST = {"needs": 3, "tool_at_least": 3}
"""How many of a kind the form has room for; one of every other."""


@dataclass(frozen=True, slots=True)
class Flat:
    """Leaves, and whether all or any of them must be met."""

    joiner: Joiner
    leaves: tuple[Leaf, ...]


def flat(when: Any) -> Flat | None:
    """The condition as the form shows it, or nothing when the form has no room for it."""
    joiner, parts = _parts(when)
    if joiner is None or not parts or not all(_is_leaf(part) for part in parts):
        return None
    kinds = Counter(next(iter(part)) for part in parts)
    fits = all(number <= MOST.get(kind, 1) for kind, number in kinds.items())
    return Flat(joiner, tuple(parts)) if fits else None


def built(given: Flat, *, before: Any = None) -> Any:
    """The condition for these leaves; the one from before, untouched, where it asks for the same."""
    old = flat(before) if before is not None else None
    if old is not None and _meaning(old) == _meaning(given):
        return before
    return given.leaves[0] if len(given.leaves) == 1 else {given.joiner: list(given.leaves)}


def _parts(when: Any) -> tuple[Joiner | None, list[Any]]:
    if not isinstance(when, dict) or len(when) != 1:
        return None, []
    ((kind, value),) = when.items()
    if kind == "at_least" and value.get("count", 1) == 1:
        return "any", value.get("of", [])
    if kind == "all" or kind == "any":
        return kind, value
    return ("all", [when]) if kind in LEAVES else (None, [])


def _is_leaf(part: Any) -> bool:
    """Whether the form has an answer for each thing that this one condition asks for."""
    if not isinstance(part, dict) or len(part) != 1:
        return False
    ((kind, value),) = part.items()
    if kind == "needs":
        # Signs named, but none at all, is a condition that nothing meets; on the page no name means any sign.
        named = bool(value.get("codes") or value.get("tags")) or not {"codes", "tags"} & set(value)
        return named and value.get("count", 1) <= MOST_SIGNS and value.get("domains", 1) <= MOST_AREAS
    if kind == "tool_at_least":
        return bool(value.get("dash") != 0)
    return kind in LEAVES and (kind == "immediate_danger" or 1 <= value <= MOST_NUMBER[kind])


def _meaning(given: Flat) -> tuple[str, list[str]]:
    """The same for conditions that ask for the same in another order, or say what goes without saying."""
    joiner = given.joiner if len(given.leaves) > 1 else "all"
    return joiner, sorted(json.dumps(_whole(leaf), sort_keys=True) for leaf in given.leaves)


def _whole(leaf: Leaf) -> Leaf:
    if "needs" not in leaf:
        return leaf
    said = leaf["needs"]
    names = {name: sorted(set(said[name])) for name in ("codes", "tags") if said.get(name)}
    return {"needs": {"level": 1, "count": 1, "domains": 1, "duration": None, **said, "codes": [], "tags": [], **names}}
