"""Email by SMTP, through Django's mail settings."""

import smtplib

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email

from mash.outbox import marks, words
from mash.outbox.channels import line
from mash.outbox.channels.failures import Permanent, Temporary, Uncertain
from mash.outbox.models import Message

# RFC 5321 4.2.1: a reply of 5xx is final for this message; 4xx may change.
_FINAL = 500


def usable(address: str) -> bool:
    """Whether an address could be one at all, by its form."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def message_id(message: Message) -> str:
    """The same for every attempt at one message, so that a duplicate can be recognised by whoever receives it."""
    return marks.message_id(marks.mark(message))


def deliver(message: Message) -> str:
    """Send one email; its Message-ID, once the server has accepted it. Raises what `channels` names."""
    email = _composed(message)
    with line.opened() as email.connection:
        _hand_over(email)
    return str(email.extra_headers["Message-ID"])


def _hand_over(email: EmailMessage) -> None:
    try:
        accepted = email.send()
    except smtplib.SMTPServerDisconnected as failure:
        raise Uncertain(line.told(failure)) from failure
    except smtplib.SMTPException as failure:
        raise _judged(failure) from failure
    except OSError as failure:
        raise Uncertain(line.told(failure)) from failure
    except (ValueError, UnicodeError) as failure:
        raise Permanent(line.told(failure)) from failure
    if not accepted:
        raise Temporary("The server accepted nothing.")


def _composed(message: Message) -> EmailMessage:
    text = words.of(message)
    # RFC 3834: asks other machines not to answer; a person's out-of-office reply would reach nobody.
    headers = {
        "Message-ID": message_id(message),
        "Auto-Submitted": "auto-generated",
        "From": settings.DEFAULT_FROM_EMAIL,
    }
    # The envelope's sender is where reports come back to; the one in the header is who people see.
    sender = marks.return_path(message) or settings.DEFAULT_FROM_EMAIL
    return EmailMessage(text.subject, text.body, sender, [message.recipient_email], headers=headers)


def _judged(failure: smtplib.SMTPException) -> Temporary | Permanent:
    """Final only when the server's last word was about this recipient or this message, not about us."""
    match failure:
        case smtplib.SMTPRecipientsRefused(recipients=refused):
            final = all(code >= _FINAL for code, _ in refused.values())
        case smtplib.SMTPDataError(smtp_code=code):
            final = code >= _FINAL
        case smtplib.SMTPNotSupportedError():
            final = True
        case _:
            final = False
    return Permanent(line.told(failure)) if final else Temporary(line.told(failure))
