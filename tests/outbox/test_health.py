from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.audit.models import Event
from mash.outbox import selectors, tasks, windows
from mash.outbox.services import delivery, heartbeats
from tests.outbox.conftest import Later, Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-operators"


@pytest.fixture
def worker(redis_url: str, settings: LazySettings) -> None:
    """A broker, and a worker that is alive."""
    settings.REDIS_URL = redis_url
    tasks.heartbeat()


def ready(client: Client) -> tuple[int, Any]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["wrong"]


def unanswered(*args: object, **kwargs: object) -> Any:
    raise OperationalError("connection to 10.0.0.7 refused for mash_app")


def test_it_is_alive_without_asking_anybody(client: Client, settings: LazySettings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{PostOffice().port}/0"
    with CaptureQueriesContext(connection) as seen:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content, len(seen)) == (200, b"ok", 0)
    assert not answer.cookies


def test_it_is_ready_when_everything_answers(client: Client, worker: None) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "wrong": {}})
    assert not answer.cookies
    assert not Event.objects.exists()


def test_it_names_the_database(client: Client, worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "backlog", unanswered)
    assert ready(client) == (503, {"database": "does not answer"})


def test_it_names_the_broker(client: Client, settings: LazySettings) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{PostOffice().port}/0"
    status, wrong = ready(client)
    assert (status, set(wrong)) == (503, {"broker", "worker"})


def test_it_names_a_worker_that_never_was_or_fell_silent(
    client: Client, settings: LazySettings, redis_url: str, later: Later
) -> None:
    settings.REDIS_URL = redis_url
    assert ready(client) == (503, {"worker": "no sign of life"})
    heartbeats.beat()
    with later(seconds=91):
        assert ready(client) == (503, {"worker": "silent for 91 seconds"})


def test_it_names_what_nobody_carries(client: Client, worker: None, owe: Owe, later: Later) -> None:
    owe()
    assert ready(client)[0] == 200
    with later(minutes=3):
        tasks.heartbeat()
        status, wrong = ready(client)
    assert (status, set(wrong)) == (503, {"oldest_owed_message"})


def test_it_names_mail_that_does_not_go(client: Client, worker: None, owe: Owe, no_office: None, later: Later) -> None:
    message = owe()
    for _ in range(8):
        with later(seconds=(message.next_attempt_at - timezone.now()).total_seconds() + 1):  # type: ignore[operator]
            delivery.deliver(message.pk)
            message.refresh_from_db()
            tasks.heartbeat()
            status, wrong = ready(client)
    assert timezone.now() + windows.NOTHING_GOES < message.next_attempt_at  # type: ignore[operator]
    assert (status, set(wrong)) == (503, {"oldest_owed_message"})
    assert "no message went since" in wrong["oldest_owed_message"]


def test_one_mailbox_that_is_full_makes_nothing_unready(
    client: Client, worker: None, owe: Owe, office: PostOffice, later: Later
) -> None:
    full = owe(email="full@partner.example")
    office.to = {"full@partner.example": "452 full"}
    with later(minutes=20):
        delivery.deliver(full.pk)
        delivery.deliver(owe().pk)
        tasks.heartbeat()
        assert ready(client) == (200, {})


@pytest.mark.parametrize(
    ("token", "header"),
    [("", ""), ("", "Bearer "), (TOKEN, ""), (TOKEN, "Bearer x"), (TOKEN, TOKEN), (TOKEN, "\u00e9")],
)
def test_its_figures_do_not_exist_for_strangers(
    client: Client, settings: LazySettings, token: str, header: str
) -> None:
    settings.METRICS_TOKEN = token
    assert client.get("/metrics", headers={"authorization": header}).status_code == 404


def test_it_gives_the_operators_their_figures(client: Client, settings: LazySettings, worker: None, owe: Owe) -> None:
    settings.METRICS_TOKEN = TOKEN
    owe()
    owe(to=None, email="")
    answer = client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    lines = answer.content.decode().splitlines()
    assert answer.status_code == 200
    assert "outbox_waiting_messages 1.0" in lines
    assert "outbox_open_calls 1.0" in lines
    assert "outbox_possible_duplicates 0.0" in lines
    assert not Event.objects.exists()


def test_readiness_costs_the_same_however_much_is_owed(client: Client, worker: None, owe: Owe) -> None:
    counts: list[int] = []
    for number in (1, 19):
        for _ in range(number):
            owe()
        with CaptureQueriesContext(connection) as seen:
            ready(client)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_only_get_is_answered(client: Client) -> None:
    method: Callable[..., Any]
    for method in (client.post, client.put, client.delete):
        assert method("/healthz").status_code == 405


def test_a_heartbeat_is_forgotten_within_the_hour(redis_url: str, settings: LazySettings) -> None:
    settings.REDIS_URL = redis_url
    heartbeats.beat()
    with heartbeats.broker() as redis:
        assert timedelta(0) < timedelta(seconds=int(redis.ttl(heartbeats.KEY))) <= timedelta(hours=1)
