"""Whether the product is alive, whether it is ready, and its figures for the operators."""

import hmac
from collections.abc import Callable, Iterator
from datetime import timedelta

from django.conf import settings
from django.db import Error, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest
from redis.exceptions import RedisError

from mash.access import anyone
from mash.outbox import media, selectors, windows
from mash.outbox.services import balance, heartbeats

DATABASE_TIMEOUT_MS = 2000


@transaction.non_atomic_requests
@anyone("says only that the process answers")
def healthz(request: HttpRequest) -> HttpResponse:
    """Alive: asks nobody else, so that a restart is not the answer to somebody else's trouble."""
    return HttpResponse("ok", content_type="text/plain")


@transaction.non_atomic_requests
@anyone("says what of the installation does not work, and nothing of what it holds")
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and worker answer and what is owed goes out; else 503, naming what is wrong."""
    wrong = dict(_troubles())
    return JsonResponse({"ready": not wrong, "wrong": wrong}, status=503 if wrong else 200)


@transaction.non_atomic_requests
@anyone("needs the operators' own token, and does not exist without one")
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to whoever holds METRICS_TOKEN; 404 to all others."""
    expected = f"Bearer {settings.METRICS_TOKEN}".encode()
    given = request.headers.get("Authorization", "").encode()
    if not settings.METRICS_TOKEN or not hmac.compare_digest(expected, given):
        raise Http404
    return HttpResponse(generate_latest(_figures()), content_type=CONTENT_TYPE_LATEST)


def _troubles() -> Iterator[tuple[str, str]]:
    checks: tuple[Callable[[], Iterator[tuple[str, str]]], ...] = (_outbox, _worker)
    for check in checks:
        yield from check()


def _outbox() -> Iterator[tuple[str, str]]:
    """The database, and through it what is owed."""
    try:
        backlog = _backlog()
    except Error:
        yield "database", "does not answer"
        return
    if backlog.overdue > windows.OVERDUE:
        yield "oldest_owed_message", f"due for {_seconds(backlog.overdue)} seconds and nobody has carried it"
    elif backlog.nothing_goes:
        yield "oldest_owed_message", f"owed for {_seconds(backlog.oldest)} seconds, and no message went since"
    yield from _media(any_goes=not backlog.nothing_goes)


def _media(*, any_goes: bool) -> Iterator[tuple[str, str]]:
    """What one medium's provider finds wrong with us, and what does not go while others do."""
    for medium in media.now():
        if medium.refused:
            yield medium.channel, f"{medium.provider} refuses what we send: look at its key, templates and service"
        elif medium.nothing_goes and any_goes:
            yield (
                medium.channel,
                f"owed for {_seconds(medium.oldest)} seconds, and none by {medium.provider} went since",
            )


def _worker() -> Iterator[tuple[str, str]]:
    """The broker, and through it the worker's sign of life."""
    try:
        silence = heartbeats.silence()
    except (RedisError, OSError):
        yield "broker", "does not answer"
        yield "worker", "cannot be heard without the broker"
        return
    if silence is None or silence > windows.HEARTBEAT_SILENCE.total_seconds():
        yield "worker", "no sign of life" if silence is None else f"silent for {round(silence)} seconds"


def _backlog() -> selectors.Backlog:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [DATABASE_TIMEOUT_MS])
        return selectors.backlog(nothing_goes_after=windows.NOTHING_GOES)


def _figures() -> CollectorRegistry:
    registry, backlog = CollectorRegistry(), _backlog()
    figures = {
        "outbox_waiting_messages": ("Messages not yet accepted by a provider", backlog.waiting),
        "outbox_oldest_owed_seconds": ("Age of the oldest of them", backlog.oldest.total_seconds()),
        "outbox_overdue_seconds": ("How long a due message has had no carrier", backlog.overdue.total_seconds()),
        "outbox_open_calls": ("Calls that a person still has to make", backlog.calls),
        "outbox_possible_duplicates": ("Messages that may have gone twice, in a day", selectors.duplicates_in_a_day()),
        "outbox_account_balances": ("1 when the hourly account balances, 0 when not, -1 if unknown", _balances()),
        "worker_silence_seconds": ("Since the worker's last sign of life; -1 if unknown", _silence()),
    }
    for name, (meaning, value) in figures.items():
        Gauge(name, meaning, registry=registry).set(value)
    _of_media(registry)
    return registry


def _of_media(registry: CollectorRegistry) -> None:
    """The same by medium and the provider that carries it."""
    figures: dict[str, tuple[str, Callable[[media.Medium], float]]] = {
        "outbox_medium_waiting": ("Messages not yet accepted", lambda medium: medium.waiting),
        "outbox_medium_oldest_seconds": ("Age of the oldest", lambda medium: medium.oldest.total_seconds()),
        "outbox_medium_sent_in_an_hour": ("Accepted in the last hour", lambda medium: medium.sent_in_an_hour),
        "outbox_medium_refused": ("1 when the provider finds fault with us", lambda medium: medium.refused),
    }
    found = media.now()
    for name, (meaning, value) in figures.items():
        gauge = Gauge(name, meaning, ["medium", "provider"], registry=registry)
        for medium in found:
            gauge.labels(medium=medium.channel, provider=medium.provider).set(value(medium))
    Gauge("outbox_resting", "Destinations left alone because they hung", registry=registry).set(media.resting())


def _balances() -> int:
    last = balance.last()
    return -1 if last is None else int(last.balances)


def _silence() -> float:
    try:
        silence = heartbeats.silence()
    except (RedisError, OSError):
        return -1
    return -1 if silence is None else silence


def _seconds(duration: timedelta) -> int:
    return round(duration.total_seconds())
