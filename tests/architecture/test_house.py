"""House rules as code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.management.commands.policy_page import page
from tests.architecture.routes import Route, all_routes

ROOT = Path(__file__).resolve().parents[2]
APPS = ("mash", "accounts", "thresholds", "referrals", "conferences")
# Views of allauth that are switched off: nobody signs themselves up, and addresses are changed by administrators.
SWITCHED_OFF = {
    "account_signup",
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
    "account_request_login_code",
    "account_set_password",
}


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("route", all_routes(), ids=str)
def test_every_route_declares_an_act(route: Route) -> None:
    assert route.rule is not None or route.name in SWITCHED_OFF, f"{route.pattern}: say which act this is"


def test_it_keeps_rows_behind_their_doors() -> None:
    views = [path for path in modules() if {"views", "api"} & set(path.parts) or path.name in {"views.py", "api.py"}]
    assert views
    assert [path for path in views if ".objects" in path.read_text(encoding="utf-8")] == []


def test_it_has_no_signal_receivers_and_no_prints() -> None:
    telltale = re.compile(r"@receiver|_(?:save|delete|init|migrate)\.connect\(|^\s*print\(", re.M)
    found = [path for path in modules() if telltale.search(path.read_text(encoding="utf-8"))]
    assert [path for path in found if "local" not in path.parts] == []


def test_it_keeps_functions_short_and_modules_readable() -> None:
    long_functions = [
        f"{path.relative_to(ROOT)}:{node.name}"
        for path in modules()
        for node in functions(path)
        if (node.end_lineno or 0) - node.lineno + 1 > 40
    ]
    long_modules = [path for path in modules() if len(path.read_text(encoding="utf-8").splitlines()) > 400]
    assert (long_functions, long_modules) == ([], [])


def test_it_numbers_migrations_in_one_line() -> None:
    for app in APPS:
        numbers = sorted(path.name[:4] for path in (ROOT / app).rglob("migrations/0*.py") if app != "mash")
        assert len(numbers) == len(set(numbers)), f"{app} has two migrations with one number"


def test_it_prints_the_policy_that_is_in_force() -> None:
    written = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    assert written == page(), "docs/policy.md is out of date: run `manage.py policy_page`"
