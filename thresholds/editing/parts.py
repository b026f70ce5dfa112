"""One part of a document put in place of another. Each answers a new document and leaves the given one alone."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

Document = dict[str, Any]
Item = dict[str, Any]

NOTHING: tuple[Any, ...] = (None, "", [], {}, "undetermined")
"""What says as little as saying nothing."""


class Gone(LookupError):
    """The part that was to be changed is no longer there."""


def merged(old: Mapping[str, Any], answers: Mapping[str, Any]) -> Item:
    """`old` with these answers; an empty answer takes its key away, and where nothing was said none is added."""
    made = deepcopy(dict(old))
    for name, value in answers.items():
        if value not in NOTHING:
            made[name] = value
        elif made.get(name) not in NOTHING:
            del made[name]
    return made


def with_bands(document: Document, bands: Sequence[tuple[str, Item]], shown: Sequence[str]) -> Document:
    """These bands, each with the code it had before ("" for a new one), in order; placements follow a new code.

    `shown` are the codes that the page showed. A band that it did not show was added meanwhile, and stays.
    """
    made = deepcopy(document)
    old = {band["code"]: band for band in document["bands"]}
    made["bands"] = [merged(old.get(was, {}), band) for was, band in bands]
    for code, band in old.items():
        if code not in shown:
            below = [place for place, one in enumerate(made["bands"]) if one["level"] <= band["level"]]
            made["bands"].insert(below[-1] + 1 if below else 0, band)
    renamed = {was: band["code"] for was, band in bands if was}
    for place in made.get("placements", {}).values():
        place["band"] = renamed.get(place["band"], place["band"])
    return made


def find(document: Document, part: str, name: str, key: str) -> int:
    """The place of an item in a list of the document. Raises Gone."""
    for place, item in enumerate(document.get(part, [])):
        if item.get(name) == key:
            return place
    raise Gone(key)


def with_indicator(document: Document, code: str, answers: Item, placement: Item | None) -> Document:
    """One indicator changed, or with a code that is not there added; `placement` is its band and why, if it has one."""
    made = deepcopy(document)
    try:
        place = find(document, "indicators", "code", code)
        made["indicators"][place] = merged(document["indicators"][place], answers)
    except Gone:
        made["indicators"].append(merged({"code": code}, answers))
    return _placed(made, code, placement)


def without_indicator(document: Document, code: str) -> Document:
    """The same without this indicator and its placement. Raises Gone."""
    made = deepcopy(document)
    del made["indicators"][find(document, "indicators", "code", code)]
    return _placed(made, code, None)


def _placed(made: Document, code: str, placement: Item | None) -> Document:
    if placement:
        places = made.setdefault("placements", {})
        places[code] = merged(places.get(code, {}), placement)
    elif code in made.get("placements", {}):
        del made["placements"][code]
    return made


def with_rule(document: Document, rule: str, answers: Item) -> Document:
    """A rule with its source changed, or a new one, whole. The others stay in their order."""
    made = deepcopy(document)
    try:
        place = find(document, "rules", "id", rule)
        made["rules"][place] = merged(document["rules"][place], answers)
    except Gone:
        made["rules"].append({"id": rule, **answers})
    return made


def without_rule(document: Document, rule: str) -> Document:
    """The same without this rule. Raises Gone."""
    made = deepcopy(document)
    del made["rules"][find(document, "rules", "id", rule)]
    return made


def with_step(document: Document, rule: str, place: int | None, answers: Item) -> Document:
    """One step of a rule changed, or added: before the first step of a lower level, as the engine reads them."""
    made = deepcopy(document)
    steps = made["rules"][find(document, "rules", "id", rule)]["steps"]
    if place is not None and not 0 <= place < len(steps):
        raise Gone(rule)
    old = steps.pop(place) if place is not None else {}
    step = merged(old, answers)
    there = place if place is not None and step["level"] == old.get("level") else _below(steps, step["level"])
    steps.insert(there, step)
    return made


def _below(steps: list[Item], level: int) -> int:
    return next((place for place, step in enumerate(steps) if step.get("level", 0) < level), len(steps))


def without_step(document: Document, rule: str, place: int) -> Document:
    """The same without this step; a rule without steps goes too. Raises Gone."""
    made = deepcopy(document)
    where = find(document, "rules", "id", rule)
    steps = made["rules"][where]["steps"]
    if not 0 <= place < len(steps):
        raise Gone(rule)
    del steps[place]
    if not steps:
        del made["rules"][where]
    return made


def with_titles(document: Document, part: str, titles: Sequence[tuple[str, str]], shown: Sequence[str]) -> Document:
    """The areas ("domains") or kinds of need ("needs"), as keys and titles in their order.

    `shown` are the keys that the page showed. One that it did not show was added meanwhile, and stays.
    """
    made = deepcopy(document)
    old = {one["key"]: one for one in document.get(part, [])}
    made[part] = [merged(old.get(key, {}), {"key": key, "title": title}) for key, title in titles]
    made[part] += [one for key, one in old.items() if key not in shown]
    return made
