"""What a draft holds while it is being written, and the document that it becomes. Pure: no database.

A draft is the API's document with one difference: each child, adult and concern carries an `id`, so that two tabs can
add to one list, and a concern names its children by id. A concern whose `about` is empty is about all of them.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Any

Data = Mapping[str, Any]
Item = dict[str, Any]
ID = re.compile(r"[a-z0-9]{4,32}")
EMPTY: tuple[Any, ...] = ("", None, [], {})
AGREEMENT = ("status", "lawful_basis", "family_told")


def new_id() -> str:
    """A name for one item of one draft."""
    return secrets.token_hex(4)


def items(data: Data, kind: str) -> list[Item]:
    """The children, adults or concerns of a draft, in the order in which they were added."""
    return list(data.get(kind, []))


def find(data: Data, kind: str, key: str) -> Item | None:
    """One item by its id; None when it is not (or no longer) there."""
    return next((item for item in items(data, kind) if item["id"] == key), None)


def with_item(data: Data, kind: str, item: Item) -> dict[str, Any]:
    """The draft with these answers of one item; other items, and other answers of this one, stay as they are."""
    held = items(data, kind)
    if find(data, kind, item["id"]) is None:
        return {**data, kind: [*held, item]}
    return {**data, kind: [{**old, **item} if old["id"] == item["id"] else old for old in held]}


def without_item(data: Data, kind: str, key: str) -> dict[str, Any]:
    """The draft without one item; taken away twice, it is gone once."""
    return {**data, kind: [item for item in items(data, kind) if item["id"] != key]}


def child_name(child: Data) -> str:
    """What to call a child on a page: the name as far as it is known."""
    name = f"{child.get('given_name', '')} {child.get('family_name', '')}".strip()
    if child.get("due_date"):
        return f"Unborn child ({name})" if name else "Unborn child"
    return name or "Child whose name is not known"


def names(data: Data) -> str:
    """All the children in one phrase: "Ada Byrne and Bo Byrne"."""
    every = [child_name(child) for child in items(data, "children")]
    return " and ".join(filter(None, [", ".join(every[:-1]), *every[-1:]]))


def adrift(data: Data, concern: Data) -> bool:
    """Whether a concern was about children who have all been removed since: it must be asked again, not widened."""
    about = set(concern.get("about", []))
    return bool(about) and not about & {child["id"] for child in items(data, "children")}


def unfinished(data: Data) -> Iterator[str]:
    """The sections that still need an answer, in the order of the task list."""
    if data.get("immediate_danger") is None:
        yield "danger"
    if not items(data, "children"):
        yield "children"
    if not items(data, "adults") and not data.get("no_adults"):
        yield "adults"
    concerns = items(data, "concerns")
    if not concerns or any(adrift(data, concern) or "indicators" not in concern for concern in concerns):
        yield "concerns"
    if not all(data.get("consent", {}).get(part) for part in AGREEMENT):
        yield "agreement"
    if not data.get("referrer", {}).get("phone"):
        yield "you"


def document(data: Data) -> dict[str, Any]:
    """The draft as the API's document: children named by position, and nothing that was left empty."""
    places = {child["id"]: place for place, child in enumerate(items(data, "children"))}
    return {
        "immediate_danger": bool(data.get("immediate_danger")),
        "children": [_bare(child) for child in items(data, "children")],
        "adults": [_adult(adult) for adult in items(data, "adults")],
        "concerns": [_concern(concern, places) for concern in items(data, "concerns")],
        "consent": _bare(data.get("consent", {})),
        "referrer": _bare(data.get("referrer", {})),
    }


def _adult(adult: Item) -> Item:
    """The document says only who is thought to cause the harm; "I do not know" is not an accusation."""
    return {**_bare(adult), "causes_harm": adult.get("causes_harm") == "yes"}


def _concern(concern: Item, places: Mapping[str, int]) -> Item:
    about = [places[key] for key in concern.get("about", []) if key in places]
    signs = [_bare(sign) for sign in concern.get("indicators", [])]
    return {**_bare(concern), "about": sorted(about), "indicators": signs}


def _bare(answers: Data) -> Item:
    held = {name: _bare(value) if isinstance(value, dict) else value for name, value in answers.items() if name != "id"}
    return {name: value for name, value in held.items() if value not in EMPTY}
