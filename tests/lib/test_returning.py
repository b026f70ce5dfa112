"""A row is changed and read in one statement."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.lib.returning import updated
from mash.outbox.models import Resting

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Resting:
    return Resting.objects.create(destination="smtp:hangs.example", until=timezone.now())


def test_it_answers_the_row_as_it_is_now(there: Resting) -> None:
    later = there.until + timedelta(minutes=1)
    with CaptureQueriesContext(connection) as asked:
        row = updated(Resting.objects.filter(pk=there.pk), "1 + 1 AS two", hangs=F("hangs") + 1, until=later)
    assert row is not None
    assert (row.hangs, row.until, row.two) == (2, later, 2)  # type: ignore[attr-defined]
    assert len(asked) == 1
    there.refresh_from_db()
    assert (there.hangs, there.until) == (2, later)


def test_it_answers_nothing_and_changes_nothing_when_none_matched(there: Resting) -> None:
    assert updated(Resting.objects.filter(pk=there.pk, hangs=7), hangs=8) is None
    there.refresh_from_db()
    assert there.hangs == 1
