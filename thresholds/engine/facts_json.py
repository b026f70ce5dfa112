"""Facts as JSON and back, the same shape as the API's, so that an assessment can be explained for ever."""

from collections.abc import Mapping
from typing import Any

from thresholds.engine.errors import InvalidFact
from thresholds.engine.facts import Facts, Sign, Tools

FIELDS = frozenset(Facts.__slots__)
SIGN_FIELDS = frozenset(Sign.__slots__)
TOOL_FIELDS = frozenset(Tools.__slots__)


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """The facts with nothing left out, indicators in the order of their codes."""
    tools = facts.tools
    return {
        "indicators": [
            {"code": sign.code, "severity": sign.severity, "duration": sign.duration}
            for sign in sorted(facts.indicators, key=_in_order)
        ],
        "child_age_months": facts.child_age_months,
        "unborn": facts.unborn,
        "referrals_last_12_months": facts.referrals_last_12_months,
        "tools": {
            "dash": tools.dash,
            "dash_grade": tools.dash_grade,
            "dara": tools.dara,
            "neglect_grade": tools.neglect_grade,
            "exploitation": tools.exploitation,
        },
        "consent": facts.consent,
        "immediate_danger": facts.immediate_danger,
    }


def facts_from_json(document: object) -> Facts:
    """Facts from their JSON; what is left out is not known. An indicator may be a code or an object.

    Raises InvalidFact, which names the field, for a value out of range and for a field that does not exist.
    """
    given = dict(_fields(document, FIELDS, ""))
    given["indicators"] = _signs(given.get("indicators", []))
    if "tools" in given:
        scores = {} if given["tools"] is None else given["tools"]
        given["tools"] = Tools(**_fields(scores, TOOL_FIELDS, "tools"))
    return Facts(**given)


def _signs(given: object) -> frozenset[Sign]:
    if not isinstance(given, list):
        raise InvalidFact("indicators", "must be a list")
    return frozenset(_sign(item) for item in given)


def _sign(item: object) -> Sign:
    if isinstance(item, str):
        return Sign(item)
    fields = _fields(item, SIGN_FIELDS, "indicators")
    if "code" not in fields:
        raise InvalidFact("indicators", "an indicator needs a code")
    return Sign(**fields)


def _fields(document: object, known: frozenset[str], where: str) -> Mapping[str, Any]:
    if not isinstance(document, Mapping):
        raise InvalidFact(where or "facts", "must be an object")
    for name in document:
        if name not in known:
            raise InvalidFact(f"{where}.{name}" if where else str(name), "is not a field we know")
    return document


def _in_order(sign: Sign) -> tuple[str, str, str]:
    return sign.code, sign.severity or "", sign.duration or ""
