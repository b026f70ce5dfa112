"""The mark of one email: in its Message-ID and in the address it comes back to. Nobody can guess another one's."""

from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import salted_hmac

from mash.outbox.models import Message


def mark(message: Message) -> str:
    """The same for every try; only who sent or received the email knows it, so whoever says that it came back must
    have had it."""
    return (
        f"outbox.{message.pk}.{salted_hmac('mash.outbox.marks', str(message.pk), algorithm='sha256').hexdigest()[:20]}"
    )


def message_id(marked: str) -> str:
    """The Message-ID with this mark."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{marked}@{domain}>"


def return_path(message: Message) -> str:
    """The envelope's sender, where other servers send what they cannot deliver; "" when nobody reads it there."""
    mailbox, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{mailbox}+{mark(message)}@{domain}" if mailbox else ""


def of_return_path(address: str) -> str:
    """The mark in an address to which something came back; "" for none."""
    mailbox = settings.BOUNCE_ADDRESS.rpartition("@")[0].lower()
    local = parseaddr(address)[1].rpartition("@")[0].lower()
    return local.removeprefix(f"{mailbox}+") if mailbox and local.startswith(f"{mailbox}+") else ""
