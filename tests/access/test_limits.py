"""Counting how often: each key by itself, every process together, and two at once both counted."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection

from mash.access import limits
from mash.access.limit import Limit
from mash.access.models import Tally

THREE = Limit("test", 3, timedelta(minutes=10), "Too many.")
NOON = datetime(2026, 3, 2, 12, 1, tzinfo=UTC)


@pytest.mark.django_db
def test_it_allows_as_many_as_it_says_and_no_more() -> None:
    with time_machine.travel(NOON, tick=False):
        assert [limits.spend(THREE, "a") for _ in range(5)] == [True, True, True, False, False]
        assert limits.spend(THREE, "b")
        assert not limits.allows(THREE, "a")
        assert limits.allows(THREE, "b")


@pytest.mark.django_db
def test_it_begins_again_when_the_stretch_is_over() -> None:
    with time_machine.travel(NOON, tick=False):
        for _ in range(4):
            limits.spend(THREE, "a")
        assert limits.wait(THREE) == 9 * 60
    with time_machine.travel(NOON + timedelta(minutes=9), tick=False):
        assert limits.spend(THREE, "a")


@pytest.mark.django_db
def test_it_forgives_whoever_has_shown_who_they_are() -> None:
    for _ in range(4):
        limits.spend(THREE, "a")
    limits.forgive(THREE, "a")
    assert limits.allows(THREE, "a")


@pytest.mark.django_db
def test_it_keeps_no_address_in_the_clear_and_forgets_after_a_day() -> None:
    limits.spend(THREE, "192.0.2.7")
    assert "192.0.2.7" not in str(list(Tally.objects.values()))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=2)):
        assert limits.forget_old() == 1


@pytest.mark.django_db(transaction=True)
def test_it_counts_twenty_at_once_as_twenty() -> None:
    def one(_: int) -> bool:
        try:
            return limits.spend(THREE, "a")
        finally:
            connection.close()

    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(20))) == 3
