"""What it checks of a request, in its order: who asks, the form of what is asked, the recipient."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import phonenumbers
from notifications_python_client import authentication
from notifications_python_client.errors import (
    TokenAlgorithmError,
    TokenDecodeError,
    TokenError,
    TokenExpiredError,
    TokenIssuerError,
)

from mash.performance.notify_double import refusals

LONGEST_REFERENCE = 1000
LONGEST_TEXT = 918
# The very functions that it checks tokens with; they say nothing of their types.
_ISSUER: Any = authentication.get_token_issuer
_DECODE: Any = authentication.decode_jwt_token
_EMAIL = re.compile(r"[^@\s]+@([^@\s.]+\.)+[^@\s.]{2,}")
_WRONG_TOKEN = "Invalid token: make sure your API token matches the example at https://docs.notifications.service.gov.uk/rest-api.html#authorisation-header"  # noqa: S105
_ALLOWED = {
    "email": {
        "email_address",
        "template_id",
        "personalisation",
        "reference",
        "email_reply_to_id",
        "one_click_unsubscribe_url",
        "scheduled_for",
        "sanitise_content_for",
    },
    "sms": {"phone_number", "template_id", "personalisation", "reference", "sms_sender_id", "scheduled_for"},
    "letter": {"reference", "content", "postage"},
}
_NEEDED = {
    "email": ("email_address", "template_id"),
    "sms": ("phone_number", "template_id"),
    "letter": ("reference", "content"),
}
_TYPES: dict[str, tuple[type, str]] = {
    "email_address": (str, "string"),
    "phone_number": (str, "string"),
    "reference": (str, "string"),
    "content": (str, "string"),
    "personalisation": (dict, "object"),
}


def token(header: str | None) -> str:
    """The bearer token of a request."""
    if not header:
        raise refusals.auth(401, "Unauthorized: authentication token must be provided")
    if header[:7].title() != "Bearer ":
        raise refusals.auth(401, "Unauthorized: authentication bearer scheme must be used")
    return header[7:]


def issuer(given: str) -> str:
    """Which service a token says it comes from."""
    try:
        found = str(_ISSUER(given))
    except TokenIssuerError as wrong:
        raise refusals.auth(403, "Invalid token: iss field not provided") from wrong
    except TokenDecodeError as wrong:
        raise refusals.auth(403, _WRONG_TOKEN) from wrong
    if not _is_uuid(found):
        raise refusals.auth(403, "Invalid token: service id is not the right data type")
    return found


def signed_with(given: str, secret: str) -> bool:
    """Whether this secret made the token; refuses one that is out of time or of another kind."""
    try:
        _DECODE(given, secret)
    except TokenExpiredError as wrong:
        raise refusals.auth(403, "Error: Your system clock must be accurate to within 30 seconds") from wrong
    except TokenAlgorithmError as wrong:
        raise refusals.auth(403, "Invalid token: algorithm used is not HS256") from wrong
    except TokenDecodeError:
        return False
    except TokenError as wrong:
        raise refusals.auth(403, _WRONG_TOKEN) from wrong
    return True


def form(medium: str, asked: Mapping[str, Any]) -> None:
    """The schema of one medium. Raises with every error at once, as it does."""
    wrong = list(dict.fromkeys(_schema(medium, asked)))
    if wrong:
        raise refusals.invalid(*wrong)


def pdf(content: str) -> None:
    """Letters are base64; whether it is a PDF it looks at later."""
    try:
        base64.b64decode(content, validate=True)
    except binascii.Error as wrong:
        raise refusals.bad_request("Cannot decode letter content (invalid base64 encoding)") from wrong


def _schema(medium: str, asked: Mapping[str, Any]) -> Iterator[str]:
    for name in _NEEDED[medium]:
        if name not in asked:
            yield f"{name} is a required property"
    extra = sorted(set(asked) - _ALLOWED[medium])
    if extra:
        verb = "was" if len(extra) == 1 else "were"
        yield f"Additional properties are not allowed ({', '.join(extra)} {verb} unexpected)"
    for name, value in asked.items():
        if name in _TYPES and not isinstance(value, _TYPES[name][0]):
            yield f"{name} {value} is not of type {_TYPES[name][1]}"
        else:
            yield from _field(medium, name, value)


def _field(medium: str, name: str, value: Any) -> Iterator[str]:
    if name in ("template_id", "email_reply_to_id", "sms_sender_id") and not _is_uuid(value):
        yield f"{name} is not a valid UUID"
    elif name == "reference" and medium != "letter" and len(value) > LONGEST_REFERENCE:
        yield f"reference {value} is too long"
    elif name == "email_address" and not _EMAIL.fullmatch(value):
        yield "email_address Not a valid email address"
    elif name == "phone_number" and (wrong := _number(value)):
        yield f"phone_number {wrong}"
    elif name == "postage" and value not in ("first", "second", "economy"):
        yield "postage invalid. It must be either first, second or economy."


def _number(value: str) -> str:
    """What is wrong with a telephone number, in its words; "" for nothing."""
    if not re.fullmatch(r"[0-9()+\-. ]*", value):
        return "Must not contain letters or symbols"
    try:
        parsed = phonenumbers.parse(value, "GB")
    except phonenumbers.NumberParseException:
        return "Not a valid country prefix"
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.TOO_LONG:
        return "Too many digits"
    return "" if reason == phonenumbers.ValidationResult.IS_POSSIBLE else "Not enough digits"


def is_landline(value: str) -> bool:
    """A number that is known to take no texts."""
    kind = phonenumbers.number_type(phonenumbers.parse(value, "GB"))
    return bool(kind == phonenumbers.PhoneNumberType.FIXED_LINE)


def is_abroad(value: str) -> bool:
    return bool(phonenumbers.parse(value, "GB").country_code != phonenumbers.country_code_for_region("GB"))


def _is_uuid(value: Any) -> bool:
    try:
        UUID(value)
    except (ValueError, TypeError, AttributeError):
        return False
    return True
