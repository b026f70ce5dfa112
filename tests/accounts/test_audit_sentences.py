"""Every kind of event that the code writes can be read by a person."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from mash.audit import sentences
from mash.audit.models import Event

APPS = ("accounts", "conferences", "mash", "referrals", "thresholds")
RECORDERS = {"record", "record_many", "done", "_done", "_told"}


def kinds_in(tree: ast.AST) -> Iterator[str]:
    """Each text given as `what` to a recorder, or assigned to a variable of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in RECORDERS:
            yield from (text for word in node.keywords if word.arg == "what" for text in texts(word.value))
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") in {"what", "TOLD"} for one in node.targets):
            yield from texts(node.value)


def texts(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def written(root: Path) -> set[str]:
    files = [path for app in APPS for path in (root / app).rglob("*.py") if "migrations" not in path.parts]
    return {kind for path in files for kind in kinds_in(ast.parse(path.read_text()))}


def test_it_has_a_sentence_for_every_kind_that_is_written(root):
    found = written(root)
    assert {"case_accepted", "case_closed", "call_finished", "referral_taken", "decision_refused", "demo_told"} <= found
    assert found - set(sentences.SENTENCES) == set()


def test_it_has_no_sentence_for_what_is_never_written(root):
    assert set(sentences.SENTENCES) - written(root) == set()


def pages_in(tree: ast.AST) -> Iterator[str]:
    """Each view that shows a record through a door or as a draft, each list, and each record of the API."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            shown = [
                one for one in node.decorator_list if "on=" in ast.unparse(one) or "draft_page" in ast.unparse(one)
            ]
            yield from (node.name for _ in shown if node.name != "page")
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("listed", "read"):
            yield from (text for word in node.keywords if word.arg == "what" for text in texts(word.value))
        if isinstance(node, ast.Assign) and any(getattr(one, "id", "") == "shows" for one in node.targets):
            yield from texts(node.value)


def test_it_names_every_page_that_shows_a_record_or_a_list(root):
    files = [path for app in APPS for path in (root / app).rglob("*.py") if "performance" not in path.parts]
    found = {page for path in files for page in pages_in(ast.parse(path.read_text()))}
    assert {"hub_referral", "queue", "my_referral", "task_list", "referral_in_agency_system"} <= found
    assert found == set(sentences.PAGES)


@pytest.mark.parametrize(
    ("what", "ids", "words"),
    [
        ("read:hub_referral", [], "opened the file of a referral"),
        ("list:queue", [1, 2], "was shown the shared queue, with 2 on it"),
        ("list:queue", [], "was shown the shared queue, with nothing on it"),
        ("read:of_an_older_release", [], "opened the page “of an older release”"),
        ("case_closed", [], "closed a case"),
        ("of_an_older_release", [], "of an older release"),
    ],
)
def test_it_tells_each_kind(what, ids, words):
    assert sentences.sentence_for(Event(what=what, ids=ids)) == words
