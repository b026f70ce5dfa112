"""The ways out. A medium is what the recipient gets; a provider carries it, and which one is configuration.

A provider is one module with `deliver`; it raises one of the failures and knows no state.
"""

from collections.abc import Callable

from django.conf import settings

from mash.outbox.channels import email as email_channel
from mash.outbox.channels import kept, letters, notify, numbers, voice
from mash.outbox.channels.failures import Barred, Found, Permanent, Rejected, Temporary, Uncertain, Unreachable
from mash.outbox.models import Message

Deliver = Callable[[Message], str]
Channel = Message.Channel


def _nobody(message: Message) -> str:
    """A medium that nobody has set up: a person is asked, and nothing waits for ever."""
    raise Permanent(f"Nothing is set up here to send a {message.get_channel_display().lower()}.")


PROVIDERS: dict[str, Deliver] = {
    "smtp": email_channel.deliver,
    "notify": notify.deliver,
    "webhook": voice.deliver,
    "kept": kept.deliver,
    "nobody": _nobody,
}
BY_PHONE = frozenset({Channel.SMS, Channel.VOICE})


def provider(channel: str) -> str:
    """Which provider carries this medium here. Email always has one; the others may have none.

    On one machine, what nobody carries is kept as a file beside the caught mail (`OUTBOX_KEPT_IN`).
    """
    if channel == Channel.EMAIL:
        return "notify" if settings.EMAIL_PROVIDER == "notify" and settings.NOTIFY_API_KEY else "smtp"
    if channel == Channel.VOICE and settings.VOICE_WEBHOOK_URL:
        return "webhook"
    if channel in (Channel.SMS, Channel.LETTER) and settings.NOTIFY_API_KEY:
        return "notify"
    return "kept" if settings.OUTBOX_KEPT_IN else "nobody"


def destination(message: Message) -> str:
    """What hangs together: mail to one domain by SMTP, and everything that goes through another provider."""
    carrier = provider(message.channel)
    return f"smtp:{message.recipient_email.rpartition('@')[2].lower()}"[:255] if carrier == "smtp" else carrier


def deliver(message: Message) -> str:
    """Hand `message` to its medium's provider; the receipt, once the provider has accepted it.

    Raises Permanent, Temporary, Uncertain, Unreachable, Barred or Rejected.
    """
    return PROVIDERS[provider(message.channel)](message)


def usable(channel: str, *, email: str, phone: str, address: str = "") -> bool:
    """Whether what we know of somebody could be an address of this medium, by its form.

    A number is one that a telephone network could connect: with its country's code, or as dialled within the United
    Kingdom; a text does not go to a landline. A postal address is what `letters` can print on an envelope.
    """
    if channel == Channel.SMS:
        return numbers.takes_texts(phone)
    if channel == Channel.VOICE:
        return numbers.usable(phone)
    if channel == Channel.LETTER:
        return letters.usable(address)
    return email_channel.usable(email)


__all__ = [
    "BY_PHONE",
    "PROVIDERS",
    "Barred",
    "Found",
    "Permanent",
    "Rejected",
    "Temporary",
    "Uncertain",
    "Unreachable",
    "deliver",
    "destination",
    "provider",
    "usable",
]
