"""The documents that a draft may start from."""

from copy import deepcopy
from typing import Any

from thresholds import presets
from thresholds.engine.parse import FORMAT
from thresholds.engine.words import SERVICES

Document = dict[str, Any]
FIRST_RULE = "immediate-danger"


def blank(key: str, title: str) -> Document:
    """Four usual bands, areas and kinds of need; no indicator, and the one rule that needs none: danger now."""
    usual = presets.read("wirral")
    return {
        "format": FORMAT,
        "key": key,
        "title": title,
        "source": title,
        "services": dict(SERVICES),
        "bands": usual["bands"],
        "placements": {},
        "domains": usual["domains"],
        "needs": usual["needs"],
        "indicators": [],
        "rules": [rule for rule in usual["rules"] if rule["id"] == FIRST_RULE],
        "notes": [],
    }


def copy_of(document: Document, key: str, title: str) -> Document:
    """The same framework under this key and title."""
    return {**deepcopy(document), "key": key, "title": title}
