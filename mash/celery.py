"""The Celery application: it carries what the outbox owes; what is owed stands in the database."""

import os
from typing import Any

from celery import Celery
from celery.app.log import Logging
from django_structlog.celery.steps import DjangoStructLogInitStep

from mash.outbox import windows

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mash.settings.local")

SECONDS_BETWEEN_SWEEPS = windows.SWEEP_INTERVAL.total_seconds()
SECONDS_BETWEEN_HEARTBEATS = 10
SECONDS_BETWEEN_CLEANINGS = 3600
SECONDS_BETWEEN_WARNINGS = 60


class DjangosLogging(Logging):
    """Leave the logs to Django's settings, so that a worker's lines look like a web process's."""

    def setup(self, *args: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        return []


app = Celery("mash", log=DjangosLogging)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.steps["worker"].add(DjangoStructLogInitStep)
# Upkeep has a queue of its own: a worker takes from both in turn, so that sweeps and signs of life go on however many
# messages wait to be carried.
app.conf.task_queues = {name: {"exchange": name, "routing_key": name} for name in ("celery", "upkeep")}
# Nothing depends on a run that was missed, so beat keeps no file; a run that waited longer than its turn is dropped.
app.conf.beat_scheduler = "celery.beat:Scheduler"
app.conf.beat_schedule = {
    "sweep": {
        "task": "mash.outbox.tasks.sweep",
        "schedule": SECONDS_BETWEEN_SWEEPS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_SWEEPS},
    },
    "heartbeat": {
        "task": "mash.outbox.tasks.heartbeat",
        "schedule": SECONDS_BETWEEN_HEARTBEATS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_HEARTBEATS},
    },
    "ask-after": {
        "task": "mash.outbox.tasks.ask_after",
        "schedule": windows.ASK_INTERVAL.total_seconds(),
        "options": {"queue": "upkeep", "expires": windows.ASK_INTERVAL.total_seconds()},
    },
    "read-bounces": {
        "task": "mash.outbox.tasks.read_bounces",
        "schedule": windows.BOUNCE_INTERVAL.total_seconds(),
        "options": {"queue": "upkeep", "expires": windows.BOUNCE_INTERVAL.total_seconds()},
    },
    "accounts": {
        "task": "accounts.tasks.look_after",
        "schedule": SECONDS_BETWEEN_CLEANINGS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_CLEANINGS},
    },
    "forget-held-posts": {
        "task": "mash.access.tasks.forget_held",
        "schedule": SECONDS_BETWEEN_CLEANINGS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_CLEANINGS},
    },
    "answer-resets": {
        "task": "accounts.tasks.answer_resets",
        "schedule": SECONDS_BETWEEN_SWEEPS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_SWEEPS},
    },
    "warn-of-clocks": {
        "task": "referrals.tasks.warn_of_clocks",
        "schedule": SECONDS_BETWEEN_WARNINGS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_WARNINGS},
    },
    "reconcile": {
        "task": "referrals.tasks.reconcile",
        "schedule": windows.RECONCILE_INTERVAL.total_seconds(),
        "options": {"queue": "upkeep", "expires": windows.RECONCILE_INTERVAL.total_seconds()},
    },
    "alert-of-owed": {
        "task": "referrals.tasks.alert_of_owed",
        "schedule": windows.ALERT_INTERVAL.total_seconds(),
        "options": {"queue": "upkeep", "expires": windows.ALERT_INTERVAL.total_seconds()},
    },
    "forget-uploads": {
        "task": "referrals.tasks.forget_uploads",
        "schedule": SECONDS_BETWEEN_CLEANINGS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_CLEANINGS},
    },
    "call-at-night": {
        "task": "referrals.tasks.call_at_night",
        "schedule": SECONDS_BETWEEN_SWEEPS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_SWEEPS},
    },
    "expire-drafts": {
        "task": "referrals.tasks.expire_drafts",
        "schedule": SECONDS_BETWEEN_CLEANINGS,
        "options": {"queue": "upkeep", "expires": SECONDS_BETWEEN_CLEANINGS},
    },
}
