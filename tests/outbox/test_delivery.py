import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from mash.outbox import channels, windows
from mash.outbox.models import Attempt, CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, messages
from tests.outbox.conftest import Later, Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


def outcomes(message: Message) -> list[str]:
    return list(message.tries.order_by("id").values_list("outcome", flat=True))


def test_it_delivers_once_however_often_it_is_asked(owe: Owe, office: PostOffice) -> None:
    message = owe()
    for _ in range(3):
        delivery.deliver(message.pk)
    message.refresh_from_db()
    assert [mail["To"] for mail in office.arrived] == ["tess@partner.example"]
    assert (message.state, message.attempts, message.claimed_by) == ("sent", 1, "")
    assert message.provider_id == office.arrived[0]["Message-ID"]
    assert re.fullmatch(rf"<outbox\.{message.pk}\.[0-9a-f]{{20}}@merebrook\.example>", message.provider_id)
    assert outcomes(message) == ["accepted"]
    assert reconcile().balances


@pytest.mark.parametrize("answer", ["451 try again later", "421 too busy"])
def test_it_tries_again_later_when_told_not_now(owe: Owe, office: PostOffice, later: Later, answer: str) -> None:
    message = owe()
    office.mail = answer
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert message.state == "owed"
    assert message.next_attempt_at is not None
    assert message.next_attempt_at - message.owed_at >= windows.BACKOFF[0]

    office.mail = "250 OK"
    assert delivery.deliver(message.pk) is None
    with later(seconds=16):
        delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == ("sent", ["temporary", "accepted"])
    assert not message.tries.filter(possibly_duplicate=True).exists()


def test_it_waits_longer_each_time_and_then_asks_a_person(owe: Owe, office: PostOffice, later: Later) -> None:
    message = owe(name="Tess", phone="0151 496 0000")
    office.to = {message.recipient_email: "450 mailbox busy"}
    waits: list[timedelta] = []
    while message.next_attempt_at is not None:
        assert len(waits) < 100
        with later(seconds=(message.next_attempt_at - timezone.now()).total_seconds() + 0.001):
            began = timezone.now()
            delivery.deliver(message.pk)
        message.refresh_from_db()
        waits += [message.next_attempt_at - began] if message.next_attempt_at else []
    assert [round(wait.total_seconds()) for wait in waits[:8]] == [15, 30, 60, 120, 300, 600, 1200, 1800]
    assert len(waits) > 40
    assert all(abs(wait - windows.BACKOFF[-1]) < timedelta(seconds=5) for wait in waits[8:])
    assert message.state == "failed"
    assert timedelta(hours=23) < sum(waits, timedelta()) <= windows.DELIVERY_WINDOW
    call = CallTask.objects.get(message=message)
    assert (call.why, call.recipient_name, call.phone, call.state) == ("failed", "Tess", "0151 496 0000", "open")


def test_it_asks_a_person_at_once_when_the_address_is_refused(owe: Owe, office: PostOffice, later: Later) -> None:
    message = owe()
    office.to = {message.recipient_email: "550 no such mailbox"}
    delivery.deliver(message.pk)
    with later(days=1):
        assert delivery.deliver(message.pk) is None
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == ("failed", ["permanent"])
    assert CallTask.objects.get(message=message).why == "failed"
    assert reconcile().balances


def test_it_asks_a_person_when_the_message_is_refused(owe: Owe, office: PostOffice) -> None:
    message = owe()
    office.mail = "554 looks like spam"
    delivery.deliver(message.pk)
    assert CallTask.objects.get(message=message).why == "failed"


def test_it_backs_off_from_a_dead_server(owe: Owe, no_office: None) -> None:
    message = owe()
    attempt = delivery.deliver(message.pk)
    message.refresh_from_db()
    assert attempt is not None
    assert (attempt.outcome, message.state, message.claimed_at) == ("unreachable", "owed", None)
    assert not CallTask.objects.exists()


def test_it_blames_no_recipient_for_a_password_that_is_wrong(
    owe: Owe, office: PostOffice, settings: LazySettings
) -> None:
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "lantern", "wrong"
    message = owe()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == ("owed", ["unreachable"])


def test_it_does_not_wait_for_ever_for_a_server_that_hangs(
    owe: Owe, office: PostOffice, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT, office.seconds = 0.2, 1
    message = owe()
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, outcomes(message)) == ("owed", ["abandoned"])


def test_it_marks_what_went_again_because_an_answer_was_lost(
    owe: Owe, office: PostOffice, later: Later, settings: LazySettings
) -> None:
    settings.EMAIL_TIMEOUT, office.seconds_to_say_so = 0.2, 5
    message = owe()
    delivery.deliver(message.pk)
    assert len(office.arrived) == 1
    office.seconds_to_say_so = 0
    with later(seconds=16):
        delivery.deliver(message.pk)
    assert len(office.arrived) == 2
    assert list(message.tries.order_by("id").values_list("outcome", "possibly_duplicate")) == [
        ("abandoned", False),
        ("accepted", True),
    ]


def test_it_survives_a_channel_with_a_bug(owe: Owe, monkeypatch: pytest.MonkeyPatch) -> None:
    message = owe()
    monkeypatch.setitem(channels.PROVIDERS, "smtp", lambda message: f"{1 / 0}")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    assert (message.state, message.tries.get().detail) == ("owed", "ZeroDivisionError")


def killed(message: Message) -> str:
    """The provider accepts, and the carrier dies before it can write that down."""
    channels.email.deliver(message)
    raise SystemExit


def test_it_marks_what_may_have_gone_twice(
    owe: Owe, office: PostOffice, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = owe()
    monkeypatch.setitem(channels.PROVIDERS, "smtp", killed)
    with pytest.raises(SystemExit):
        delivery.deliver(message.pk)
    monkeypatch.undo()
    message.refresh_from_db()
    assert message.state == "claimed"
    with later(seconds=59):
        assert delivery.deliver(message.pk) is None
    with later(seconds=61):
        delivery.deliver(message.pk)
    assert outcomes(message) == ["abandoned", "accepted"]
    assert list(message.tries.filter(possibly_duplicate=True).values_list("outcome", flat=True)) == ["accepted"]
    assert len(office.arrived) == 2
    assert len({mail["Message-ID"] for mail in office.arrived}) == 1
    assert reconcile().possibly_duplicate == 1


def test_a_carrier_that_lost_its_claim_changes_nothing_but_says_what_it_did(
    owe: Owe, office: PostOffice, later: Later
) -> None:
    message = owe()
    with delivery.claimed(message.pk) as slow:
        assert slow is not None
        with later(seconds=61), delivery.claimed(message.pk) as second:
            assert second is not None
            late = delivery.send(slow)
            message.refresh_from_db()
            assert (late.outcome, late.possibly_duplicate) == ("accepted", True)
            assert (message.state, message.claimed_by) == ("claimed", second.claimed_by)
            assert delivery.send(second).possibly_duplicate
    message.refresh_from_db()
    assert message.state == "sent"
    assert reconcile().balances


@pytest.mark.django_db(transaction=True)
def test_it_marks_what_another_takes_over_at_the_same_moment(owe: Owe, office: PostOffice) -> None:
    message = owe()

    def hand_over(held: Message) -> Attempt:
        try:
            return delivery.send(held)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as slow, delivery.claimed(message.pk) as held:
        assert held is not None
        with transaction.atomic():
            Message.objects.filter(pk=message.pk).update(claimed_by="another")
            late = slow.submit(hand_over, held)
            waiting_for_a_lock()
            Attempt.objects.create(message=message, outcome=Attempt.Outcome.ABANDONED)
        assert late.result().possibly_duplicate


def waiting_for_a_lock() -> None:
    """Returns when somebody waits for a row that we hold."""
    give_up = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < give_up:
            cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)))")
            if cursor.fetchone() == (True,):
                return
            time.sleep(0.02)
    raise TimeoutError


@pytest.mark.django_db(transaction=True)
def test_one_of_many_carriers_wins_the_claim(owe: Owe, office: PostOffice) -> None:
    found = [owe().pk for _ in range(10)]

    def carry(message_id: int) -> Attempt | None:
        try:
            return delivery.deliver(message_id)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as carriers:
        carried = [attempt for attempt in carriers.map(carry, found * 8) if attempt]
    assert sorted(attempt.message_id for attempt in carried) == sorted(found)
    assert len(office.arrived) == 10


@pytest.mark.django_db(transaction=True)
def test_it_commits_the_claim_before_it_hands_over(owe: Owe) -> None:
    message = owe()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"), delivery.claimed(message.pk):
        pass


def test_it_hears_that_it_arrived_or_came_back(owe: Owe, office: PostOffice) -> None:
    arrived, came_back = owe(), owe()
    for message in (arrived, came_back):
        delivery.deliver(message.pk)
        message.refresh_from_db()
    assert delivery.delivered(provider_id=arrived.provider_id)
    assert delivery.bounced(provider_id=came_back.provider_id)
    assert not delivery.bounced(provider_id=came_back.provider_id)
    assert not delivery.bounced(provider_id="<unknown@example>")
    assert not delivery.bounced(provider_id="")
    assert dict(Message.objects.values_list("pk", "state")) == {arrived.pk: "delivered", came_back.pk: "bounced"}
    assert CallTask.objects.get().why == "bounced"
    assert reconcile().balances


def test_nobody_is_called_about_what_they_have_read(owe: Owe, office: PostOffice, tess: User, later: Later) -> None:
    back, late, unread = owe(), owe(), owe()
    delivery.deliver(back.pk)
    back.refresh_from_db()
    for message in (back, late):
        messages.mark_read(by=tess, about=message.about)
    assert delivery.bounced(provider_id=back.provider_id)
    with later(hours=25):
        delivery.give_up(limit=10)
    assert list(CallTask.objects.values_list("message", flat=True)) == [unread.pk]
    assert reconcile().balances
