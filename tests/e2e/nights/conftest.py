"""A night in Merebrook, with a clock that was moved there and goes on."""

from collections.abc import Iterator

import pytest
import time_machine

from tests.nights.conftest import NIGHT, Clock, on_call, telephones

__all__ = ["clock", "in_office_hours", "on_call", "telephones"]


@pytest.fixture(autouse=True)
def in_office_hours() -> None:
    """Here the hours count."""


@pytest.fixture
def clock() -> Iterator[Clock]:
    with time_machine.travel(NIGHT) as moved:
        yield moved
