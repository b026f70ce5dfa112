"""A real worker, in a process of its own, and its sudden end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from mash.celery import app
from mash.outbox.models import Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import messages, sweeper
from tests.outbox.conftest import person
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 40


@pytest.fixture
def worker(child_environment: dict[str, str], office: PostOffice, root: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "celery", "-A", "mash.celery", "worker", "--concurrency=1", "--loglevel=ERROR"]
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(office.port)}
    process = subprocess.Popen(command, cwd=root, env=child_environment | mail, start_new_session=True)
    yield process
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def ask(message: Message, redis_url: str) -> None:
    """Leave the task where the worker looks for it, as a nudge does."""
    with current_app.connection_for_write(redis_url) as broker:
        current_app.send_task(messages.DELIVER, args=[message.pk], connection=broker)


def ask_to_sweep(redis_url: str) -> None:
    """As beat does."""
    entry = app.conf.beat_schedule["sweep"]
    with current_app.connection_for_write(redis_url) as broker:
        current_app.send_task(entry["task"], connection=broker, **entry["options"])


def owe(to: User, key: str = "decided/7") -> Message:
    with transaction.atomic():
        return messages.owe(messages.Owed(key=key, kind="decided", about="ABCD", to=to))


@pytest.mark.slow
def test_what_a_killed_worker_held_is_carried_by_the_next(
    worker: subprocess.Popen[bytes], office: PostOffice, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_enqueue", lambda ids: None)
    office.seconds = 60
    message = owe(person("Tess", "Mill Lane Primary"))
    ask(message, redis_url)
    until(lambda: bool(office.asked))
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()

    office.seconds = 0
    message.refresh_from_db()
    assert message.state == "claimed"
    assert sweeper.sweep() == 0
    Message.objects.update(claimed_at=timezone.now() - timedelta(seconds=61))
    assert sweeper.sweep() == 1
    assert list(message.tries.order_by("id").values_list("outcome", "possibly_duplicate")) == [
        ("abandoned", False),
        ("accepted", True),
    ]
    assert reconcile().balances


@pytest.mark.slow
def test_a_worker_carries_what_it_is_asked_to(
    worker: subprocess.Popen[bytes], office: PostOffice, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_enqueue", lambda ids: None)
    message = owe(person("Tess", "Mill Lane Primary"))
    for _ in range(3):
        ask(message, redis_url)
    until(lambda: Message.objects.get().state == "sent")
    assert len(office.arrived) == 1


@pytest.mark.slow
def test_a_worker_sweeps_however_many_messages_wait_to_be_carried(
    worker: subprocess.Popen[bytes], office: PostOffice, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "_enqueue", lambda ids: None)
    office.seconds = 0.1
    tess = person("Tess", "Mill Lane Primary")
    abandoned, *waiting = [owe(tess, key=f"decided/{number}") for number in range(60)]
    long_ago = timezone.now() - timedelta(minutes=2)
    Message.objects.filter(pk=abandoned.pk).update(state="claimed", claimed_at=long_ago, claimed_by="the dead")
    for message in waiting:
        ask(message, redis_url)
    ask_to_sweep(redis_url)
    until(lambda: Message.objects.get(pk=abandoned.pk).state == "sent")
    assert len(office.arrived) < len(waiting) / 2
