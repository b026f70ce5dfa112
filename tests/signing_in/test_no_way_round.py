"""No way round the second factor: every route of the product, asked for in a session that showed a password alone."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation, User
from accounts.policy import SECOND_FACTOR, Role
from mash.access.rules import Factor
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_house import SWITCHED_OFF
from tests.cast import person
from tests.signing_in.hands import INDEX, SHOW, give_app

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST", "PUT", "DELETE")
STANDS_FOR = {
    "reference": "0000000000000000",
    "token": "0a4bd7a2-6a0c-4d2a-9a51-0e3d5f9f2c11",
    "key": "x",
    "uidb36": "1",
    "provider_id": "sso",
    "item": "item1",
}


def closed_routes() -> list[Route]:
    """All that are not open to strangers; the API's own routes too."""
    return [one for one in all_routes() if one.name not in SWITCHED_OFF and (one.rule is None or not one.rule.open)]


def address(route: Route) -> str:
    """Whatever stands for what varies: the answer comes before anything is looked up."""
    for words in ({}, {"token": "x"}, {"kind": "children"}):
        for number in (1, "x"):
            values = {name: {**STANDS_FOR, **words}.get(name, number) for name in route.variables}
            try:
                return reverse(route.name, kwargs=values)
            except Exception:  # noqa: BLE001 - another kind of value is tried
                continue
    raise AssertionError(f"{route}: say here what stands for {route.variables}")


def half_way(user: User) -> Client:
    """Signed in by password alone, whatever the account has."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def tries(routes: list[Route]) -> Iterator[tuple[Route, str]]:
    yield from ((route, method) for route in routes for method in METHODS)


def ways_round(client: Client, *, has_one: bool) -> tuple[int, list[str]]:
    """How many were tried, and those that answered with anything but the way to the factor, a refusal or a 405."""
    opens = Factor.ASKED if has_one else Factor.NONE_YET
    towards = SHOW if has_one else INDEX
    count, found = 0, []
    for route, method in tries(closed_routes()):
        answer = client.generic(method, address(route), "", content_type="application/x-www-form-urlencoded")
        count += 1
        if route.is_api:
            fine = answer.status_code in {401, 405}
        elif route.rule is not None and route.rule.factor is opens:
            fine = answer.status_code in {200, 302, 405}
        else:
            sent = answer.status_code == 302 and answer["Location"].startswith(f"{towards}?next=")
            fine = sent or answer.status_code == 405
        if not fine:
            found.append(f"{method} {route}: {answer.status_code} {answer.get('Location', '')}")
    return count, found


@pytest.mark.parametrize("has_one", [False, True], ids=["none set up", "one set up"])
def test_it_opens_no_route_to_a_password_alone(
    hub: Organisation, has_one: bool, record_property: Callable[[str, object], None]
) -> None:
    user = person("Everything", hub, *Role)
    if has_one:
        give_app(user)
    count, found = ways_round(half_way(user), has_one=has_one)
    told = "one set up" if has_one else "none set up"
    record_property(
        "figure", f"second factor, {told}: {count:,} tries of {len(closed_routes())} routes, {len(found)} ways round"
    )
    assert count > 300
    assert not found, "\n".join(found)


@pytest.mark.parametrize("role", sorted(SECOND_FACTOR))
def test_it_asks_every_role_of_the_hub(hub: Organisation, role: Role) -> None:
    assert half_way(person("One", hub, role)).get("/")["Location"] == f"{INDEX}?next=/"


def test_it_notices_a_route_that_is_left_open(hub: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mash.access.second_factor.shown", lambda _request: True)
    count, found = ways_round(half_way(person("Everything", hub, *Role)), has_one=False)
    assert found and count
