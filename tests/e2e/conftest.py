"""Windows in which people are signed in, and a look at each page they come to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User

SLOW = 15_000


@pytest.fixture
def at_work(browser: Browser, live_server: Any, client_for: Callable[[User], Client]) -> Iterator[Callable[..., Page]]:
    """`at_work(user)` is a window in which they are signed in."""
    made = []

    def opened(user: User, *, width: int = 1280, **options: Any) -> Page:
        size = {"width": width, "height": 900}
        context = browser.new_context(base_url=live_server.url, viewport=size, locale="en-GB", **options)
        context.set_default_timeout(SLOW)
        made.append(context)
        session = client_for(user).cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield opened
    for context in made:
        context.close()


@pytest.fixture
def look(axe: Callable[[Any], None]) -> Callable[[Page], None]:
    """Nothing for axe to find, a title of its own, and nothing wider than the window."""
    titles: dict[str, str] = {}

    def looked(page: Page) -> None:
        axe(page)
        path = page.url.partition("?")[0]
        assert titles.setdefault(page.title(), path) == path, f"two pages are called {page.title()!r}"
        width = page.viewport_size["width"] if page.viewport_size else 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.title()} is too wide"

    return looked
