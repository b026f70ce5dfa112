"""What a draft holds while it is being written, and the document that it becomes. Pure: no database.

A draft is the API's document with two differences. Each child, adult and concern carries an `id`, so that two tabs can
add to one list, and a concern names its children by id; a concern whose `about` is empty is about all of them. And a
child may be said to live with another one (`lives_with`, an id): where that is, is looked up when it is needed.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Data = Mapping[str, Any]
Item = dict[str, Any]
ID = re.compile(r"[a-z0-9]{4,32}")
EMPTY: tuple[Any, ...] = ("", None, [], {})
AGREEMENT = ("status", "lawful_basis", "family_told")
WORKER = ("name", "own_children")
ALLEGATION = "allegation_against_worker"
WIDER: tuple[str, ...] = ("strengths", "hopes", "done_already")


@dataclass(frozen=True, slots=True)
class Tool:
    """A screening tool, asked about where a worry of one of these categories is there; its answers in the document."""

    key: str
    categories: frozenset[str]
    answers: tuple[str, ...]

    @property
    def asked(self) -> str:
        """The mark that it was answered, be it with "not used": none of these is a score."""
        return f"{self.key}_asked"


TOOLS = (
    Tool("domestic_abuse", frozenset({"domestic_abuse"}), ("dash", "dash_grade", "dara", "domestic_abuse_by")),
    Tool("exploitation", frozenset({"exploitation", "missing"}), ("exploitation", "exploitation_by")),
    Tool("neglect", frozenset({"neglect"}), ("neglect_grade", "neglect_by")),
)


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
    """The draft without one item; taken away twice, it is gone once. Who lived with that child still lives there."""
    rest = [item for item in items(data, kind) if item["id"] != key]
    return {**data, kind: [_settled(data, item) if item.get("lives_with") == key else item for item in rest]}


def _settled(data: Data, child: Item) -> Item:
    return {**child, "address": address(data, child), "lives_with": ""}


def host(data: Data, child: Data) -> Item | None:
    """The child with whom this one is said to live, if still there."""
    key = child.get("lives_with")
    return find(data, "children", key) if key else None


def address(data: Data, child: Data, *, seen: frozenset[str] = frozenset()) -> dict[str, str]:
    """Where a child lives: with whom they are said to live, wherever that child has moved to since."""
    other = host(data, child)
    if other is None or other["id"] in seen:
        return dict(child.get("address", {}))
    return address(data, other, seen=seen | {other["id"]})


def at_home(data: Data, child: Item) -> Item:
    """A child with the address that they have now, as the document says it."""
    held = {name: value for name, value in child.items() if name != "lives_with"}
    return {**held, "address": address(data, child)}


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
    if about_a_worker(data) and not all(data.get("worker", {}).get(part) for part in WORKER):
        yield "worker"
    if not data.get("referrer", {}).get("phone"):
        yield "you"


def tools(data: Data) -> list[Tool]:
    """The tools to ask about: where a worry calls for one, and those that were answered."""
    worries = {concern.get("category") for concern in items(data, "concerns")}
    return [tool for tool in TOOLS if tool.categories & worries or data.get("tools", {}).get(tool.asked)]


def about_a_worker(data: Data) -> bool:
    """Whether one of the worries is about somebody who works with children."""
    return any(concern.get("category") == ALLEGATION for concern in items(data, "concerns"))


def names_a_worker(data: Data) -> bool:
    """Whether it is about somebody who works with children, or still holds what was said of one."""
    return about_a_worker(data) or "worker" in data


def document(data: Data) -> dict[str, Any]:
    """The draft as the API's document: children named by position, and nothing that was left empty.

    What was said of a worker goes only with a worry about one: nothing else closes the referral to others.
    """
    places = {child["id"]: place for place, child in enumerate(items(data, "children"))}
    return {
        "immediate_danger": bool(data.get("immediate_danger")),
        "children": [_bare(at_home(data, child)) for child in items(data, "children")],
        "adults": [_adult(adult) for adult in items(data, "adults")],
        "concerns": [_concern(concern, places) for concern in items(data, "concerns")],
        "consent": _bare(data.get("consent", {})),
        "referrer": _bare(data.get("referrer", {})),
        "tools": _bare({name: data.get("tools", {}).get(name) for tool in TOOLS for name in tool.answers}),
        **_bare({name: data.get(name) for name in WIDER}),
        **({"worker": _bare(data["worker"])} if about_a_worker(data) and data.get("worker") else {}),
    }


def as_typed(data: Data) -> dict[str, Any]:
    """The document as whoever wrote it reads it back: with their own answer where the document has less."""
    adults = [_bare(adult) for adult in items(data, "adults")]
    return {**document(data), "adults": adults, "no_adults": bool(data.get("no_adults"))}


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
