"""What the other tests rely on: a page is judged when it is all there."""

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

HEAD = b'<!doctype html><html lang="en-GB"><head><title>Slow</title></head><body>' + b" " * 4096
REST = b"<main><h1>Here at last</h1></main></body></html>"


class Slowly(BaseHTTPRequestHandler):
    """The head of a page at once, the rest of it half a second later."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(HEAD)
        self.wfile.flush()
        time.sleep(0.5)
        self.wfile.write(REST)

    def log_message(self, *args: object) -> None:
        """The page is looked at; the log is not."""


@pytest.fixture
def slow_address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slowly)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_it_waits_for_the_whole_page_before_it_judges(
    slow_address: str, page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(slow_address, wait_until="commit")
    axe(page)
