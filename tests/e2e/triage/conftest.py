"""A browser in which one person after another is signed in."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from accounts.models import User


@pytest.fixture
def as_user(
    live_server: LiveServer, context: BrowserContext, client_for: Callable[[User], Client]
) -> Callable[[User], None]:
    """`as_user(amira)`: from here on the browser is hers."""

    def sign_in(user: User) -> None:
        session = client_for(user).cookies["sessionid"].value
        context.clear_cookies()
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return sign_in
