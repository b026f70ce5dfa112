"""By itself in one process: no log, no broker, and no mail."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from celery import Celery
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import override_settings


@contextmanager
def alone() -> Iterator[None]:
    """For as long as the block lasts."""
    with ExitStack() as stack:
        stack.enter_context(override_settings(**_in_process()))
        # What is owed is never carried: the worker of this machine looks at another database.
        stack.enter_context(mock.patch.object(Celery, "send_task"))
        stack.enter_context(_unsaid())
        yield


@contextmanager
def _unsaid() -> Iterator[None]:
    """Every refusal is meant, and what breaks is written down by ourselves."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextmanager
def connected() -> Iterator[None]:
    """As Django's own test client does it: a call inside a transaction must not end the connection."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _in_process() -> dict[str, Any]:
    """The product's settings for requests that no server carries; files have plain names."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "ALLOWED_HOSTS": [*settings.ALLOWED_HOSTS, "testserver"],
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
        "WHITENOISE_AUTOREFRESH": True,
        "EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend",
    }
