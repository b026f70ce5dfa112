"""How the tests start the browser, and asking axe what a page does badly for people who cannot see or point."""

import json
from typing import Any

from playwright.sync_api import Error

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
LEFT = "Execution context was destroyed"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def assert_accessible(page: Any) -> None:
    """No violation of the listed rules of axe on the page, once all of it is there: a click only begins to load it.

    A key may only begin to leave the page before; what axe then loses with it is asked of the page that follows.
    """
    try:
        found = _asked(page)
    except Error as lost:
        if LEFT not in str(lost):
            raise
        found = _asked(page)
    assert not found["violations"], "\n".join(map(_told, found["violations"]))


def _asked(page: Any) -> dict[str, Any]:
    page.wait_for_load_state("load")
    page.evaluate(AXE.read_text())
    return dict(page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {json.dumps(TAGS)}}}}})"))


def _told(violation: dict[str, Any]) -> str:
    places = "\n".join(f"    {node['html']}" for node in violation["nodes"])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}\n{places}"
