"""GOV.UK Notify: email, texts and letters, through its own client.

What its answers mean follows https://docs.notifications.service.gov.uk/rest-api.html: the status and the type of an
error are its contract, the words of an error are not. Only an address that Notify itself calls wrong is final; a key or
a template that is wrong is our fault and must cost nobody their message, so such a message waits and is tried again.
"""

import io
import re
import threading
from collections.abc import Callable, Mapping
from typing import Any

import requests
import structlog
from django.conf import settings
from notifications_python_client.errors import APIError, HTTPError, InvalidResponse
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import MaxRetryError, NewConnectionError, SSLError

from mash.outbox import words
from mash.outbox.channels import letters, numbers
from mash.outbox.channels.failures import Barred, Found, Permanent, Rejected, Temporary, Uncertain, Unreachable
from mash.outbox.models import Attempt, Message

log = structlog.get_logger(__name__)
PREFIX = "notify:"
_KEY = re.compile(r".*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
# Notify names the field that a validation error is about: these two are the recipient's, all others are ours.
_RECIPIENT = ("phone_number ", "email_address ")
# Types of errors that Notify gives to a recipient's address alone.
_ADDRESS_ERRORS = frozenset({"InvalidPhoneError", "InvalidEmailError", "InvalidRecipientError", "InvalidAddressError"})
_TOO_MANY, _SERVER = 429, 500
_KEY_REFUSED = frozenset({401, 403})
_mine = threading.local()
# Its own functions say nothing of their types.
_CLIENT: Any = NotificationsAPIClient


def reference(message: Message) -> str:
    """What Notify keeps beside its own id: the same for every try, other than any other installation's, nobody's
    name."""
    return f"outbox.{message.pk}.{message.owed_at:%Y%m%d%H%M%S}"


def deliver(message: Message) -> str:
    """Hand over one message; its id at Notify, once accepted. Raises what `channels` names.

    When an earlier answer was lost, Notify is asked first whether it has this message already: then nothing goes twice.
    """
    client = _client()
    if message.attempts > 1 and _was_abandoned(message) and (found := _found(client, message)):
        return Found(PREFIX + found)
    return PREFIX + str(_asked(lambda: _SEND[message.channel](client, message))["id"])


def status(notification_id: str) -> str:
    """What Notify says became of one message now; "" when it has forgotten it. Raises what `channels` names."""
    try:
        return str(_asked(lambda: _client().get_notification_by_id(notification_id))["status"])
    except Rejected as failure:
        if isinstance(failure.__cause__, APIError) and failure.__cause__.status_code == requests.codes.not_found:
            return ""
        raise


def template(template_id: str) -> Mapping[str, Any]:
    """A template as Notify has it. Raises what `channels` names."""
    answer: Mapping[str, Any] = _asked(lambda: _client().get_template(template_id))
    return answer


def _email(client: Any, message: Message) -> Any:
    text = words.of(message)
    return client.send_email_notification(
        email_address=message.recipient_email,
        template_id=settings.NOTIFY_EMAIL_TEMPLATE,
        personalisation={"subject": text.subject, "body": text.body},
        reference=reference(message),
    )


def _text(client: Any, message: Message) -> Any:
    return client.send_sms_notification(
        phone_number=numbers.international(message.recipient_phone),
        template_id=settings.NOTIFY_SMS_TEMPLATE,
        personalisation={"body": words.short(message)},
        reference=reference(message),
    )


def _letter(client: Any, message: Message) -> Any:
    """Our own PDF and not a template of Notify's: what was checked for one person is what is printed, tagged, in its
    own language, and nobody can change it in another system afterwards."""
    return client.send_precompiled_letter_notification(
        reference=reference(message), pdf_file=io.BytesIO(letters.pdf(message)), postage=settings.NOTIFY_POSTAGE
    )


_SEND: dict[str, Callable[[Any, Message], Any]] = {
    Message.Channel.EMAIL: _email,
    Message.Channel.SMS: _text,
    Message.Channel.LETTER: _letter,
}


def _found(client: Any, message: Message) -> str:
    page = _asked(lambda: client.get_all_notifications(reference=reference(message)))
    return str(page["notifications"][0]["id"]) if page["notifications"] else ""


def _was_abandoned(message: Message) -> bool:
    return Attempt.objects.filter(message=message, outcome=Attempt.Outcome.ABANDONED).exists()


def _client() -> Any:
    """One connection for each thread, since Notify's client is not made to be shared."""
    wanted = (settings.NOTIFY_API_KEY, settings.NOTIFY_BASE_URL, settings.NOTIFY_TIMEOUT)
    if not _KEY.fullmatch(settings.NOTIFY_API_KEY):
        raise Barred("NOTIFY_API_KEY has not the form of a key of Notify's.")
    if getattr(_mine, "wanted", None) != wanted:
        _mine.wanted, _mine.client = wanted, _CLIENT(*wanted)
    return _mine.client


def _asked(ask: Callable[[], Any]) -> Any:
    """The answer, or a failure of ours."""
    try:
        answer = ask()
    except InvalidResponse as failure:
        raise Uncertain("It answered something that is no JSON.") from failure
    except HTTPError as failure:
        raise _judged(failure) from failure
    if not isinstance(answer, dict):
        raise Uncertain("It answered something other than its contract says.")
    return answer


def _judged(failure: HTTPError) -> Exception:
    if failure.response is None:
        return _unanswered(failure.__cause__)
    code, told = failure.status_code, _told(failure)
    if code in _KEY_REFUSED:
        log.error("notify_refuses_our_key", status=code)
        return Barred(told)
    if code == _TOO_MANY:
        return Unreachable(told)
    if code >= _SERVER:
        return Uncertain(told)
    if _is_about_the_address(failure):
        return Permanent(told)
    log.error(
        "notify_asks_us_to_put_something_right", status=code, kinds=sorted({kind for kind, _ in _errors(failure)})
    )
    return Rejected(told)


def _unanswered(cause: BaseException | None) -> Temporary:
    """Not even connected, or connected and never answered: only the second may have been accepted."""
    told = type(cause).__name__
    if isinstance(cause, requests.ConnectTimeout):
        return Unreachable(told)
    reason = cause.args[0] if isinstance(cause, requests.ConnectionError) and cause.args else None
    if isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError | SSLError):
        return Unreachable(told)
    return Uncertain(told)


def _is_about_the_address(failure: HTTPError) -> bool:
    errors = _errors(failure)
    return bool(errors) and all(
        kind in _ADDRESS_ERRORS or (kind == "ValidationError" and words_of_it.startswith(_RECIPIENT))
        for kind, words_of_it in errors
    )


def _errors(failure: HTTPError) -> list[tuple[str, str]]:
    """(type, words) of each error in the answer."""
    given = failure.message
    found = given if isinstance(given, list) else []
    return [(str(one.get("error")), str(one.get("message"))) for one in found if isinstance(one, dict)]


def _told(failure: HTTPError) -> str:
    """For the record of attempts: status and types. The words may repeat an address."""
    return f"{failure.status_code} {', '.join(sorted({kind for kind, _ in _errors(failure)}))}".strip()[:500]
