"""People without an account, each in a browser that has never been here."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

SLOW = 15_000


@pytest.fixture
def visitor(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """`visitor()` is a new window; `width` and Playwright's other options may be given."""
    made = []

    def opened(*, width: int = 1280, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="en-GB", **options)
        context.set_default_timeout(SLOW)
        made.append(context)
        return context.new_page()

    yield opened
    for context in made:
        context.close()
