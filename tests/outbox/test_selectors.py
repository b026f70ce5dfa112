from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.outbox import selectors
from mash.outbox.models import CallTask, Message
from mash.outbox.services import delivery
from tests.outbox.conftest import Later, Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


def test_it_lists_what_is_owed_a_page_at_a_time_oldest_first(owe: Owe) -> None:
    owed = [owe() for _ in range(7)]
    seen, after = [], None
    while page := selectors.owed_list(after=after, limit=3):
        seen += page
        after = (page[-1].owed_at, page[-1].pk)
    assert seen == owed
    assert selectors.oldest_owed() == owed[0]


def test_a_list_costs_the_same_at_any_length(owe: Owe) -> None:
    counts = []
    for number in (1, 19):
        for _ in range(number):
            owe()
            owe(to=None, email="")
        with CaptureQueriesContext(connection) as seen:
            assert [str(each.recipient_user) for each in selectors.owed_list()]
            assert [str(each.message) for each in selectors.call_list()]
        counts.append(len(seen))
    assert counts == [2, 2]


def test_it_shows_all_that_is_owed_about_one_reference(owe: Owe) -> None:
    first, second = owe(about="ABCD", key="a"), owe(about="ABCD", key="b", to=None, email="")
    owe()
    assert selectors.messages_about("ABCD") == [second, first]
    assert [call.message for call in selectors.calls_about("ABCD")] == [second]


def test_the_account_balances(owe: Owe, office: PostOffice) -> None:
    office.to = {"gone@partner.example": "550 no"}
    for message in (owe(), owe(email="gone@partner.example")):
        delivery.deliver(message.pk)
    owe()
    kept = owe(to=None, email="")
    account = selectors.reconcile()
    assert (account.owed, account.sent, account.pending, account.failed, account.cancelled) == (4, 1, 1, 2, 0)
    assert account.balances
    assert selectors.reconcile(keys=[kept.key]).owed == 1


def test_the_account_shows_what_was_said_to_be_sent_and_was_not(owe: Owe) -> None:
    owe()
    Message.objects.update(state="sent", sent_at=timezone.now(), attempts=1, provider_id="x", next_attempt_at=None)
    account = selectors.reconcile()
    assert (account.sent_without_receipt, account.balances) == (1, False)


def test_the_account_shows_who_was_left_with_neither_message_nor_call(owe: Owe) -> None:
    owe()
    Message.objects.update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
    account = selectors.reconcile()
    assert (account.failed_without_call, account.balances) == (1, False)


def test_the_backlog_tells_waiting_from_neglect(owe: Owe, office: PostOffice, later: Later) -> None:
    assert selectors.backlog(nothing_goes_after=timedelta(minutes=15)).oldest == timedelta()
    busy = owe()
    office.mail = "451 later"
    delivery.deliver(busy.pk)
    with later(seconds=10):
        waiting = selectors.backlog(nothing_goes_after=timedelta(minutes=15))
    assert (waiting.waiting, waiting.overdue, waiting.nothing_goes) == (1, timedelta(), False)
    with later(minutes=16):
        neglected = selectors.backlog(nothing_goes_after=timedelta(minutes=15))
        assert neglected.overdue > timedelta(minutes=15)
        assert neglected.nothing_goes
        office.mail = "250 OK"
        delivery.deliver(owe().pk)
        assert not selectors.backlog(nothing_goes_after=timedelta(minutes=15)).nothing_goes


def test_the_backlog_counts_calls(owe: Owe) -> None:
    owe(to=None, email="")
    assert selectors.backlog(nothing_goes_after=timedelta()).calls == CallTask.objects.count() == 1
