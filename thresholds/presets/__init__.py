"""The frameworks that ship: each a whole document, made of the shared catalogue, the shared rules and its own bands."""

import json
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent
KEYS: Final = ("wirral", "wigan")
SHARED: Final = ("indicators", "rules")


def read(key: str) -> dict[str, Any]:
    """A preset's whole document; it holds everything an assessment needs, so a stored copy explains itself for ever."""
    if key not in KEYS:
        raise KeyError(key)
    document: dict[str, Any] = _file(key)
    for name in SHARED:
        document |= _file(name)
    return document


def _file(name: str) -> dict[str, Any]:
    return dict(json.loads((HERE / f"{name}.json").read_text(encoding="utf-8")))
