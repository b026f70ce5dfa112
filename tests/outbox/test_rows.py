"""What the database itself refuses, whoever asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, models, transaction
from django.utils import timezone

from accounts.models import User
from mash.outbox.models import Attempt, CallTask, Message
from mash.outbox.services import delivery
from tests.outbox.conftest import Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.mark.parametrize("column", ["key", "kind", "about", "path", "recipient_email", "recipient_user", "owed_at"])
def test_the_application_cannot_change_what_is_owed_to_whom(owe: Owe, column: str) -> None:
    value = None if column == "recipient_user" else NOW if column == "owed_at" else "changed"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Message.objects.filter(pk=owe().pk).update(**{column: value})


def test_the_application_can_erase_nothing(owe: Owe, office: PostOffice) -> None:
    delivery.deliver(owe().pk)
    owe(to=None, email="")
    for rows in (Attempt.objects.all(), CallTask.objects.all(), Message.objects.all()):
        assert rows.exists()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            rows._raw_delete(rows.db)
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        Attempt.objects.update(outcome="temporary")


@pytest.mark.parametrize(
    "half",
    [
        {"state": "sent"},
        {"state": "sent", "sent_at": NOW, "next_attempt_at": None, "attempts": 1},
        {"state": "claimed"},
        {"state": "claimed", "claimed_at": NOW},
        {"claimed_by": "somebody"},
        {"state": "failed", "next_attempt_at": None},
        {"state": "cancelled", "settled_at": NOW},
        {"next_attempt_at": None},
        {"sent_at": NOW},
        {"settled_at": NOW},
        {"state": "lost"},
    ],
)
def test_a_message_is_never_half_way_between_two_states(owe: Owe, half: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=owe().pk).update(**half)


@pytest.mark.parametrize(
    "half",
    [
        {"state": "done"},
        {"state": "done", "done_at": NOW, "how": "telephone"},
        {"how": "telephone"},
        {"state": "lapsed"},
        {"state": "elsewhere"},
    ],
)
def test_a_call_is_done_by_somebody_some_time_somehow(owe: Owe, half: dict[str, object]) -> None:
    owe(to=None, email="")
    with pytest.raises(IntegrityError), transaction.atomic():
        CallTask.objects.update(**half)


def test_a_call_that_was_not_possible_says_why(owe: Owe, amira: User) -> None:
    owe(to=None, email="")
    with pytest.raises(IntegrityError, match="call_not_possible_says_why"), transaction.atomic():
        CallTask.objects.update(state="done", done_by=amira, done_at=NOW, how="not_possible")


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Message.objects.due(NOW).order_by("next_attempt_at", "id"), "message_due"),
        (lambda: Message.objects.open().order_by("owed_at", "id"), "message_open"),
        (lambda: Message.objects.stale(NOW).order_by("claimed_at"), "message_claimed"),
        (lambda: Message.objects.unread(NOW).order_by("read_by"), "message_unread"),
        (lambda: CallTask.objects.filter(state="open").order_by("owed_at", "id"), "call_open"),
    ],
)
def test_open_work_is_found_by_its_own_index(rows: Callable[[], models.QuerySet[models.Model]], index: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
    assert index in rows()[:50].explain()


def test_a_day_is_the_longest_anything_waits_for_a_carrier() -> None:
    from mash.outbox import windows

    assert sum(windows.BACKOFF, timedelta()) < windows.DELIVERY_WINDOW
    assert [windows.backoff(attempts) for attempts in (1, 8, 9, 100)] == [
        timedelta(seconds=15),
        timedelta(minutes=30),
        timedelta(minutes=30),
        timedelta(minutes=30),
    ]
