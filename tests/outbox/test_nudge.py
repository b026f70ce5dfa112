"""Nothing depends on the broker: it only makes things quicker."""

import time
from collections.abc import Callable, Iterator

import pytest
from celery import current_app
from django.db import transaction
from kombu import pools
from redis import Redis

from accounts.models import User
from mash.outbox.models import Message
from mash.outbox.services import messages, sweeper
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db(transaction=True)
Broker = Callable[[str], None]


@pytest.fixture
def broker() -> Iterator[Broker]:
    """`broker(url)`: from here on tasks are sent there."""
    before = current_app.conf.broker_url

    def use(url: str) -> None:
        current_app.conf.broker_url = url
        current_app.conf.broker_write_url = url
        pools.reset()
        current_app._pool = None
        current_app.amqp._producer_pool = None

    yield use
    use(before)


def owe(to: User) -> Message:
    with transaction.atomic():
        return messages.owe(messages.Owed(key="decided/7", kind="decided", about="ABCD", to=to))


def test_it_asks_a_worker_through_the_broker(tess: User, broker: Broker, redis_url: str) -> None:
    broker(redis_url)
    owe(tess)
    with Redis.from_url(redis_url) as redis:
        assert redis.llen("celery") == 1


def test_it_fails_nobody_when_the_broker_is_down(tess: User, broker: Broker, office: PostOffice) -> None:
    broker(f"redis://127.0.0.1:{PostOffice().port}/0")
    began = time.monotonic()
    message = owe(tess)
    assert time.monotonic() - began < 3
    assert Message.objects.get() == message
    assert sweeper.sweep() == 1
    assert len(office.arrived) == 1


def test_it_fails_nobody_whatever_is_wrong_with_the_broker(
    tess: User, monkeypatch: pytest.MonkeyPatch, office: PostOffice
) -> None:
    def closed(*_args: object, **_options: object) -> None:
        raise RuntimeError("Acquire on closed pool")

    monkeypatch.setattr(current_app._get_current_object(), "send_task", closed)
    message = owe(tess)
    assert Message.objects.get() == message
