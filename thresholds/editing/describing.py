"""Each part of a document as rows of words: for pages that show a version, and for comparing two."""

from typing import Any

from thresholds.editing.names import DUTIES, SEVERITIES, services, tag_title, title_of
from thresholds.editing.wording import in_words

Document = dict[str, Any]
Lines = dict[str, str]


def band(document: Document, item: dict[str, Any]) -> Lines:
    """A band's title, level, route and duty."""
    return {
        "What it means": item["title"],
        "Level": str(item["level"]),
        "Goes to": services(document)[item["route"]],
        "Duty": DUTIES[item["duty"]],
        "Place, from the least serious": str(document["bands"].index(item) + 1),
    }


def indicator(document: Document, item: dict[str, Any]) -> Lines:
    """An indicator in words; what it does not have is left out."""
    placed = document.get("placements", {}).get(item["code"], {})
    # The database keeps the keys of an object in an order of its own.
    grades = item.get("severities", {})
    found = {
        "Words": item["words"],
        "Area": title_of(document, "domains", item["domain"]),
        "Kind of need": title_of(document, "needs", item["need"]),
        "Level": levels(item),
        **{f"If {SEVERITIES[name].lower()}": _grade(grades[name]) for name in SEVERITIES if name in grades},
        "Goes to, by itself": services(document).get(item.get("route", ""), ""),
        "Duty, by itself": DUTIES.get(item.get("duty", ""), ""),
        "Why that duty": item.get("duty_because", ""),
        "Band": str(placed.get("band", "")),
        "Why that band": str(placed.get("because", "")),
        "Words that rules use": ", ".join(tag_title(document, tag) for tag in item.get("tags", ())),
        "Source": item["source"],
    }
    return {name: words for name, words in found.items() if words}


def levels(item: dict[str, Any]) -> str:
    """The level of an indicator; with severities, from which to which."""
    grades = [grade["level"] for grade in item.get("severities", {}).values()]
    if not grades:
        return str(item["level"])
    low, high = min(grades), max(grades)
    span = f"{low} to {high}" if low != high else str(low)
    return f"{span}, by how serious it is" if item.get("level") is None else f"{item['level']}; {span} by severity"


def rule(document: Document, item: dict[str, Any]) -> Lines:
    """A rule's steps in words, the most serious first, and its source."""
    steps = {f"Step {place}": step(document, one) for place, one in enumerate(item["steps"], start=1)}
    return {**steps, "Source": item["source"]}


def step(document: Document, item: dict[str, Any]) -> str:
    """One step as a sentence: when, what it comes to, and the words that are shown."""
    return f"When {in_words(item['when'], document)}: {outcome(document, item)}. “{item['because']}”"


def outcome(document: Document, item: dict[str, Any]) -> str:
    """What a step comes to: its level, and a route and a duty where it has its own."""
    own = [services(document).get(item.get("route", ""), ""), DUTIES.get(item.get("duty", ""), "")]
    return ", ".join([f"Level {item['level']}", *filter(None, own)])


def note(document: Document, item: dict[str, Any]) -> Lines:
    """A note in words."""
    return {"When": in_words(item["when"], document), "Words": item["because"], "Source": item["source"]}


def _grade(grade: dict[str, Any]) -> str:
    return f"Level {grade['level']}. {grade['words']}"
