"""How the tests start the browser, and asking axe what a page does badly for people who cannot see or point."""

import json
from typing import Any

from mash.local.home import ROOT

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def assert_accessible(page: Any) -> None:
    """No violation of the listed rules of axe on the page, once all of it is there: a click only begins to load it."""
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(TAGS)}}}}})")
    assert not found["violations"], "\n".join(map(_told, found["violations"]))


def _told(violation: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html']}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{places}"
