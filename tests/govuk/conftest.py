"""The guide's pages, asked for through Django and served to a browser."""

import threading
from collections.abc import Callable, Iterator
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import LazySettings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client

from mash.govuk import navigation
from tests.govuk import guide


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        """The pages are looked at; the log is not."""


@pytest.fixture
def pages(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide in place of the product, with links in the navigation and no database."""
    for name, value in guide.settings_for_pages().items():
        setattr(settings, name, value)
    monkeypatch.setitem(connections["default"].settings_dict, "ATOMIC_REQUESTS", False)
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(label="Raise a concern", url_name="home", order=1)
    navigation.register(label="Queue", url_name="queue", act="see_queue", order=2, under=("/record/",))


@pytest.fixture
def ask(pages: None) -> Client:
    """A browser without a screen; a page that breaks answers 500 as it would for people."""
    return Client(raise_request_exception=False)


@pytest.fixture
def guide_address(pages: None) -> Iterator[str]:
    """Where a real browser finds the guide."""
    server = make_server("127.0.0.1", 0, StaticFilesHandler(WSGIHandler()), Server, Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def words() -> Callable[[bytes], str]:
    """The text of a page, spaces collapsed."""
    return lambda content: " ".join(content.decode().split())
