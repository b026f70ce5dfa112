"""What GOV.UK Notify tells us afterwards: late, twice, in the wrong order, forged, or not at all."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from mash.outbox import channels, tasks
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, receipts
from mash.outbox.services.receipts import Taken
from mash.performance.notify_double import Key, Notify, Receipts
from tests.outbox.conftest import Later, Owe
from tests.outbox.notified import TOKEN, owe_by
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db
PLACE = "/notify/callback/"


@pytest.fixture
def sent(owe: Owe, notify: Notify) -> Message:
    message = owe_by(owe, "sms", name="Tess", phone="07900 900123")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def told(message: Message, status: str = "delivered", **changes: Any) -> dict[str, Any]:
    return {
        "id": message.provider_id.removeprefix("notify:"),
        "reference": channels.notify.reference(message),
        "to": message.recipient_phone,
        "status": status,
        "created_at": "2026-05-14T12:15:30.000000Z",
        "completed_at": "2026-05-14T12:15:31.000000Z",
        "sent_at": "2026-05-14T12:15:30.000000Z",
        "notification_type": "sms",
        "template_id": str(uuid4()),
        "template_version": 1,
    } | changes


def post(client: Client, body: Any, token: str = TOKEN, **headers: str) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} | headers
    return client.post(PLACE, content, content_type="application/json", headers=headers)


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_it_has_arrived(client: Client, sent: Message) -> None:
    answer = post(client, told(sent))
    assert (answer.status_code, answer.json()) == (200, {"taken": True})
    assert state(sent) == "delivered" and not answer.cookies
    assert not CallTask.objects.exists()


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure", "technical-failure"])
def test_what_notify_gave_up_is_a_call_for_a_person(client: Client, sent: Message, status: str) -> None:
    assert post(client, told(sent, status)).json() == {"taken": True}
    assert state(sent) == "bounced"
    call = CallTask.objects.get()
    assert (call.why, call.message, call.recipient_name) == ("bounced", sent, "Tess")
    assert reconcile().balances


def test_said_twice_it_changes_nothing_more(client: Client, sent: Message, later: Later) -> None:
    post(client, told(sent))
    sent.refresh_from_db()
    settled = sent.settled_at
    with later(minutes=5):
        assert post(client, told(sent)).json() == {"taken": True}
    sent.refresh_from_db()
    assert sent.settled_at == settled
    for _ in range(3):
        post(client, told(sent, "permanent-failure"))
    assert CallTask.objects.count() == 1


def test_delivered_after_it_came_back_leaves_the_call(client: Client, sent: Message) -> None:
    """Somebody may be on the telephone already, and one call too many hurts nobody."""
    post(client, told(sent, "temporary-failure"))
    assert post(client, told(sent)).json() == {"taken": False}
    assert state(sent) == "bounced" and CallTask.objects.get().state == "open"


def test_it_came_back_after_it_had_arrived(client: Client, sent: Message) -> None:
    """A mail server may take an email and return it later."""
    post(client, told(sent))
    assert post(client, told(sent, "permanent-failure")).json() == {"taken": True}
    assert state(sent) == "bounced" and CallTask.objects.count() == 1


@pytest.mark.parametrize("status", ["created", "sending", "pending", "sent", "accepted", "something-new"])
def test_what_is_no_end_changes_nothing(client: Client, sent: Message, status: str) -> None:
    assert post(client, told(sent, status)).json() == {"taken": False}
    assert state(sent) == "sent"


@pytest.mark.parametrize("reference", [None, "", "outbox.7", "outbox.x.1", "outbox.-1.1", "outbox." + "9" * 40 + ".1"])
def test_what_nobody_here_sent_is_answered_and_changes_nothing(
    client: Client, sent: Message, reference: str | None
) -> None:
    answer = post(client, told(sent, id=str(uuid4()), reference=reference))
    assert (answer.status_code, answer.json()) == (200, {"taken": False})
    assert state(sent) == "sent"


def test_another_installations_reference_is_not_ours(client: Client, sent: Message) -> None:
    """Two installations may share one service at Notify, and number their messages alike."""
    assert post(client, told(sent, id=str(uuid4()), reference=f"outbox.{sent.pk}.20010101000000")).json() == {
        "taken": False
    }


def test_what_overtook_our_own_note_is_asked_for_again(client: Client, owe: Owe, notify: Notify) -> None:
    message = owe_by(owe, "sms")
    with delivery.claimed(message.pk) as held:
        assert held is not None
        receipt = channels.deliver(held)
        early = post(client, told(held, id=receipt.removeprefix("notify:")))
        assert early.status_code == 503 and early["Retry-After"] == "300"
        delivery.send(held)
    message.refresh_from_db()
    assert post(client, told(message)).json() == {"taken": True}


def test_of_two_copies_either_says_what_became_of_it(client: Client, sent: Message) -> None:
    assert post(client, told(sent, id=str(uuid4()))).json() == {"taken": True}
    assert state(sent) == "delivered"


def test_a_letter_that_was_returned_is_a_call(client: Client, owe: Owe, notify: Notify) -> None:
    message = owe_by(owe, "letter")
    delivery.deliver(message.pk)
    returned = Receipts(notify, "", "").returned(notify.kept[0])
    assert post(client, returned).json() == {"taken": True}
    assert state(message) == "bounced" and CallTask.objects.get().why == "bounced"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"delivered"',
        b"[" * 40_000,
        b"\xff\xfe",
        {"status": "delivered"},
        {"id": 7, "status": "delivered"},
        {"id": "seven", "status": "delivered"},
        {"id": None, "status": "delivered"},
        {"id": str(uuid4())},
        {"id": str(uuid4()), "status": ["delivered"]},
        {"id": str(uuid4()), "status": "delivered", "reference": 7},
        {"notification_id": {}, "reference": "x"},
    ],
)
def test_what_is_no_receipt_is_refused(client: Client, notify: Notify, body: Any) -> None:
    assert post(client, body).status_code == 400


def test_what_is_far_too_long_is_not_read(client: Client, notify: Notify) -> None:
    assert post(client, b"[" + b"1," * 40_000 + b"1]").status_code == 413


@pytest.mark.parametrize("token", ["", "wrong", TOKEN[:-1], TOKEN + "x", "é"])
def test_a_wrong_token_is_refused(client: Client, sent: Message, token: str) -> None:
    assert post(client, told(sent, "permanent-failure"), token=token).status_code == 403
    assert state(sent) == "sent"


def test_without_a_token_of_ours_there_is_no_such_page(client: Client, sent: Message, settings: LazySettings) -> None:
    settings.NOTIFY_CALLBACK_TOKEN = ""
    assert post(client, told(sent), token="").status_code == 404
    assert client.get(PLACE).status_code == 405


def test_it_needs_no_cookie_of_ours(sent: Message) -> None:
    assert post(Client(enforce_csrf_checks=True), told(sent)).status_code == 200


# Asking ourselves


def test_what_no_receipt_came_of_is_asked_after(sent: Message, notify: Notify, later: Later) -> None:
    notify.kept[0].status = "delivered"
    assert receipts.ask_after() == 0, "not before it had time"
    with later(hours=2):
        tasks.ask_after()
    assert state(sent) == "delivered"


def test_a_letter_that_notify_refused_later_is_found_by_asking(owe: Owe, notify: Notify, later: Later) -> None:
    message = owe_by(owe, "letter")
    delivery.deliver(message.pk)
    with later(hours=2):
        assert receipts.ask_after() == 1
        assert state(message) == "sent"
    notify.kept[0].status = "validation-failed"
    with later(hours=3):
        assert receipts.ask_after() == 0, "not every ten minutes"
    with later(hours=9):
        assert receipts.ask_after() == 1
    assert state(message) == "bounced" and CallTask.objects.get().why == "bounced"


def test_a_letter_that_was_posted_has_not_arrived_yet(owe: Owe, notify: Notify, later: Later) -> None:
    message = owe_by(owe, "letter")
    delivery.deliver(message.pk)
    notify.kept[0].status = "received"
    with later(hours=2):
        receipts.ask_after()
    assert state(message) == "sent"


def test_what_notify_has_forgotten_is_asked_after_in_peace(sent: Message, notify: Notify, later: Later) -> None:
    notify.kept.clear()
    with later(hours=2):
        assert receipts.ask_after() == 1
    assert state(sent) == "sent"
    with later(days=5):
        assert receipts.ask_after() == 0, "and not for ever"


def test_it_stops_asking_when_nobody_answers(
    owe: Owe, sent: Message, notify: Notify, settings: LazySettings, later: Later
) -> None:
    notify.keys = [Key()]
    with later(hours=2):
        assert receipts.ask_after() == 0
    settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{PostOffice().port}"
    with later(hours=2):
        assert receipts.ask_after() == 0
    assert state(sent) == "sent"


def test_mail_by_smtp_is_not_asked_after(owe: Owe, office: PostOffice, later: Later) -> None:
    delivery.deliver(owe().pk)
    with later(hours=2):
        assert receipts.ask_after() == 0


# The double itself, over a real socket


@pytest.mark.django_db(transaction=True)
def test_the_double_tells_the_product_itself(owe: Owe, notify: Notify, live_server: LiveServer) -> None:
    arrives, fails = owe_by(owe, "sms"), owe(key="x", email="perm-fail@simulator.notify")
    for message in (arrives, fails):
        delivery.deliver(message.pk)
    desk = Receipts(notify, live_server.url + PLACE, TOKEN)
    rows = desk.settle()
    assert [status for _, status in desk.posted] == [200, 200]
    assert (state(arrives), state(fails)) == ("delivered", "bounced")
    assert desk.post(desk.receipt(rows[0], "permanent-failure"), token="wrong") == 403
    assert desk.post({"id": str(uuid4()), "status": "delivered"}) == 200
    assert state(arrives) == "delivered"


def test_taken_says_what_it_did(sent: Message) -> None:
    assert receipts.take(told(sent)) == Taken.SETTLED
    with pytest.raises(receipts.Malformed):
        receipts.take([])
