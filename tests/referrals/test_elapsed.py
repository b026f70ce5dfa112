"""How long somebody has waited, in words."""

from datetime import UTC, datetime, timedelta

import pytest

from referrals.selectors.elapsed import elapsed

NOW = datetime(2026, 11, 22, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(seconds=119), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=104), "1 hour 44 minutes"),
        (timedelta(hours=23, minutes=1), "23 hours 1 minute"),
        (timedelta(hours=37, minutes=50), "1 day 13 hours"),
        (timedelta(days=3), "3 days"),
        (timedelta(seconds=-5), "less than a minute"),
    ],
)
def test_it_says_how_long_somebody_has_waited(ago: timedelta, words: str) -> None:
    assert elapsed(NOW - ago, NOW) == words
