"""Messages that go by the double of GOV.UK Notify."""

from collections.abc import Callable
from typing import Any

from django.conf import LazySettings

from mash.outbox.models import Message
from mash.performance.notify_double import Notify

MOBILE = "07900 900123"
HOME = "14 Mill Lane\nMerebrook\nCH41 1AA"
TOKEN = "a-token-for-receipts"


def use(notify: Notify, settings: LazySettings) -> None:
    """Settings as an authority has them that uses Notify for everything."""
    settings.NOTIFY_API_KEY, settings.NOTIFY_BASE_URL = notify.key, notify.url
    settings.NOTIFY_EMAIL_TEMPLATE, settings.NOTIFY_SMS_TEMPLATE = notify.email.id, notify.text.id
    settings.EMAIL_PROVIDER, settings.NOTIFY_TIMEOUT = "notify", 0.3
    settings.NOTIFY_CALLBACK_TOKEN = TOKEN


def owe_by(owe: Callable[..., Message], medium: str, **changes: Any) -> Message:
    """A message to Tess by this medium."""
    of = {"sms": {"phone": MOBILE}, "voice": {"phone": MOBILE}, "letter": {"name": "Tess Example", "address": HOME}}
    return owe(channel=medium, **of.get(medium, {}) | changes)


def outcomes(message: Message) -> list[str]:
    return list(message.tries.order_by("id").values_list("outcome", flat=True))
