"""Many dead addresses never delay a good one: a refusal is quick, and what hangs is left alone for a while."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.outbox import windows
from mash.outbox.models import Message, Resting
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, resting, sweeper
from tests.outbox.conftest import Later, Owe
from tests.outbox.notified import outcomes
from tests.outbox.post_office import PostOffice, opened

pytestmark = pytest.mark.django_db
HANGS = "@hangs.example"


class Hanging(PostOffice):
    """Never answers for one domain, as a relay that tries to deliver at once does."""

    seconds_that_hang = 30.0

    async def handle_RCPT(self, *given: Any) -> str:  # noqa: N802
        address = given[3]
        if address.endswith(HANGS):
            self.asked.append(address)
            await asyncio.sleep(self.seconds_that_hang)
        return await super().handle_RCPT(*given)


@pytest.fixture
def hanging(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    monkeypatch.setattr(windows, "HUNG", timedelta(seconds=0.2))
    with opened(Hanging()) as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        yield office


def test_after_one_that_hung_the_others_there_wait_untried(owe: Owe, hanging: Hanging) -> None:
    messages = [owe(email=f"dead{n}{HANGS}") for n in range(20)]
    began = time.monotonic()
    for message in messages:
        delivery.deliver(message.pk)
    assert time.monotonic() - began < 5, "one wait, and not twenty"
    assert hanging.asked == ["dead0@hangs.example"]
    assert list(Message.objects.order_by("id").values_list("attempts", flat=True)) == [1] + [0] * 19
    assert set(Message.objects.values_list("state", flat=True)) == {"owed"}
    assert set(Message.objects.filter(attempts=0).values_list("claimed_by", flat=True)) == {""}


def test_a_thousand_dead_addresses_in_small_delay_no_good_one(owe: Owe, hanging: Hanging, later: Later) -> None:
    """Forty hang and forty are refused before ten good ones are owed: one round carries all ten."""
    dead = [owe(email=f"dead{n}{HANGS}") for n in range(40)]
    refused = [owe(email=f"gone{n}@partner.example") for n in range(40)]
    hanging.to = {message.recipient_email: "550 nobody of that name" for message in refused}
    good = [owe(email=f"good{n}@partner.example") for n in range(10)]
    began = time.monotonic()
    sweeper.sweep()
    took = time.monotonic() - began
    assert set(Message.objects.filter(pk__in=[m.pk for m in good]).values_list("state", flat=True)) == {"sent"}
    assert set(Message.objects.filter(pk__in=[m.pk for m in refused]).values_list("state", flat=True)) == {"failed"}
    assert set(Message.objects.filter(pk__in=[m.pk for m in dead]).values_list("state", flat=True)) == {"owed"}
    assert took < windows.SWEEP_TIME.total_seconds()
    assert len(hanging.asked) == 1 + 40 + 10
    assert reconcile().balances


def test_each_round_of_a_day_asks_a_hanging_place_once_at_most(owe: Owe, hanging: Hanging, later: Later) -> None:
    for n in range(10):
        owe(email=f"dead{n}{HANGS}")
    for minutes in range(0, 30, 3):
        with later(minutes=minutes):
            before = len(hanging.asked)
            sweeper.sweep()
            assert len(hanging.asked) - before <= 1
    row = Resting.objects.get()
    assert row.destination == "smtp:hangs.example" and row.hangs >= 4
    assert windows.rest(row.hangs) == windows.REST[-1]


def test_a_place_that_is_well_again_gets_everything(owe: Owe, hanging: Hanging, later: Later) -> None:
    for n in range(10):
        owe(email=f"back{n}{HANGS}")
    sweeper.sweep()
    hanging.seconds_that_hang = 0
    with later(minutes=2):
        sweeper.sweep()
        assert not Resting.objects.exists()
        sweeper.sweep()
    with later(minutes=5):
        sweeper.sweep()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_what_only_waited_is_tried_before_its_day_is_over(owe: Owe, hanging: Hanging, later: Later) -> None:
    message = owe(email=f"late{HANGS}")
    Resting.objects.create(destination="smtp:hangs.example", until=timezone.now() + timedelta(hours=48), hangs=9)
    with later(hours=23):
        hanging.seconds_that_hang = 0
        delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "sent"


def test_a_quick_no_is_no_reason_to_rest(owe: Owe, hanging: Hanging) -> None:
    message = owe()
    hanging.to = {message.recipient_email: "450 busy"}
    delivery.deliver(message.pk)
    assert outcomes(message) == ["temporary"] and not Resting.objects.exists()


def test_another_domain_does_not_rest(owe: Owe, hanging: Hanging) -> None:
    delivery.deliver(owe(email=f"dead{HANGS}").pk)
    good = owe(email="good@partner.example")
    delivery.deliver(good.pk)
    good.refresh_from_db()
    assert good.state == "sent"


def test_a_message_that_goes_costs_two_statements_and_ends_the_rest_that_stood(owe: Owe, hanging: Hanging) -> None:
    first, second = (owe(email=f"t{n}@partner.example") for n in range(2))
    with CaptureQueriesContext(connection) as asked:
        delivery.deliver(first.pk)
    kinds = [one["sql"].split()[0] for one in asked if "SAVEPOINT" not in one["sql"]]
    assert kinds == ["UPDATE", "WITH"], "claim, settle"
    Resting.objects.create(destination="smtp:partner.example", until=timezone.now() - timedelta(seconds=1))
    delivery.deliver(second.pk)
    assert not Resting.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_after_a_rest_one_carrier_finds_out_and_not_all(owe: Owe) -> None:
    Resting.objects.create(destination="smtp:hangs.example", until=timezone.now() - timedelta(seconds=1))

    def ask(_: int) -> bool:
        try:
            return resting.turn("smtp:hangs.example").until is None
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as carriers:
        assert sum(carriers.map(ask, range(16))) == 1
