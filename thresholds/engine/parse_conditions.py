"""Conditions from a framework document: an object with one key, the kind."""

from collections.abc import Callable, Iterable
from typing import Any

from thresholds.engine import conditions
from thresholds.engine.conditions import Condition
from thresholds.engine.documents import Document, mapped, number, words
from thresholds.engine.errors import BadFramework
from thresholds.engine.framework import Indicator
from thresholds.engine.words import CONSENTS, DARA_GRADES, DASH_GRADES, DURATION_RANK, EXPLOITATION_GRADES

GRADES = {"dash_grade": DASH_GRADES, "dara": DARA_GRADES, "exploitation": EXPLOITATION_GRADES}
SCORES = ("dash", "neglect_grade")


class Conditions:
    """Reads conditions for one framework, whose tags it turns into codes once."""

    def __init__(self, indicators: Iterable[Indicator], *, for_notes: bool = False) -> None:
        self.indicators = tuple(indicators)
        self.kinds: dict[str, Callable[[Any, str], Condition]] = {
            "all": self._all,
            "any": self._any,
            "at_least": self._at_least,
            "needs": self._needs,
            "younger_than_months": lambda value, where: conditions.YoungerThan(_number(value, where)),
            "referrals_at_least": lambda value, where: conditions.Referrals(
                _positive({"at_least": value}, "at_least", where)
            ),
            "tool_at_least": self._tool,
            "immediate_danger": lambda *_: conditions.InDanger(),
        }
        if for_notes:
            self.kinds |= {
                "consent": _consent,
                "age_unknown": lambda *_: conditions.AgeUnknown(),
                "reached": lambda value, where: conditions.Reached(_number(value, where)),
            }

    def read(self, given: Any, where: str) -> Condition:
        """One condition; raises BadFramework for a kind that is unknown, or allowed in notes only."""
        if not isinstance(given, dict) or len(given) != 1:
            raise BadFramework(where, "a condition is an object with one key")
        ((kind, value),) = given.items()
        if kind not in self.kinds:
            raise BadFramework(where, f"there is no condition {kind!r} here")
        return self.kinds[kind](value, f"{where}.{kind}")

    def _parts(self, given: Any, where: str) -> tuple[Condition, ...]:
        if not isinstance(given, list) or not given:
            raise BadFramework(where, "must be a list of conditions")
        return tuple(self.read(part, f"{where}[{place}]") for place, part in enumerate(given))

    def _all(self, given: Any, where: str) -> Condition:
        return conditions.AllOf(self._parts(given, where))

    def _any(self, given: Any, where: str) -> Condition:
        return conditions.AtLeast(1, self._parts(given, where))

    def _at_least(self, given: Any, where: str) -> Condition:
        _object(given, where)
        return conditions.AtLeast(_positive(given, "count", where), self._parts(given.get("of"), f"{where}.of"))

    def _needs(self, given: Any, where: str) -> Condition:
        _object(given, where)
        duration = given.get("duration")
        if not (duration is None or isinstance(duration, str)) or duration not in DURATION_RANK:
            raise BadFramework(f"{where}.duration", f"{duration!r} is not a duration")
        return conditions.Needs(
            self._codes(given, where),
            _positive(given, "level", where),
            _positive(given, "count", where),
            _positive(given, "domains", where),
            DURATION_RANK[duration],
        )

    def _codes(self, given: Document, where: str) -> frozenset[str]:
        """The codes named or tagged; every code when neither is said."""
        known = {indicator.code for indicator in self.indicators}
        if "codes" not in given and "tags" not in given:
            return frozenset(known)
        named, tags = set(words(given, "codes", where)), set(words(given, "tags", where))
        held = {tag for indicator in self.indicators for tag in indicator.tags}
        if named - known or tags - held:
            raise BadFramework(where, f"nothing is called {', '.join(sorted((named - known) | (tags - held)))}")
        return frozenset(named | {one.code for one in self.indicators if one.tags & tags})

    def _tool(self, given: Any, where: str) -> Condition:
        if not isinstance(given, dict) or len(given) != 1:
            raise BadFramework(where, "names one tool")
        ((tool, value),) = given.items()
        if tool in GRADES and value in GRADES[tool]:
            return conditions.ToolScore(f"tools.{tool}", GRADES[tool].index(value))
        if tool in SCORES:
            return conditions.ToolScore(f"tools.{tool}", number(given, tool, where))
        raise BadFramework(where, f"{tool!r} has no score {value!r}")


def _number(given: Any, where: str) -> int:
    return number({"value": given}, "value", where)


def _object(given: Any, where: str) -> None:
    if not isinstance(given, dict):
        raise BadFramework(where, "must be an object")


def _positive(given: Any, name: str, where: str) -> int:
    value = number(mapped({"given": given}, "given", where), name, where, default=1)
    if value < 1:
        raise BadFramework(f"{where}.{name}", "must be 1 or more")
    return value


def _consent(given: Any, where: str) -> Condition:
    if given not in CONSENTS:
        raise BadFramework(where, f"{given!r} is not one of {', '.join(CONSENTS)}")
    return conditions.ConsentIs(given)
