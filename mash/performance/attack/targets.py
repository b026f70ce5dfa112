"""What there is to attack: every address that takes input, as everybody who may, with the forms that lead there."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.urls import Resolver404, resolve

from mash.performance.attack import doors, pages, tables
from mash.performance.attack.pages import Form
from mash.performance.attack.routes import Route, all_routes
from mash.performance.attack.strike import Score, Shot, fire
from mash.performance.attack.world import HALFWAY, STRANGER, World

Way = Callable[[Route, str], Iterator[str]]
MOST_LOOKED_AT = 12
MOST_EACH = 2
MOST_LEARNED = 20
SHUT = frozenset({403, 404, 405})
# A probe of the machine, a provider's receipts, and the trail's own page of a held post, have no form anywhere.
NOT_FOR_PEOPLE = frozenset({"healthz", "readyz", "metrics", "notify_callback"})


@dataclass
class Target:
    """One address as one role. The forms are those that lead to it, wherever they stand."""

    route: Route
    role: str
    path: str
    forms: list[Form] = field(default_factory=list)
    queries: list[Form] = field(default_factory=list)


@dataclass
class Found:
    """The targets, and the routes that take posts and that nobody could be brought to."""

    targets: list[Target]
    unreached: list[str]


class Scout:
    """Looks at every page as everybody who may."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.routes = [route for route in all_routes() if not route.is_api and route.name not in NOT_FOR_PEOPLE]
        self.forms: dict[tuple[str, str], list[Form]] = defaultdict(list)
        self.links: dict[str, set[str]] = defaultdict(set)
        self.queries: dict[tuple[str, str], list[Form]] = defaultdict(list)
        self.learned: Counter[str] = Counter()
        self.looked_at: dict[tuple[str, str], int] = {}

    def find(self, *, roles_each: int) -> Found:
        """Each route as `roles_each` of those who may."""
        reached = {route.name: self._as_those_who_may(route, self._reach, roles_each) for route in self.routes}
        for route in self.routes:
            if not any(reached[route.name].values()) or (route.variables and not route.rule.door):
                further = self._as_those_who_may(route, self._by_links, roles_each)
                for role, paths in further.items():
                    known = reached[route.name].setdefault(role, [])
                    known += [path for path in paths if path not in known]
        targets = [
            Target(route, role, path, self.forms[role, path], self.queries[role, path])
            for route in self.routes
            for role, paths in reached[route.name].items()
            for path in paths
        ]
        there = {target.route.name for target in targets}
        return Found(targets, [one.name for one in self.routes if one.takes_posts and one.name not in there])

    def _as_those_who_may(self, route: Route, how: Way, most: int) -> dict[str, list[str]]:
        """Where they come to, by role: the first `most` of those who come anywhere."""
        found: dict[str, list[str]] = {}
        for role in self._who(route):
            if len(found) == most:
                break
            if paths := list(how(route, role)):
                found[role] = paths
        return found

    def _who(self, route: Route) -> list[str]:
        if route.rule.open:
            return [STRANGER, HALFWAY]
        act = route.rule.act
        return [role for role, user in self.world.users.items() if act is None or user.may(act)]

    def _reach(self, route: Route, role: str) -> Iterator[str]:
        """Addresses where the page answers; those with a form of their own first."""
        with_form: list[str] = []
        without: list[str] = []
        for path in islice(doors.addresses(route, self.world.users.get(role), self.world.places), MOST_LOOKED_AT):
            if not self._answers(route, role, path):
                continue
            (with_form if self.forms[role, path] else without).append(path)
            if len(with_form) == MOST_EACH or not route.takes_posts:
                break
        yield from dict.fromkeys([*with_form, *without][:MOST_EACH])

    def _by_links(self, route: Route, role: str) -> Iterator[str]:
        """Addresses that pages we have seen lead to."""
        forms = [path for who, path in self.forms if who == role]
        known = dict.fromkeys([*sorted(self.links[role]), *forms])
        fitting = (path for path in known if _leads_to(path, route))
        yield from islice((path for path in fitting if self._answers(route, role, path)), MOST_EACH)

    def _answers(self, route: Route, role: str, path: str) -> bool:
        if (role, path) not in self.looked_at:
            method = "GET" if "GET" in route.rule.methods else "POST"
            response = fire(self.world.clients[role], Shot(role, method, path, route=route.name), Score())
            self.looked_at[role, path] = response.status_code
            if "html" in response.get("Content-Type", "") and not response.streaming:
                self._read(role, path, response.content.decode("utf-8", "replace"))
        return self.looked_at[role, path] not in SHUT

    def learn(self, role: str, path: str, html: str) -> None:
        """A page that an input was answered with may lead further, to forms that no address shows by itself."""
        if self.learned[path] < MOST_LEARNED:
            self.learned[path] += 1
            self._read(role, path, html)

    def _learn_table(self, role: str, path: str, links: list[str]) -> None:
        """What a right table looks like: the example that the page itself offers."""
        for link in links:
            if link.endswith(".csv"):
                example = self.world.clients[role].get(link).content.decode("utf-8-sig")
                tables.EXAMPLES[path] = list(csv.reader(io.StringIO(example)))

    def _read(self, role: str, path: str, html: str) -> None:
        page = pages.read(html, address=path)
        self.links[role].update(link.partition("?")[0] for link in page.links)
        if any(form.has_file for form in page.forms):
            self._learn_table(role, path, page.links)
        for form in page.forms:
            kept = self.forms[role, form.action] if form.method == "post" else self.queries[role, form.action]
            if len(kept) < MOST_EACH:
                kept.append(form)


def _leads_to(path: str, route: Route) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return False
    return match.func is route.view and (match.url_name or "") == route.name
