"""The API: what its own description calls right, bent; and schemathesis over the whole description."""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from drf_spectacular.generators import SchemaGenerator
from hypothesis import strategies as st

from mash.performance.attack.odd import HUGE, ODD
from mash.performance.attack.strike import Shot

STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**300, -(10**30), 1e308, 2**63, 25),
    *ODD,
    *HUGE,
    *([], {}, [[]], [{}], {"a": {}}, [None], [True], ["D19", 3], {"code": "D19"}, {"code": None}, {"": ""}),
]
ANY_TEXT = st.text(st.characters(codec=None), max_size=30)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ANY_TEXT, st.sampled_from(STRANGE))
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4), max_leaves=10
)


@dataclass(frozen=True)
class Call:
    """One call of the API: its method and path, what its headers are called, and examples of its body."""

    method: str
    path: str
    headers: tuple[str, ...]
    places: tuple[str, ...]
    examples: tuple[Any, ...]


def schema() -> dict[str, Any]:
    """The description as it is served."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


def calls() -> Iterator[Call]:
    """Every call that asks for a key."""
    for path, methods in schema()["paths"].items():
        for method, told in methods.items():
            if told.get("security"):
                yield _call(method.upper(), path, told)


def _call(method: str, path: str, told: dict[str, Any]) -> Call:
    given = told.get("parameters", [])
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    examples = tuple(one["value"] for one in body.get("examples", {}).values())
    named = {where: tuple(one["name"] for one in given if one["in"] == where) for where in ("header", "path", "query")}
    return Call(method, path, named["header"], named["path"], examples)


@st.composite
def shots(draw: Any, call: Call, key: str, references: list[str]) -> Shot:
    """One call with its body bent, its headers odd, its address right or wrong."""
    path = call.path
    for name in call.places:
        right = st.sampled_from(references) if references else ANY_TEXT
        value = draw(st.one_of(right, ANY_TEXT, st.sampled_from(ODD)))[:200]
        path = path.replace(f"{{{name}}}", quote(value.encode("utf-8", "surrogatepass"), safe=""))
    body = draw(_bodies(call)) if call.examples else b""
    headers = {"Authorization": f"Bearer {key}", **{name: draw(_header()) for name in call.headers}}
    if not draw(st.integers(0, 29)):
        headers["Authorization"] = draw(_header())
    return Shot("key", call.method, path, body, "application/json", tuple(headers.items()), f"api {call.path}")


def _header() -> st.SearchStrategy[str]:
    right = st.uuids().map(str)
    return st.one_of(right, right, right, st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=300))


def _bodies(call: Call) -> st.SearchStrategy[bytes]:
    nearly = st.sampled_from(call.examples).flatmap(bent)
    documents = st.one_of(nearly, nearly, nearly, ANYTHING).map(lambda value: json.dumps(value).encode())
    cut = documents.flatmap(lambda body: st.integers(0, len(body)).map(lambda end: body[:end]))
    return st.one_of(documents, documents, documents, documents, cut, st.binary(max_size=100))


@st.composite
def bent(draw: Any, document: Any) -> Any:
    """A document that was right, with up to four things in it made odd or taken away."""
    found = copy.deepcopy(document)
    for _ in range(draw(st.integers(0, 4))):
        where = list(_places(found))
        if not where:
            break
        container, key = draw(st.sampled_from(where))
        if isinstance(container, dict) and draw(st.integers(0, 2)) == 0:
            del container[key]
        else:
            container[key] = copy.deepcopy(draw(ANYTHING))
    return found


def _places(document: Any) -> Iterator[tuple[Any, Any]]:
    if not isinstance(document, dict | list):
        return
    pairs = list(document.items()) if isinstance(document, dict) else list(enumerate(document))
    for key, value in pairs:
        yield document, key
        yield from _places(value)
