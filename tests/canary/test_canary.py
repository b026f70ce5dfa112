"""A withheld or unasked name is found nowhere that anybody but the named person can reach."""

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from structlog.stdlib import ProcessorFormatter

from accounts import api_keys
from accounts.models import Organisation, OrganisationKind
from accounts.policy import API_SCOPES, Role
from mash.audit import events
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals import publicly
from referrals.models import Party, Referral, SealedIdentity
from tests.architecture import world as worlds
from tests.architecture.routes import Route, all_routes
from tests.architecture.test_house import SWITCHED_OFF
from tests.architecture.world import World
from tests.canary import life
from tests.canary.life import CANARIES, TRACES
from tests.canary.places import Visit, found_in, in_tables, tables, visits
from tests.cast import sign_in

GRANTED = ("withheld_identity", Role.TRIAGE_WORKER.value)
LEAVES = {"account_logout", "leave_news"}


@pytest.fixture
def world(db: None, settings: LazySettings) -> World:
    settings.ACCOUNT_RATE_LIMITS = False
    return worlds.build()


@pytest.fixture
def said() -> Iterator[io.StringIO]:
    """Everything that is logged, in the lines that the product writes."""
    root = logging.getLogger()
    ours = next(one.formatter for one in root.handlers if isinstance(one.formatter, ProcessorFormatter))
    written = io.StringIO()
    handler, level = logging.StreamHandler(written), root.level
    handler.setFormatter(ours)
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def referrals(said: io.StringIO, world: World, monkeypatch: pytest.MonkeyPatch) -> list[Referral]:
    return life.build(world, monkeypatch)


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """Everybody: each role, an agency's system, the public's own organisation had it one, and nobody."""
    made = {role.value: sign_in(Client(raise_request_exception=False), user) for role, user in world.users.items()}
    for kind in (OrganisationKind.SCHOOL, OrganisationKind.PUBLIC):
        owner = Organisation.objects.filter(kind=kind).first()
        if owner is not None:
            _, key = api_keys.issue(organisation=owner, name=kind, scopes=API_SCOPES)
            made[f"key of {kind}"] = Client(raise_request_exception=False, HTTP_AUTHORIZATION=f"Bearer {key}")
    made["nobody"] = Client(raise_request_exception=False)
    return made


def routes() -> list[Route]:
    return [route for route in all_routes() if route.name and route.name not in SWITCHED_OFF | LEAVES]


def leaks(seen: list[Visit]) -> list[str]:
    return [str(visit) for visit in seen if visit.found and (visit.route, visit.who) != GRANTED]


@pytest.mark.slow
def test_it_shows_a_withheld_name_to_the_one_who_was_named_and_to_nobody_else(
    referrals: list[Referral],
    clients: dict[str, Client],
    said: io.StringIO,
    record_property: Callable[[str, object], None],
) -> None:
    seen = list(visits(routes(), clients, referrals, CANARIES))
    opened = [visit for visit in seen if (visit.route, visit.who) == GRANTED and visit.found]
    assert {visit.address for visit in opened} == {
        f"/queue/{referral.reference}/identity/" for referral in (referrals[0], referrals[2])
    }
    assert all(set(visit.found) == set(CANARIES) - {"07700900731"} for visit in opened)
    shown = sum(visit.status == 200 for visit in seen)
    assert shown > 500
    elsewhere = [*leaks(seen), *in_tables((*CANARIES, *TRACES)), *in_messages_and_logs(said)]
    record_property(
        "figure",
        f"canary: {len(seen):,} answers of {len(routes())} routes to {len(clients)} kinds of people, {shown:,} of them "
        f"pages; {len(tables())} tables, {len(life.mails())} emails, {lines(said):,} log lines: {len(elsewhere)} leaks",
    )
    assert elsewhere == []


def in_messages_and_logs(said: io.StringIO) -> list[str]:
    mails = [f"email {n}" for n, one in enumerate(life.mails()) if found_in(one, (*CANARIES, *TRACES))]
    logs = [line for line in said.getvalue().splitlines() if found_in(line.encode(), (*CANARIES, *TRACES))]
    return [*mails, *logs]


def lines(said: io.StringIO) -> int:
    return said.getvalue().count("\n")


def test_it_lived_a_whole_life(referrals: list[Referral], said: io.StringIO) -> None:
    """Otherwise the search above would find nothing because there is nothing."""
    assert SealedIdentity.objects.filter(referral__in=referrals, name=life.NAME).count() == 3
    assert referrals[2].stage == "decided"
    assert life.mails()
    assert Message.objects.count() > 3
    assert lines(said) > 20
    assert {"came_back", "identity_unsealed", "case_closed", "amendment_answered"} <= set(
        Event.objects.values_list("what", flat=True)
    )


def test_it_catches_a_page_that_leaks(
    referrals: list[Referral], clients: dict[str, Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publicly, "WITHHELD", life.NAME)
    leaking = life.sent("withheld", "leaking")
    some = [route for route in routes() if route.name in {"hub_referral", "withheld_identity"}]
    found = leaks(list(visits(some, clients, [*referrals, leaking], CANARIES)))
    assert found
    assert all("quillfeather" in one and leaking.reference in one for one in found)
    assert "table referrals_referral" in in_tables(CANARIES)


def test_it_catches_a_name_in_an_audit_event_a_party_and_a_log(
    referrals: list[Referral], world: World, said: io.StringIO
) -> None:
    assert in_tables(CANARIES) == []
    manager = world.users[Role.TRIAGE_MANAGER]
    events.record(by=manager, what="came_back", about=referrals[0], detail={"who": [life.EMAIL]})
    Party.objects.create(referral=referrals[0], name=life.NAME)
    assert in_tables(CANARIES) == ["table audit_event", "table referrals_party"]
    logging.getLogger("referrals").warning("told by %s", life.PHONE)
    assert in_messages_and_logs(said)


def test_it_reads_pdfs_and_their_metadata(root: Any) -> None:
    import typst

    source = f'#set document(title: "Receipt", author: "{life.NAME}")\nSafely: {life.SAFELY}'
    made = typst.compile(source.encode())
    assert set(found_in(made, CANARIES)) == {"quillfeather", "quilltext"}
