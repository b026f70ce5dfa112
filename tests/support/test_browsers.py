"""A browser that does not close its windows holds nobody up."""

import os
import signal
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Error

from tests.support.browser import Browsers


@pytest.fixture
def own(launch_browser: Callable[[], Browser]) -> Iterator[Browsers]:
    made = Browsers(launch_browser)
    yield made
    made.close()


def stuck(browsers: Browsers) -> BrowserContext:
    context = browsers.one().new_context()
    context.new_page()
    os.kill(browsers._pid, signal.SIGSTOP)
    return context


def test_one_that_hangs_is_ended_and_the_next_test_gets_another(own: Browsers) -> None:
    hanging = stuck(own)
    began, first = time.monotonic(), own.running
    with own.closing(within=1):
        hanging.close()
    assert 1 <= time.monotonic() - began < 30
    assert first is not None and not first.is_connected()
    page = own.one().new_page()
    page.set_content("<h1>Here again</h1>")
    assert page.get_by_role("heading").inner_text() == "Here again"


def test_one_that_answers_is_kept(own: Browsers) -> None:
    context = own.one().new_context()
    with own.closing(within=30):
        context.close()
    assert own.one() is own.running and own.running.is_connected()


def test_what_is_lost_with_one_that_was_ended_fails_nothing(own: Browsers) -> None:
    first, second = stuck(own), own.running
    with own.closing(within=1):
        first.close()
        assert second is not None
        raise ExceptionGroup("as pytest gathers them", [Error("closed"), Error("closed")])
    with pytest.raises(ExceptionGroup), own.closing(within=30):
        raise ExceptionGroup("while it runs", [Error("closed")])


def test_nothing_is_ended_where_no_browser_runs() -> None:
    """Least of all this process and its family."""

    def refuses() -> Browser:
        raise Error("It does not start")

    none = Browsers(refuses)
    with pytest.raises(Error, match="does not start"):
        none.one()
    with none.closing(within=0.1):
        time.sleep(0.5)
    none.close()


def test_what_else_goes_wrong_is_still_said(own: Browsers) -> None:
    page = own.one().new_page()
    with pytest.raises(Error, match="nothing"), own.closing(within=30):
        page.evaluate("throw new Error('nothing')")
