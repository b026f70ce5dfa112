"""Rows of a measurement: ours beside a reference taken in the same run, and whether the goal held."""

import gc
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

Act = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Row:
    """`ratio` is ours over the reference; `goal` is the largest ratio that holds, None where nothing was promised."""

    name: str
    ours: float
    reference: float
    reference_name: str
    ratio: float
    unit: str
    n: int
    goal: float | None
    held: bool


def row(name: str, ours: float, reference: float, *, against: str, unit: str, n: int, goal: float | None = None) -> Row:
    """One row, rounded to what a noisy machine can say."""
    ratio = ours / reference if reference else float(ours > 0)
    held = goal is None or ratio <= goal
    return Row(name, _round(ours), _round(reference), against, _round(ratio), unit, n, goal, held)


def count(name: str, ours: float, *, goal: float, n: int, unit: str = "count") -> Row:
    """A row that is held against a number rather than a time: the reference is the goal itself."""
    return Row(name, ours, goal, "goal", _round(ours / goal) if goal else ours, unit, n, goal, ours <= goal)


def interleaved(acts: Sequence[Act], *, rounds: int, inner: int = 1) -> list[float]:
    """Median seconds of each act: all are run in turn, round by round, so that a slow spell falls on all alike.

    What the one before left behind is collected first: nobody pays for another's garbage.
    """
    for act in acts:
        act()
    times: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for place, act in enumerate(acts):
            gc.collect()
            started = perf_counter()
            for _ in range(inner):
                act()
            times[place].append((perf_counter() - started) / inner)
    return [median(one) for one in times]


def write(path: Path, rows: Sequence[Row]) -> str:
    """Write the JSON file of the contract; answers the same as a table for people."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"rows": [asdict(one) for one in rows]}, indent=1), encoding="utf-8")
    return table(rows)


def table(rows: Sequence[Row]) -> str:
    """Name, ours, reference, ratio, goal, held: one line each."""
    lines = [f"{'what':<44}{'ours':>10}{'reference':>12}  {'ratio':>7} {'goal':>6}  held  beside"]
    for one in rows:
        goal = "-" if one.goal is None else f"{one.goal:g}"
        held = "yes" if one.held else "NO"
        lines.append(
            f"{one.name:<44}{one.ours:>10g}{one.reference:>12g}  {one.ratio:>7g} {goal:>6}  {held:<4}"
            f"  {one.reference_name} ({one.unit}, n={one.n})"
        )
    return "\n".join(lines)


def _round(value: float) -> float:
    return float(f"{value:.4g}")
