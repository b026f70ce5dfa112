"""Each trouble in small: what is promised holds, and an outbox that broke its promise would show."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls, delivery, sweeper
from mash.performance.notify_double import Trouble
from mash.performance.report import Row
from mash.performance.troubles import (
    account,
    clock,
    dead,
    mail_down,
    notify_ill,
    receipts_wrong,
    templates_wrong,
    world,
)
from mash.performance.troubles.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def here(settings: Any) -> Iterator[World]:
    with world.made() as made:
        yield made


def broken(rows: list[Row]) -> list[str]:
    return [row.name for row in rows if not row.held]


def figure(rows: list[Row], ending: str) -> Row:
    return next(row for row in rows if row.name.endswith(ending))


def test_its_clock_moves_without_waiting_and_goes_back_afterwards() -> None:
    before = timezone.now()
    with clock.own() as moved:
        moved.move(timedelta(hours=24))
        assert timedelta(hours=24) <= timezone.now() - before < timedelta(hours=25)
    assert timezone.now() - before < timedelta(minutes=10)


def test_mail_that_is_down_for_a_day_loses_nothing(here: World) -> None:
    rows = mail_down.play(here, messages=48)
    assert broken(rows) == []
    assert figure(rows, "given to people").ours >= 1, "what was owed at its beginning waited longer than the window"
    assert figure(rows, "recovery").ours > 0


def test_it_would_see_that_nobody_was_asked_to_call(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "owe_for", lambda *_, **__: None)
    rows = mail_down.play(here, messages=24)
    for promise in ("lost", "no telephone task", "media out of balance"):
        assert not figure(rows, promise).held, promise


def test_it_would_see_a_sweeper_that_forgets(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = sweeper.sweep
    monkeypatch.setattr(sweeper, "sweep", lambda: sweep(limit=3))
    rows = mail_down.play(here, messages=120)
    assert not figure(rows, "outside the declared window").held


def test_notify_that_is_ill_loses_nothing(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notify_ill, "SPELL", timedelta(minutes=3))
    rows = notify_ill.play(here, spells=(Trouble.RATE_LIMIT, Trouble.INTERNAL_ERROR, Trouble.SILENCE_AFTER_KEEPING))
    assert broken(rows) == []
    assert {one.channel for one in account.of(notify_ill.NAME)} == {"email", "sms", "letter"}


def test_it_would_see_copies_that_nobody_marked(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "_SETTLE", delivery._SETTLE.replace("%s AND (", "%s AND FALSE AND ("))
    with mock.patch("mash.outbox.channels.notify._found", return_value=""):
        rows = notify_ill.play(here, spells=(Trouble.CUT_AFTER_KEEPING,))
    assert not figure(rows, "twice and not marked").held


def test_nobody_believes_a_wrong_callback_and_the_true_ones_settle_all(here: World) -> None:
    rows = receipts_wrong.play(here, messages=20)
    assert broken(rows) == []
    states = {one.state for one in account.of(receipts_wrong.NAME)}
    assert states == {Message.State.DELIVERED, Message.State.BOUNCED}


def test_it_would_see_a_door_that_believes_everybody(here: World) -> None:
    with mock.patch("mash.outbox.views._knows_the_token", return_value=True):
        rows = receipts_wrong.play(here, messages=20)
    assert not figure(rows, "changed by a lie").held


def test_a_wrong_template_costs_nobody_a_message(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates_wrong, "WRONG", timedelta(minutes=10))
    assert broken(templates_wrong.play(here)) == []


def test_dead_addresses_delay_no_good_one_and_make_one_call_for_each_organisation(here: World) -> None:
    rows = dead.play(here, addresses=100, good=10)
    assert broken(rows) == []
    assert CallTask.objects.filter(state=CallTask.State.OPEN).count() == 100
    assert account.open_rounds(account.of(dead.NAME)) == dead.ORGANISATIONS


def test_it_would_see_dead_addresses_that_hold_up_the_good(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if what had failed before came first, and hanging addresses were tried again and again."""
    monkeypatch.setattr(windows, "REST", (timedelta(0),))
    monkeypatch.setattr(here, "carry", lambda: here.clock.move(timedelta(seconds=60)))
    rows = dead.play(here, addresses=20, good=5)
    assert not figure(rows, "good addresses beside: lost").held
