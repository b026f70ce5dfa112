"""What is sent to pages: to forms, in queries, and as addresses."""

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from mash.performance.attack import odd, tables
from mash.performance.attack.pages import Field, Form
from mash.performance.attack.strike import Shot
from mash.performance.attack.targets import Target

# A route that only answers a button has no form to read.
NO_FORM = Form("", "post", "")
MORE_NAMES = ("next", "page", "after", "before", "q", "lane", "on", "who", "reference", "csrfmiddlewaretoken")


@st.composite
def posts(draw: Any, target: Target, forms: tuple[Form, ...]) -> Shot:
    """One of these forms of this address, filled in nearly right or not at all."""
    form = draw(st.sampled_from(forms or (NO_FORM,)))
    pairs = draw(odd.answers(form))
    if not form.has_file and draw(st.integers(0, 19)):
        return _post(target, odd.urlencoded(pairs), "application/x-www-form-urlencoded")
    files = {one.name: draw(tables.files(target.path)) for one in form.fields.values() if one.kind == "file"}
    kept = {name: file for name, file in files.items() if draw(st.integers(0, 9))}
    return _post(target, odd.multipart(pairs, kept), odd.MULTIPART)


def _post(target: Target, body: bytes, content_type: str) -> Shot:
    return Shot(target.role, "POST", target.path, body, content_type, route=target.route.name)


@st.composite
def queries(draw: Any, target: Target) -> Shot:
    """The page asked for with anything behind the question mark: names it asks for itself, and others."""
    asked = [one for form in target.queries for one in form.fields.values()]
    names = [*(one.name for one in asked), *MORE_NAMES]
    pairs = draw(odd.rubbish(names))
    if asked and draw(st.booleans()):
        pairs += [pair for one in asked for pair in draw(_right(one))]
    short = [(name[:200], value[:2_000]) for name, value in pairs]
    path = f"{target.path}?{odd.urlencoded(short).decode()}"
    return Shot(target.role, "GET", path, route=target.route.name)


def _right(one: Field) -> st.SearchStrategy[list[tuple[str, str]]]:
    return odd.right(one).map(lambda values: [(one.name, value) for value in values])


@st.composite
def addresses(draw: Any, target: Target) -> Shot:
    """The address with one part of it replaced by anything."""
    parts = target.path.strip("/").split("/")
    place = draw(st.integers(0, len(parts) - 1))
    parts[place] = quote(draw(odd.ODD_TEXT)[:300].encode("utf-8", "surrogatepass"), safe="")
    method = draw(st.sampled_from(target.route.rule.methods))
    return Shot(target.role, method, f"/{'/'.join(parts)}/", route=target.route.name)
