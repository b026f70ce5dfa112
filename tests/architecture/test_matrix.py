"""Role x route x method x ownership, made from the URLconf: what each combination answers, held against the rules.

404 for what is not yours, 403 for what is yours but not this act, 405 for a method the page does not have, the
sign-in page for strangers; anything else is a surprise.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts import api_keys
from accounts.models import Organisation
from accounts.policy import API_SCOPES, GRANTS, Role
from mash.access.rules import Rule
from referrals import visible
from tests.architecture import world as worlds
from tests.architecture import world_doors, world_nights, world_thresholds
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_house import SWITCHED_OFF
from tests.architecture.world import KINDS, SEES, World
from tests.cast import sign_in

METHODS = ("GET", "POST", "PUT", "DELETE")
FINE = frozenset({200, 201, 204, 302, 400, 422})
NOBODY = "nobody"
# Routes that answer by their own rules and are tested by themselves.
ELSEWHERE = {"healthz", "readyz", "metrics", "held", "account_reset_password_from_key"}
# The link in an invitation: tests/letting_in.
ELSEWHERE |= {"accept_invitation"}
# One's own passkeys and recovery codes, which nobody in the matrix has: tests/signing_in.
ELSEWHERE |= {"mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_view_recovery_codes", "mfa_deactivate_totp"}
# A link in a shared inbox, and the receipts of a provider: tests/referrals/test_acknowledging, tests/outbox.
ELSEWHERE |= {"got_it", "notify_callback"}
# No provider is configured there.
ELSEWHERE |= {"openid_connect_login", "openid_connect_callback"}


@dataclass(frozen=True)
class Try:
    """One combination and what it should answer."""

    route: Route
    method: str
    role: str
    record: str
    expected: frozenset[int]

    def __str__(self) -> str:
        return f"{self.role} {self.method} {self.route} on {self.record or 'nothing'}"


def tries(routes: list[Route], world: World) -> Iterator[Try]:
    for route in routes:
        for role in (NOBODY, *Role):
            for method in METHODS:
                for record in _records(route, method):
                    yield Try(route, method, role, record, _expected(route, method, role, record))


def _records(route: Route, method: str) -> tuple[str, ...]:
    rule = _rule(route)
    if rule.door is None or method not in rule.methods:
        return (KINDS[rule.door.__name__][0],) if rule.door else ("",)
    return (*KINDS[rule.door.__name__], "no such record")


def _expected(route: Route, method: str, role: str, record: str) -> frozenset[int]:
    rule = _rule(route)
    if role == NOBODY and not rule.open:
        return frozenset({302, 405})
    if method not in rule.methods:
        return frozenset({405})
    if rule.door is not None and record not in SEES[rule.door.__name__].get(role, set()):  # type: ignore[call-overload]
        return frozenset({404})
    granted = rule.open or rule.act is None or rule.act in GRANTS[role]  # type: ignore[index]
    return FINE if granted else frozenset({403})


def _rule(route: Route) -> Rule:
    assert route.rule is not None, route
    return route.rule


def answer(one: Try, world: World, clients: dict[str, Client]) -> int:
    """The status of one combination; whatever it did is undone."""
    client, cookies = clients[one.role], clients[one.role].cookies.output()
    with transaction.atomic():
        response = client.generic(
            one.method, address_of(one, world), "", content_type="application/x-www-form-urlencoded"
        )
        transaction.set_rollback(True)
    if client.cookies.output() != cookies:
        client.cookies.clear()
        client.cookies.load(cookies.replace("Set-Cookie: ", ""))
    return response.status_code


def address_of(one: Try, world: World) -> str:
    """Where the page of one combination is."""
    rule = _rule(one.route)
    values: dict[str, Any] = {}
    for variable in one.route.variables:
        if rule.door is not None and variable == rule.kwarg:
            values[variable] = _value(one, world)
        else:
            values[variable] = _other(variable)
    return reverse(one.route.name, kwargs=values | world_thresholds.addressed(one.route.name))


def _value(one: Try, world: World) -> Any:
    door = _rule(one.route).door
    assert door is not None
    if one.record != "no such record":
        return world.value(door.__name__, one.record)
    if _rule(one.route).kwarg == "pk":
        return 10**9
    if door.__name__ in ("draft", "colleagues_draft"):
        return uuid.uuid4()
    missing = {
        "amendment": 10**9,
        "case": 10**9,
        "decision": 10**9,
        "call_round": 10**9,
        "message": 10**9,
        "local_service": 10**9,
    }
    return {**missing, **world_doors.MISSING}.get(door.__name__, "0000000000000000")


def _other(variable: str) -> Any:
    places = {"item": "item1", "identity": "open", "key": "case_acceptance"}
    return {**places, **world_nights.PLACES, **world_thresholds.PLACES}.get(variable, 1)


def surprises(routes: list[Route], world: World, clients: dict[str, Client]) -> tuple[int, list[str]]:
    """How many combinations were tried, and those that answered otherwise than they should."""
    found, count = [], 0
    for one in tries(routes, world):
        status = answer(one, world, clients)
        count += 1
        if status not in one.expected:
            found.append(f"{one}: {status}, not {sorted(one.expected)}")
    return count, found


def our_pages() -> list[Route]:
    skipped = SWITCHED_OFF | ELSEWHERE
    return [route for route in all_routes() if not route.is_api and route.name not in skipped]


@pytest.fixture
def world(db: None, settings: LazySettings) -> World:
    settings.ACCOUNT_RATE_LIMITS = False
    return worlds.build()


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    made: dict[str, Client] = {NOBODY: Client(raise_request_exception=False)}
    for role, user in world.users.items():
        made[role] = sign_in(Client(raise_request_exception=False), user)
    return made


@pytest.mark.slow
def test_it_answers_every_role_route_method_and_ownership_by_the_rules(
    world: World, clients: dict[str, Client], record_property: Callable[[str, object], None]
) -> None:
    count, found = surprises(our_pages(), world, clients)
    record_property("figure", f"matrix: {count:,} combinations of {len(our_pages())} routes, {len(found)} surprises")
    assert count > 1000
    assert not found, "\n".join(found)


@pytest.mark.parametrize("door", ["referrals", "submissions", "cases", "drafts"])
def test_it_notices_when_a_visible_filter_is_taken_away(
    world: World, clients: dict[str, Client], door: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = getattr(visible, door)(AnonymousUser()).model
    monkeypatch.setattr(visible, door, lambda _user: model.objects.all())
    one_of = {"referrals": "referral", "submissions": "submission", "cases": "case", "drafts": "draft"}[door]
    behind = [route for route in our_pages() if _rule(route).door and _rule(route).door.__name__ == one_of]  # type: ignore[union-attr]
    assert behind
    _, found = surprises(behind[:2], world, clients)
    assert found


def test_it_gives_an_agencys_system_its_own_referrals_alone(world: World, client: Client) -> None:
    school = Organisation.objects.get(name="Mill Lane Primary")
    _, key = api_keys.issue(organisation=school, name="school", scopes=API_SCOPES)
    expected = {"mine": 200, "leads": 200, "police": 404, "allegation": 404, "restricted": 404}
    for name, status in expected.items():
        address = f"/api/v1/referrals/{world.value('submission', name)}/"
        assert client.get(address).status_code == 401
        assert client.get(address, headers={"Authorization": f"Bearer {key}"}).status_code == status, name


def test_it_can_address_every_route(world: World) -> None:
    for one in tries(our_pages(), world):
        try:
            address_of(one, world)
        except NoReverseMatch:
            pytest.fail(f"{one.route.pattern}: teach the matrix what stands for {one.route.variables}")
