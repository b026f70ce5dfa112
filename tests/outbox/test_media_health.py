"""Each medium by itself: its account, its figures, and what makes the product unready."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.test import Client

from mash.outbox import media, tasks
from mash.outbox.models import Message
from mash.outbox.services import delivery, messages, sweeper
from mash.performance.notify_double import Key, Notify, Template
from tests.outbox.conftest import Later, Owe
from tests.outbox.notified import owe_by
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(redis_url: str, settings: LazySettings) -> None:
    settings.REDIS_URL = redis_url
    tasks.heartbeat()


def wrong(client: Client) -> Any:
    return client.get("/readyz").json()["wrong"]


def test_the_account_balances_for_each_medium(owe: Owe, notify: Notify, amira: Any) -> None:
    for medium in ("email", "sms", "letter"):
        delivery.deliver(owe_by(owe, medium, key=f"{medium}/sent").pk)
        owe_by(owe, medium, key=f"{medium}/owed")
        messages.cancel(by=amira, message=owe_by(owe, medium, key=f"{medium}/cancelled"))
    owe(channel="sms", phone="nobody's", key="sms/failed")
    delivery.deliver(owe_by(owe, "voice").pk)
    accounts = media.accounts()
    assert all(account.balances for account in accounts.values())
    assert {
        medium: (one.owed, one.sent, one.pending, one.failed, one.cancelled) for medium, one in accounts.items()
    } == {"email": (3, 1, 1, 0, 1), "sms": (4, 1, 1, 1, 1), "letter": (3, 1, 1, 0, 1), "voice": (1, 0, 0, 1, 0)}


def test_a_key_that_is_refused_is_said_at_once_and_by_medium(
    client: Client, worker: None, owe: Owe, notify: Notify, settings: LazySettings, office: PostOffice, later: Later
) -> None:
    settings.EMAIL_PROVIDER = "smtp"
    delivery.deliver(owe().pk)
    assert wrong(client) == {}
    notify.keys = [Key()]
    delivery.deliver(owe_by(owe, "sms").pk)
    assert wrong(client) == {"sms": "notify refuses what we send: look at its key, templates and service"}
    settings.NOTIFY_API_KEY = notify.key
    with later(seconds=20):
        tasks.heartbeat()
        sweeper.sweep()
        assert wrong(client) == {}


def test_a_medium_that_does_not_go_is_said_while_others_do(
    client: Client, worker: None, owe: Owe, notify: Notify, settings: LazySettings, office: PostOffice, later: Later
) -> None:
    settings.EMAIL_PROVIDER = "smtp"
    settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{PostOffice().port}"
    owe_by(owe, "sms")
    with later(minutes=16):
        tasks.heartbeat()
        delivery.deliver(owe(key="other").pk)
        sweeper.sweep()
        assert list(wrong(client)) == ["sms"]
        assert "none by notify went since" in wrong(client)["sms"]


def test_its_figures_name_medium_and_provider(
    client: Client, worker: None, owe: Owe, notify: Notify, settings: LazySettings
) -> None:
    settings.METRICS_TOKEN = "open"
    delivery.deliver(owe_by(owe, "sms").pk)
    owe_by(owe, "letter")
    owe(key="other")
    found = client.get("/metrics", headers={"Authorization": "Bearer open"}).content.decode()
    for line in (
        'outbox_medium_sent_in_an_hour{medium="sms",provider="notify"} 1.0',
        'outbox_medium_waiting{medium="letter",provider="notify"} 1.0',
        'outbox_medium_waiting{medium="voice",provider="nobody"} 0.0',
        'outbox_medium_refused{medium="sms",provider="notify"} 0.0',
        "outbox_resting 0.0",
    ):
        assert line in found
    assert Message.objects.count() == 3


def test_the_command_says_what_is_wrong_at_notify(
    notify: Notify, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("check_notify")
    assert "the templates hold what we send" in capsys.readouterr().out
    settings.NOTIFY_SMS_TEMPLATE = notify.add(Template("sms", body="Dear ((name))")).id
    settings.NOTIFY_EMAIL_TEMPLATE = notify.text.id
    with pytest.raises(CommandError, match="NOTIFY_SMS_TEMPLATE") as refused:
        call_command("check_notify")
    assert "NOTIFY_EMAIL_TEMPLATE" in str(refused.value)
    notify.keys[0].revoked = True
    with pytest.raises(CommandError, match="refuses it"):
        call_command("check_notify")
    settings.NOTIFY_API_KEY = ""
    with pytest.raises(CommandError, match="not set"):
        call_command("check_notify")
