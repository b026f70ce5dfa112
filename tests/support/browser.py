"""How the tests start the browser, and asking axe what a page does badly for people who cannot see or point."""

import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from playwright.sync_api import Browser, Error

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
# Seconds. Closing a window takes a tenth of one.
TO_CLOSE = 90.0


class Browsers:
    """One browser for all tests of this process, and another when it was lost.

    Playwright waits without a limit for windows to close, and a browser may never say that they did. What a test proved
    it has proved by then: the browser is ended, and the next test gets a new one.
    """

    def __init__(self, launch: Callable[[], Browser]) -> None:
        self._launch = launch
        self._pid = 0
        self.running: Browser | None = None

    def one(self) -> Browser:
        """The browser, which answers."""
        if self.running is None or not self.running.is_connected():
            self.running = None
            made = self._launch()
            told = made.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
            self._pid = next(one["id"] for one in told["processInfo"] if one["type"] == "browser")
            self.running = made
        return self.running

    def close(self) -> None:
        """After the last test."""
        if self.running is not None:
            with self.closing():
                self.running.close()
            self.running = None

    @contextmanager
    def closing(self, *, within: float = TO_CLOSE) -> Iterator[None]:
        """What is closed in this block is closed at its end, or else the browser has been ended."""
        ended = threading.Event()

        def end() -> None:
            if self.running is not None and self.running.is_connected():
                ended.set()
                with suppress(ProcessLookupError):
                    os.kill(self._pid, signal.SIGKILL)

        timer = threading.Timer(within, end)
        timer.start()
        try:
            yield
        except Exception as lost:
            if not (ended.is_set() and _only_of_the_browser(lost)):
                raise
        finally:
            timer.cancel()


def _only_of_the_browser(lost: Exception) -> bool:
    """Whether that, or each of several that were lost at once, is what Playwright says of a browser."""
    several = lost.exceptions if isinstance(lost, ExceptionGroup) else [lost]
    return all(isinstance(one, Error) for one in several)


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
