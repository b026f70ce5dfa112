"""Structured logs: one line of JSON for each thing that happened, with the id of the request that led to it.

Logs are read by more people than records are, so they hold no bodies, no query strings, no addresses of readers and
no values from the database's error messages.
"""

import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Values in a path that let their holder in: a link to choose a new password, an invitation.
SECRET_PATHS = re.compile(r"(/password/reset/key/|/invitations/)[^/\s]+")
# PostgreSQL and psycopg quote the row in the lines that follow these words.
DATABASE_VALUES = re.compile(r"^(DETAIL|CONTEXT|QUERY|Key) ?[:(].*$", re.MULTILINE)
PERSONAL = ("user_agent", "ip", "exception_object")


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """The `LOGGING` setting; points structlog's own loggers at the standard ones on the way."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [*_last(json=json)],
                "foreign_pre_chain": _shared(),
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Each request and each failure is already told once, by its own middleware.
            "django.request": {"level": "CRITICAL"},
            "django.server": {"handlers": [], "propagate": True},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.app.trace": {"level": "WARNING"},
        },
    }


def without_query(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """A request is told by its method and path alone: a search query may be a child's name."""
    request = event.get("request")
    if isinstance(request, str):
        event["request"] = SECRET_PATHS.sub(r"\1...", request.split("?", 1)[0])
    elif request is not None:
        del event["request"]
    return event


def without_personal_values(logger: WrappedLogger, name: str, event: EventDict) -> EventDict:
    """Drop what tells about the reader, and the values that errors of the database carry."""
    for key in PERSONAL:
        event.pop(key, None)
    for key, value in event.items():
        if isinstance(value, BaseException):
            event[key] = type(value).__name__
        elif isinstance(value, str):
            event[key] = DATABASE_VALUES.sub(r"\1: ...", value)
    return event


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.StackInfoRenderer(),
    ]


def _last(*, json: bool) -> list[Processor]:
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        without_query,
        without_personal_values,
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False),
    ]
