"""Email, texts and letters by GOV.UK Notify: what each of its answers makes of a message."""

import base64
import random
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from pypdf import PdfReader

from mash.outbox import channels, windows
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import delivery, sweeper
from mash.performance.notify_double import Key, Notify, Trouble
from tests.outbox.conftest import Later, Owe
from tests.outbox.notified import outcomes, owe_by
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


def carried(message: Message) -> Message:
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


@pytest.mark.parametrize("medium", ["email", "sms", "letter"])
def test_it_hands_over_once_with_a_reference_of_our_own(owe: Owe, notify: Notify, medium: str) -> None:
    message = owe_by(owe, medium)
    for _ in range(3):
        carried(message)
    kept = notify.kept[0]
    assert len(notify.kept) == 1 and kept.medium == medium
    assert (message.state, message.provider_id) == ("sent", f"notify:{kept.id}")
    assert kept.reference is not None and kept.reference.startswith(f"outbox.{message.pk}.")
    assert reconcile().balances


def test_an_email_says_what_it_says_by_smtp(
    owe: Owe, notify: Notify, office: PostOffice, settings: LazySettings
) -> None:
    message = carried(owe())
    settings.EMAIL_PROVIDER = "smtp"
    other = carried(owe(key="again", about=message.about, path=message.path))
    assert (notify.kept[0].subject, notify.kept[0].to) == (office.arrived[0]["Subject"], message.recipient_email)
    assert notify.kept[0].body.split() == office.arrived[0].get_content().split()
    assert other.provider_id.startswith("<outbox.")


def test_a_text_goes_to_the_number_as_the_world_writes_it(owe: Owe, notify: Notify) -> None:
    message = carried(owe_by(owe, "sms"))
    assert notify.kept[0].to == "+447900900123"
    assert message.about.upper() in notify.kept[0].body.replace(" ", "").upper()
    assert "Tess" not in notify.kept[0].body and len(notify.kept[0].body) <= len("Lantern: ") + 160


def test_a_letter_is_our_own_pdf_for_one_person(owe: Owe, notify: Notify, settings: LazySettings) -> None:
    settings.NOTIFY_POSTAGE = "first"
    message = carried(owe_by(owe, "letter"))
    pages = PdfReader(BytesIO(base64.b64decode(notify.kept[0].body))).pages
    lines = pages[0].extract_text().split("\n")
    assert lines[:4] == ["Tess Example", "14 Mill Lane", "Merebrook", "CH41 1AA"]
    assert any(message.about in line.replace(" ", "") for line in lines)
    assert notify.kept[0].postage == "first"


# Nothing is lost for a fault of ours


def test_a_key_it_does_not_know_costs_nobody_their_message(owe: Owe, notify: Notify, later: Later) -> None:
    waiting = [owe_by(owe, "sms", key=f"night/{n}") for n in range(5)]
    notify.keys = [Key()]
    assert sweeper.sweep() == 1, "one is enough to know"
    assert outcomes(waiting[0]) == ["barred"]
    assert not CallTask.objects.exists()
    notify.keys[0].revoked = False
    with later(seconds=16):
        settings_again(notify)
        sweeper.sweep()
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(notify.kept) == 5


def settings_again(notify: Notify) -> None:
    """Somebody pastes the right key."""
    from django.conf import settings

    settings.NOTIFY_API_KEY = notify.key


@pytest.mark.parametrize("key", ["", "wrong", "lantern-" + "z" * 73])
def test_a_key_that_is_none_bars_and_breaks_nothing(owe: Owe, notify: Notify, settings: LazySettings, key: str) -> None:
    settings.NOTIFY_API_KEY = key or "none"
    assert outcomes(carried(owe_by(owe, "sms"))) == ["barred"]
    assert not notify.asked


def test_a_template_that_is_gone_costs_nobody_their_message(
    owe: Owe, notify: Notify, settings: LazySettings, later: Later
) -> None:
    settings.NOTIFY_SMS_TEMPLATE = str(uuid4())
    messages = [owe_by(owe, "sms", key=f"night/{n}") for n in range(3)]
    assert sweeper.sweep() == 3
    assert {outcome for message in messages for outcome in outcomes(message)} == {"rejected"}
    assert not CallTask.objects.exists()
    settings.NOTIFY_SMS_TEMPLATE = notify.text.id
    with later(seconds=16):
        sweeper.sweep()
    assert len(notify.kept) == 3


@pytest.mark.parametrize("fault", ["team", "trial", "hole"])
def test_what_it_refuses_us_and_not_them_waits(owe: Owe, notify: Notify, settings: LazySettings, fault: str) -> None:
    if fault == "team":
        notify.keys = [Key("team")]
        settings.NOTIFY_API_KEY = notify.key
    elif fault == "trial":
        notify.trial = True
    else:
        notify.text.body = "((body)) ((signature))"
    message = carried(owe_by(owe, "sms"))
    assert (message.state, outcomes(message)) == ("owed", ["rejected"])


def test_a_fault_that_nobody_mends_in_a_day_is_a_call(owe: Owe, notify: Notify, later: Later) -> None:
    notify.trial = True
    message = carried(owe_by(owe, "sms", name="Tess", phone="07900 900123"))
    with later(hours=24, minutes=1):
        carried(message)
    assert message.state == "failed"
    assert CallTask.objects.get().why == "failed"
    assert reconcile().balances


def test_only_what_it_says_of_the_address_is_final(owe: Owe, notify: Notify, later: Later) -> None:
    notify.abroad = False
    abroad = carried(owe_by(owe, "sms", phone="+33 6 12 34 56 78"))
    assert outcomes(abroad) == ["rejected"], "whether texts go abroad is a setting of ours at Notify"
    odd = carried(owe(key="odd", email="tess@localhost"))
    assert (odd.state, outcomes(odd)) == ("failed", ["permanent"])
    assert CallTask.objects.get(message=odd).why == "failed"
    assert "localhost" not in odd.tries.get().detail, "the record of attempts repeats no address"


# Its bad days


def test_too_many_a_minute_stops_the_round_and_no_other_provider(
    owe: Owe, notify: Notify, office: PostOffice, settings: LazySettings, later: Later
) -> None:
    settings.EMAIL_PROVIDER = "smtp"
    texts = [owe_by(owe, "sms", key=f"night/{n}") for n in range(5)]
    emails = [owe(key=f"news/{n}") for n in range(3)]
    notify.soon.append(Trouble.RATE_LIMIT)
    sweeper.sweep()
    assert len(office.arrived) == len(emails) and notify.asked["POST sms"] == 1
    with later(seconds=16):
        sweeper.sweep()
    assert len(notify.kept) == len(texts) and reconcile().balances


@pytest.mark.parametrize("trouble", [Trouble.INTERNAL_ERROR, Trouble.BAD_GATEWAY, Trouble.SILENCE, Trouble.CUT])
def test_what_it_did_not_keep_goes_once_in_the_end(owe: Owe, notify: Notify, later: Later, trouble: Trouble) -> None:
    message = owe_by(owe, "sms")
    notify.soon.append(trouble)
    assert outcomes(carried(message)) == ["abandoned"]
    with later(seconds=16):
        carried(message)
    assert (message.state, len(notify.kept)) == ("sent", 1)


@pytest.mark.parametrize("trouble", [Trouble.SILENCE_AFTER_KEEPING, Trouble.CUT_AFTER_KEEPING, Trouble.NOT_JSON])
def test_what_it_kept_without_saying_so_never_goes_twice(
    owe: Owe, notify: Notify, later: Later, trouble: Trouble
) -> None:
    message = owe_by(owe, "sms")
    notify.soon.append(trouble)
    assert outcomes(carried(message)) == ["abandoned"]
    with later(seconds=16):
        carried(message)
    assert len(notify.kept) == 1
    assert (message.state, message.provider_id) == ("sent", f"notify:{notify.kept[0].id}")
    assert not message.tries.filter(possibly_duplicate=True).exists()


def test_a_carrier_that_died_after_handing_over_is_no_duplicate(
    owe: Owe, notify: Notify, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = owe_by(owe, "sms")

    def killed(given: Message) -> str:
        channels.notify.deliver(given)
        raise SystemExit

    monkeypatch.setitem(channels.PROVIDERS, "notify", killed)
    with pytest.raises(SystemExit):
        delivery.deliver(message.pk)
    monkeypatch.undo()
    with later(seconds=61):
        carried(message)
    assert outcomes(message) == ["abandoned", "accepted"] and len(notify.kept) == 1
    assert reconcile().possibly_duplicate == 0


def test_nobody_there_is_unreachable(owe: Owe, notify: Notify, settings: LazySettings) -> None:
    settings.NOTIFY_BASE_URL = f"http://127.0.0.1:{PostOffice().port}"
    for n in range(3):
        owe_by(owe, "sms", key=f"night/{n}")
    assert sweeper.sweep() == 1
    assert outcomes(Message.objects.order_by("id")[0]) == ["unreachable"]


def test_it_answers_within_a_carriers_lease() -> None:
    from mash.settings import base

    assert timedelta(seconds=2 * base.NOTIFY_TIMEOUT + base.VOICE_TIMEOUT) < windows.LEASE


def test_hours_of_every_trouble_lose_nothing_and_send_nothing_twice(owe: Owe, notify: Notify, later: Later) -> None:
    rng = random.Random(4)
    bad: list[Any] = [
        one for one in Trouble if one not in (Trouble.NONE, Trouble.SILENCE, Trouble.SILENCE_AFTER_KEEPING)
    ]
    notify.weather = lambda: rng.choice([*bad, *[Trouble.NONE] * len(bad)])
    messages = [owe_by(owe, ("email", "sms")[n % 2], key=f"all/{n}") for n in range(20)]
    for minutes in range(1, 240, 6):
        with later(minutes=minutes):
            sweeper.sweep()
    assert sorted(str(one.reference) for one in notify.kept) == sorted(channels.notify.reference(m) for m in messages)
    assert reconcile().balances and reconcile().sent == 20
