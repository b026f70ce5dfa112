"""The line to the mail server is kept between messages, and never trusted blindly."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import LazySettings

from mash.outbox.channels import line
from mash.outbox.models import Message
from mash.outbox.services import delivery
from tests.outbox.conftest import Owe
from tests.outbox.post_office import PostOffice, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_line() -> Iterator[None]:
    line.hang_up()
    yield
    line.hang_up()


def carry(owe: Owe, number: int, **terms: Any) -> list[Message]:
    rows = [owe(**terms) for _ in range(number)]
    for row in rows:
        delivery.deliver(row.pk)
        row.refresh_from_db()
    return rows


def test_it_signs_in_once_for_many_messages(owe: Owe, office: PostOffice) -> None:
    carry(owe, 5)
    assert (len(office.arrived), len(office.lines)) == (5, 1)


@pytest.mark.parametrize("just_now", [0.0, 60.0])
def test_it_begins_a_new_line_when_the_old_one_was_cut_and_nothing_waits(
    owe: Owe, office: PostOffice, monkeypatch: pytest.MonkeyPatch, just_now: float
) -> None:
    monkeypatch.setattr(line, "JUST_NOW_SECONDS", just_now)
    carry(owe, 1)
    office.cut_off()
    time.sleep(0.1)
    (row,) = carry(owe, 1)
    assert (row.state, row.attempts) == ("sent", 1)
    assert (len(office.arrived), len(office.lines)) == (2, 2)


def test_it_does_not_wait_long_for_a_line_that_says_nothing(
    owe: Owe, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "JUST_NOW_SECONDS", 0)
    monkeypatch.setattr(line, "STILL_THERE_SECONDS", 0.1)
    carry(owe, 1)
    office.seconds_to_noop = 20
    began = time.monotonic()
    (row,) = carry(owe, 1)
    assert (row.state, len(office.lines)) == ("sent", 2)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("name", "most"), [("MOST_MESSAGES", 2), ("IDLE_SECONDS", -1)])
def test_it_wears_out(owe: Owe, office: PostOffice, monkeypatch: pytest.MonkeyPatch, name: str, most: int) -> None:
    monkeypatch.setattr(line, name, most)
    carry(owe, 4)
    assert (len(office.arrived), len(office.lines)) == (4, 2 if most > 0 else 4)


def test_it_keeps_the_line_after_a_refusal_and_drops_it_when_nobody_knows(owe: Owe, office: PostOffice) -> None:
    office.to = {"nobody@partner.example": "550 no such person"}
    refused, sent = carry(owe, 1, email="nobody@partner.example") + carry(owe, 1)
    assert (refused.state, sent.state, len(office.lines)) == ("failed", "sent", 1)
    office.seconds = 3  # longer than the time-out: nobody knows whether it was taken
    (unsure,) = carry(owe, 1)
    office.seconds = 0
    (after,) = carry(owe, 1)
    assert (unsure.state, after.state, len(office.lines)) == ("owed", "sent", 2)


def test_it_goes_to_the_server_that_the_settings_name_now(owe: Owe, office: PostOffice, settings: LazySettings) -> None:
    carry(owe, 1)
    with opened(PostOffice()) as other:
        settings.EMAIL_PORT = other.port
        carry(owe, 1)
        assert (len(office.arrived), len(other.arrived)) == (1, 1)


def test_it_is_never_shared_by_two_carriers(office: PostOffice) -> None:
    """Neither by two threads nor by a process and its child."""

    def whose() -> object:
        with line.opened() as backend:
            return backend

    mine = whose()
    with ThreadPoolExecutor(1) as other:
        assert other.submit(whose).result() is not mine
        other.submit(line.hang_up).result()
    assert whose() is mine
    real = os.getpid()
    with pytest.MonkeyPatch.context() as child:
        child.setattr(os, "getpid", lambda: real + 1)
        assert whose() is not mine
