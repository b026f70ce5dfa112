"""The engine's answer worked out a second way: from the documents themselves, slowly, with nothing prepared."""

from typing import Any

ROUTES = ("undetermined", "universal", "gateway", "cadt")
DUTIES = ("undetermined", "universal", "early_help", "s17", "s47")
DURATIONS = (None, "once", "weeks", "months", "years")
GRADES = {
    "dash_grade": ("standard", "medium", "high"),
    "dara": ("standard", "medium", "high"),
    "exploitation": ("low", "medium", "high"),
}

Document = dict[str, Any]
Answer = tuple[int | None, str | None, str, str, list[str]]


def answer(document: Document, facts: Document) -> Answer:
    """Level, band, route, duty, and the names of what counted, in the document's order, without notes."""
    ticked = [_reading(document, facts, item) for item in document["indicators"]]
    readings = [one for one in ticked if one]
    steps = [_step(document, facts, rule, readings) for rule in document["rules"]]
    found = [(one["rule"], one["band"], one["route"], one["duty"]) for one in [*readings, *filter(None, steps)]]
    if not found:
        return None, None, "undetermined", "undetermined", []
    order = [band["code"] for band in document["bands"]]
    top = document["bands"][max(order.index(band) for _, band, _, _ in found)]
    route = max(ROUTES.index(one[2]) for one in found)
    duty = max(DUTIES.index(one[3]) for one in found)
    return top["level"], top["code"], ROUTES[route], DUTIES[duty], [one[0] for one in found]


def notes(document: Document, facts: Document) -> list[str]:
    """The names of the notes that are said."""
    level = answer(document, facts)[0]
    if level is None:
        return []
    readings = [one for item in document["indicators"] if (one := _reading(document, facts, item))]
    known = {**facts, "reached": level}
    return [note["id"] for note in document["notes"] if _met(note["when"], document, known, readings)]


def _reading(document: Document, facts: Document, item: Document) -> Document | None:
    """A ticked indicator at its worst and its longest; None when nobody ticked it."""
    signs = [sign for sign in facts["indicators"] if sign["code"] == item["code"]]
    if not signs:
        return None
    order = [band["code"] for band in document["bands"]]
    placed = [_placed(document, item, _level(item, sign["severity"])) for sign in signs]
    worst = max(placed, key=lambda band: order.index(band["code"]))
    return {
        "rule": item["code"],
        "domain": item["domain"],
        "level": worst["level"],
        "band": worst["code"],
        "route": _higher(ROUTES, worst["route"], item.get("route", "undetermined")),
        "duty": _higher(DUTIES, worst["duty"], item.get("duty", "undetermined")),
        "duration": max(DURATIONS.index(sign["duration"]) for sign in signs),
    }


def _level(item: Document, severity: str | None) -> int:
    grades = item.get("severities")
    if grades and severity:
        return int(grades[severity]["level"])
    return int(grades["severe"]["level"] if item["level"] is None else item["level"])


def _placed(document: Document, item: Document, level: int) -> Document:
    chosen = document["placements"].get(item["code"])
    if chosen:
        band = next(band for band in document["bands"] if band["code"] == chosen["band"])
        if band["level"] == level:
            return dict(band)
    return _band(document, level, item.get("duty", "undetermined"))


def _band(document: Document, level: int, duty: str) -> Document:
    bands = [band for band in document["bands"] if band["level"] == level]
    enough = [band for band in bands if DUTIES.index(band["duty"]) >= DUTIES.index(duty)]
    return dict((enough or bands[-1:])[0])


def _higher(words: tuple[str, ...], one: str, other: str) -> str:
    return max(one, other, key=words.index)


def _step(document: Document, facts: Document, rule: Document, readings: list[Document]) -> Document | None:
    for step in rule["steps"]:
        if _met(step["when"], document, facts, readings):
            band = _band(document, step["level"], step.get("duty", "undetermined"))
            return {
                "rule": rule["id"],
                "band": band["code"],
                "route": _higher(ROUTES, band["route"], step.get("route", "undetermined")),
                "duty": _higher(DUTIES, band["duty"], step.get("duty", "undetermined")),
            }
    return None


def _met(when: Document, document: Document, facts: Document, readings: list[Document]) -> bool:
    ((kind, value),) = when.items()
    match kind:
        case "all" | "any":
            met = [_met(part, document, facts, readings) for part in value]
            return all(met) if kind == "all" else any(met)
        case "at_least":
            met = [_met(part, document, facts, readings) for part in value["of"]]
            return sum(met) >= value.get("count", 1)
        case "needs":
            return _enough(value, document, readings)
        case "tool_at_least":
            ((tool, score),) = value.items()
            given = facts["tools"][tool]
            grades = GRADES.get(tool)
            return given is not None and (grades.index(given) >= grades.index(score) if grades else given >= score)
        case _:
            return _plain(kind, value, facts)


def _plain(kind: str, value: Any, facts: Document) -> bool:
    age, unborn = facts["child_age_months"], facts["unborn"]
    known: dict[str, Any] = {
        "younger_than_months": lambda: unborn or (age is not None and age < value),
        "referrals_at_least": lambda: facts["referrals_last_12_months"] >= value,
        "immediate_danger": lambda: facts["immediate_danger"],
        "consent": lambda: facts["consent"] == value,
        "age_unknown": lambda: age is None and not unborn,
        "reached": lambda: facts["reached"] >= value,
    }
    return bool(known[kind]())


def _enough(value: Document, document: Document, readings: list[Document]) -> bool:
    named = set(value.get("codes", ()))
    named |= {one["code"] for one in document["indicators"] if set(one.get("tags", ())) & set(value.get("tags", ()))}
    everything = "codes" not in value and "tags" not in value
    found = [
        one["domain"]
        for one in readings
        if one["level"] >= value.get("level", 1)
        and (everything or one["rule"] in named)
        and one["duration"] >= DURATIONS.index(value.get("duration"))
    ]
    return len(found) >= value.get("count", 1) and len(set(found)) >= value.get("domains", 1)
