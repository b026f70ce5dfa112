"""Every page with the Tab key alone: one of each template, as the first role that may open it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page

from accounts.models import User
from tests.architecture import world as worlds
from tests.architecture.test_matrix import FINE, NOBODY, Try, address_of, our_pages, tries
from tests.architecture.world import World
from tests.cast import sign_in
from tests.support.keyboard import stops_on

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def one_of_each(world: World) -> Iterator[tuple[str, str]]:
    """A role and an address for every template that is a whole page."""
    clients = {NOBODY: Client(), **{role: sign_in(Client(), user) for role, user in world.users.items()}}
    routes, templates = set(), set()
    for one in tries(our_pages(), world):
        if one.route in routes or not _opens(one):
            continue
        answer: Any = clients[one.role].get(address_of(one, world))
        if answer.status_code != 200:
            continue
        routes.add(one.route)
        name = answer.templates[0].name if answer.templates else None
        if name and name not in templates:
            templates.add(name)
            yield one.role, address_of(one, world)


def _opens(one: Try) -> bool:
    return one.method == "GET" and one.expected == FINE


def test_each_takes_the_focus_in_order_and_shows_where_it_is(
    browser: Browser,
    live_server: Any,
    at_work: Callable[[User], Page],
    record_property: Callable[[str, object], None],
) -> None:
    world = worlds.build()
    windows = {NOBODY: browser.new_page(base_url=live_server.url)}
    begun: set[str] = set()
    pages = stops = 0
    for role, address in list(one_of_each(world)):
        if role not in windows:
            windows[role] = at_work(world.users[role])
        windows[role].goto(address)
        # What stands above and below the page is the same on all pages of a role.
        stops += stops_on(windows[role], "main" if role in begun else "body")
        begun.add(role)
        pages += 1
    windows[NOBODY].close()
    record_property("figure", f"keyboard: {stops:,} stops on {pages} pages, each reached in order, seen, not covered")
    assert pages > 150
