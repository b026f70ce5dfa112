"""The engine's closed words as a person reads them."""

from collections.abc import Mapping
from typing import Any, Final

from thresholds.engine.words import SERVICES

DUTIES: Final = {
    "universal": "Open to everyone",
    "early_help": "Early help, with the family’s agreement",
    "s17": "Child in need (section 17), with the family’s agreement",
    "s47": "Child protection (section 47)",
}
DURATIONS: Final = {"once": "once or more", "weeks": "weeks or longer", "months": "months or longer", "years": "years"}
SEVERITIES: Final = {"mild": "Mild", "moderate": "Moderate", "severe": "Severe"}
TOOLS: Final = {
    "dash": "DASH score",
    "dash_grade": "DASH, as graded by judgement",
    "dara": "DARA, as the police graded it",
    "neglect_grade": "Graded care profile",
    "exploitation": "Exploitation screening",
}


def services(document: dict[str, Any]) -> dict[str, str]:
    """What the service of each route is called in this framework."""
    return {**SERVICES, **document.get("services", {})}


def title_of(document: dict[str, Any], part: str, key: str) -> str:
    """The title of an area ("domains") or a kind of need ("needs"), or the key itself where there is none."""
    return next((str(one["title"]) for one in document.get(part, ()) if one.get("key") == key), key)


def rule_name(rule: str) -> str:
    """A rule's key as words: "immediate-danger" is "Immediate danger"."""
    words = rule.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def rule_title(rule: Mapping[str, Any]) -> str:
    """What a rule or a note is called: its own title, or its key as words."""
    return str(rule.get("title") or rule_name(str(rule["id"])))


def tag_title(document: Mapping[str, Any], tag: str) -> str:
    """What a word that rules look for stands for."""
    return str(document.get("tags", {}).get(tag) or tag.replace("_", " "))


def tag_of(document: Mapping[str, Any], typed: str) -> str:
    """The word that somebody means who types it, or what it stands for."""
    said = typed.strip().replace("'", "’").lower()
    titles = {str(title).lower(): tag for tag, title in document.get("tags", {}).items()}
    return str(titles.get(said) or said.replace(" ", "_"))
