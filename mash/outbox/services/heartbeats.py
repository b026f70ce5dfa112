"""The worker's sign of life, kept where its work comes from."""

from django.conf import settings
from django.utils import timezone
from redis import Redis

KEY = "outbox:worker-heartbeat"
FORGOTTEN_AFTER = 3600
SECONDS_TO_ANSWER = 2


def beat() -> None:
    """Say that a worker is alive now."""
    with broker() as redis:
        redis.set(KEY, timezone.now().timestamp(), ex=FORGOTTEN_AFTER)


def silence() -> float | None:
    """Seconds since a worker last said so; None if none did within the hour. Raises RedisError."""
    with broker() as redis:
        last = redis.get(KEY)
    return timezone.now().timestamp() - float(last) if last is not None else None


def broker() -> Redis:
    """The broker, asked for a quick answer or none."""
    return Redis.from_url(
        settings.REDIS_URL, socket_timeout=SECONDS_TO_ANSWER, socket_connect_timeout=SECONDS_TO_ANSWER
    )
