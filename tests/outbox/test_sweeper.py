from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from mash.outbox import tasks, windows
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, messages, sweeper
from tests.outbox.conftest import Later, Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


def test_it_finds_what_nobody_nudged(owe: Owe, office: PostOffice) -> None:
    for _ in range(5):
        owe()
    assert sweeper.sweep() == 5
    assert sweeper.sweep() == 0
    assert len(office.arrived) == 5
    assert reconcile().balances


def test_it_carries_what_a_dead_carrier_left(owe: Owe, office: PostOffice, later: Later) -> None:
    with delivery.claimed(owe().pk):
        assert sweeper.sweep() == 0
        with later(seconds=61):
            assert sweeper.sweep() == 1
    assert Message.objects.get().state == "sent"


def test_it_keeps_to_its_limit(owe: Owe, office: PostOffice) -> None:
    for _ in range(5):
        owe()
    assert [sweeper.sweep(limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_it_keeps_to_its_time(owe: Owe, office: PostOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows, "SWEEP_TIME", timedelta(seconds=0))
    for _ in range(3):
        owe()
    assert sweeper.sweep() == 1


def test_addresses_that_fail_delay_none_that_work(owe: Owe, office: PostOffice, later: Later) -> None:
    bad = [owe(email=f"bad{n}@dead.example") for n in range(12)]
    office.to = {message.recipient_email: "450 busy" for message in bad}
    sweeper.sweep()
    with later(minutes=1):
        good = [owe(email=f"good{n}@partner.example") for n in range(4)]
        office.asked.clear()
        sweeper.sweep(limit=4)
    assert office.asked[:4] == [message.recipient_email for message in good]
    assert len(office.asked) == 5, "and one that failed before has its turn"


def test_it_stops_asking_a_server_that_is_not_there(owe: Owe, no_office: None) -> None:
    for _ in range(5):
        owe()
    assert sweeper.sweep() == 1
    assert list(Message.objects.order_by("id").values_list("attempts", flat=True)) == [1, 0, 0, 0, 0]


def test_people_are_asked_when_no_server_was_there_all_day(owe: Owe, no_office: None, later: Later) -> None:
    for _ in range(3):
        owe()
    with later(hours=25):
        recent = owe()
        sweeper.sweep()
    assert CallTask.objects.filter(why="failed").count() == 3
    assert set(Message.objects.exclude(pk=recent.pk).values_list("state", flat=True)) == {"failed"}
    assert reconcile().balances


def test_a_server_that_is_back_after_a_day_still_gets_what_was_never_tried(
    owe: Owe, office: PostOffice, later: Later
) -> None:
    owe()
    with later(hours=25):
        sweeper.sweep()
    assert Message.objects.get().state == "sent"


def test_it_asks_a_person_once_when_nobody_read_it_in_time(
    owe: Owe, office: PostOffice, later: Later, tess: User
) -> None:
    soon = timezone.now() + timedelta(days=3)
    silent, read, unimportant = owe(read_by=soon), owe(read_by=soon), owe()
    sweeper.sweep()
    messages.mark_read(by=tess, about=read.about)
    with later(days=2):
        sweeper.sweep()
        assert not CallTask.objects.exists()
    with later(days=4):
        sweeper.sweep()
        sweeper.sweep()
    call = CallTask.objects.get()
    assert (call.message, call.why) == (silent, "silent")
    messages.mark_read(by=tess, about=silent.about)
    call.refresh_from_db()
    assert call.state == "lapsed"
    unimportant.refresh_from_db()
    assert unimportant.chased_at is None


def test_its_tasks_are_thin_and_go_by_the_names_that_beat_knows(owe: Owe, office: PostOffice, redis_url: str) -> None:
    assert {task.name for task in (tasks.deliver, tasks.sweep, tasks.heartbeat)} == {
        messages.DELIVER,
        "mash.outbox.tasks.sweep",
        "mash.outbox.tasks.heartbeat",
    }
    message = owe()
    tasks.deliver(message.pk)
    tasks.deliver(message.pk)
    assert len(office.arrived) == 1
