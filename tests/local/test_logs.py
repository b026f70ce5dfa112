"""Logs that can be shown to people who may not see a record."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from mash.logs import logging_config


@pytest.fixture
def lines() -> Iterator[Any]:
    """Log through a logger of the test's own, formatted as in production; the value reads what came out."""
    config = logging_config(json=True, level="INFO")
    formatter = dict(config["formatters"]["line"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.setLevel("INFO")
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)
    structlog.contextvars.clear_contextvars()


def test_it_tells_the_request_without_its_query_or_its_secret(lines: Any) -> None:
    log = structlog.get_logger("tests.logs")
    log.info("request_finished", request="GET /queue/?name=Ada+Byrne", code=200)
    log.info("request_finished", request="POST /accounts/password/reset/key/3-c0ffee/", code=302)
    assert [line["request"] for line in lines()] == ["GET /queue/", "POST /accounts/password/reset/key/.../"]


def test_it_says_nothing_of_the_reader(lines: Any) -> None:
    structlog.get_logger("tests.logs").info("request_started", ip="192.0.2.7", user_agent="Firefox", user_id=3)
    assert not {"ip", "user_agent"} & set(lines()[0])
    assert lines()[0]["user_id"] == 3


def test_it_leaves_out_the_values_that_the_database_quotes(lines: Any) -> None:
    said = "duplicate key value\nDETAIL:  Key (email)=(ada@home.example) already exists.\n"
    try:
        raise ValueError(said)
    except ValueError as error:
        structlog.get_logger("tests.logs").exception("task_failed", error=str(error), exception=error)
    told = json.dumps(lines())
    assert "duplicate key value" in told
    assert "ada@home.example" not in told


def test_it_ties_every_line_to_its_request(lines: Any) -> None:
    structlog.contextvars.bind_contextvars(request_id="abc")
    structlog.get_logger("tests.logs").info("one")
    logging.getLogger("tests.logs").info("from %s", "elsewhere")
    assert [(line["event"], line["request_id"]) for line in lines()] == [("one", "abc"), ("from elsewhere", "abc")]
