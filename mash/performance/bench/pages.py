"""Pages of open work: what they cost beside their own template, as history grows, and after the database has looked at
its figures again."""

from collections.abc import Callable
from statistics import median
from typing import Any
from unittest import mock

from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context
from django.template.backends.django import Template
from django.template.context import make_context
from django.template.loader import get_template
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mash.audit import events
from mash.performance.bench import databases
from mash.performance.bench.measures import MILLISECONDS, ROUNDS, getting, signed_in, worker
from mash.performance.report import Row, interleaved, row
from referrals.selectors import queue
from referrals.selectors.wanted import Wanted

ANALYZES, PAGES_AFTER_EACH = 20, 7
GROWING = {"queue page": ("/queue/", "triage"), "owed page": ("/owed/", "triage"), "cases list": ("/cases/", "cadt")}


def own_template(names: dict[int, str]) -> list[Row]:
    """The whole queue page beside nothing but its template, filled with the same things, all of them known already.

    Beside it, without a goal: the same page served to the same person, who is signed in, when only what it shows is
    known already. The one says what the whole page costs, the other what its data cost.
    """
    rows = []
    for size, name in names.items():
        databases.use(name)
        client = signed_in("triage")
        pages = [getting(client, "/queue/"), still(client), known_already(client, "triage")]
        page, template, known = (one * MILLISECONDS for one in interleaved(pages, rounds=ROUNDS))
        what, static = f"queue page whole, {size:,}", "its own template on static data"
        rows += [
            row(what, page, template, against=static, unit="ms", n=ROUNDS, goal=1.5),
            row(what, page, known, against="the same page of static data, served", unit="ms", n=ROUNDS),
        ]
    return rows


def known_already(client: Client, who: str) -> Callable[[], None]:
    """The queue page as it is served, without looking for what it shows and without writing down who saw it."""
    known, get = queue.page(worker(who), Wanted()), getting(client, "/queue/")

    def served() -> None:
        with mock.patch.object(queue, "page", return_value=known), mock.patch.object(events, "listed"):
            get()

    return served


def still(client: Client) -> Callable[[], str]:
    """Renders the template of the queue page again with what it was filled with once; asks the database nothing."""
    kept: list[tuple[Template, dict[str, Any]]] = []

    def keep(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        template = get_template(name)
        assert isinstance(template, Template)
        full = make_context(context, request)
        with full.bind_template(template.template):
            kept.append((template, {str(key): value for key, value in full.flatten().items()}))
        return render(request, name, context)

    with mock.patch("referrals.views.queue.render", keep):
        getting(client, "/queue/")()
    template, known = kept[0]

    def rendered() -> str:
        return template.template.render(Context(known))

    rendered()  # what is worked out only when it is printed is known from here on
    with CaptureQueriesContext(connection) as asked:
        rendered()
    if len(asked):
        raise RuntimeError(f"The template asked the database: {asked.captured_queries[0]['sql']}")
    return rendered


def after_analyze(names: dict[int, str]) -> list[Row]:
    """The same page after each of twenty ANALYZEs, each of which draws another sample: no plan may tip over.

    Told in the time of its own template, measured in turn with it: a slow spell of the machine falls on both.
    """
    size, name = max(names.items())
    databases.use(name)
    client = signed_in("triage")
    pages, ratios = [getting(client, "/queue/"), still(client)], []
    for _ in range(ANALYZES):
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        page, template = interleaved(pages, rounds=PAGES_AFTER_EACH)
        ratios.append(page / template)
    what = f"queue page, slowest of {ANALYZES} ANALYZEs"
    against, unit = f"the median, {size:,}", "times its template"
    return [row(what, max(ratios), median(ratios), against=against, unit=unit, n=ANALYZES, goal=1.5)]


def grown(names: dict[int, str]) -> list[Row]:
    """The queue, the owed page and the cases list, small and large in turn."""
    return [growth(names, page, path, who) for page, (path, who) in GROWING.items()]


def growth(names: dict[int, str], page: str, path: str, who: str) -> Row:
    """Both sizes in turn, a fresh connection each, the first page after it not counted."""
    clients = {}
    for size, name in names.items():
        databases.use(name)
        clients[size] = signed_in(who)
    times: dict[int, list[float]] = {size: [] for size in names}
    for _ in range(ROUNDS):
        for size, name in names.items():
            databases.use(name)
            times[size] += interleaved([getting(clients[size], path)], rounds=1, inner=3)
    small, large = (sorted(times[size])[ROUNDS // 2] * MILLISECONDS for size in sorted(names))
    against = f"the same at {min(names):,}"
    return row(f"{page}, growth to {max(names):,}", large, small, against=against, unit="ms", n=ROUNDS, goal=1.2)
