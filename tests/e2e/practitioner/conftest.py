"""Tess at her browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User

SLOW = 15_000


@pytest.fixture
def open_browser(
    browser: Browser, live_server: Any, tess: User, client_for: Callable[[User], Client]
) -> Iterator[Callable[..., Page]]:
    """`open_browser()` is a window of a new browser in which Tess is signed in, unless somebody else is named."""
    made = []

    def opened(*, user: User | None = tess, width: int = 1280, **options: Any) -> Page:
        context = browser.new_context(
            base_url=live_server.url, viewport={"width": width, "height": 900}, locale="en-GB", **options
        )
        context.set_default_timeout(SLOW)
        made.append(context)
        if user:
            session = client_for(user).cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        return context.new_page()

    yield opened
    for context in made:
        context.close()


@pytest.fixture
def tess_at_work(open_browser: Callable[..., Page]) -> Page:
    return open_browser()
