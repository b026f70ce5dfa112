"""Reading what other mail servers send back (RFC 3464, delivery status notifications). Pure: it looks nothing up."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage, Message

from mash.outbox import marks

# A report repeats at most the message, and ours are short.
LARGEST = 1024 * 1024
# Each of our emails has one recipient; a list that passes it on may have some.
MOST_BLOCKS = 100
_RETURNED = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"})
_ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_FIELDS = ("Original-Recipient", "Final-Recipient")


@dataclass(frozen=True, slots=True)
class Report:
    """Which of our emails it may be about, by Message-ID, and to whom it will never get, in small letters."""

    message_ids: frozenset[str]
    failed: frozenset[str]


def read(content: bytes) -> Report | None:
    """The report in an email; None for anything else, such as a person's reply, an absence note or a read receipt.

    Only a report that says `Action: failed` counts: one that says delayed, relayed or expanded is not the end.
    """
    if len(content) > LARGEST:
        return None
    try:
        email = message_from_bytes(content, policy=policy.default)
        if not _is_a_report(email):
            return None
        return Report(message_ids=frozenset(_message_ids(email)), failed=frozenset(_failed(email)))
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
        # The library stumbles over some malformed headers and depths; such a report cannot be believed anyway.
        return None


def _is_a_report(email: EmailMessage) -> bool:
    if email.get_content_type() != "multipart/report":
        return False
    return str(email.get_param("report-type", "")).lower() == "delivery-status"


def _message_ids(email: EmailMessage) -> Iterator[str]:
    """From the mark in the address that it came back to, and from the headers that it returns."""
    for name in _ADDRESSED:
        for value in email.get_all(name, []):
            if marked := marks.of_return_path(str(value)):
                yield marks.message_id(marked)
    for part in _parts(email):
        if part.get_content_type() in _RETURNED:
            yield from _its_message_id(part)


def _its_message_id(part: Message) -> Iterator[str]:
    inner = part.get_payload(0) if part.is_multipart() else message_from_bytes(_text(part), policy=policy.default)
    found = str(inner.get("Message-ID", "")).strip() if isinstance(inner, Message) else ""
    if found.isascii() and found.isprintable():  # as each of ours is; the rest is nothing to ask a database for
        yield found


def _failed(email: EmailMessage) -> Iterator[str]:
    for part in _parts(email):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            for block in _blocks(part):
                if str(block.get("Action", "")).strip().lower() == "failed":
                    yield from _addresses(block)


def _blocks(part: Message) -> Iterator[Message]:
    """The fields of the whole report, then those of each recipient. Of the newer types the library separates only the
    first block, and leaves the others as its text."""
    payload = part.get_payload()
    blocks = [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    for block in blocks:
        yield block
        rest = block.get_payload()
        texts = rest.replace("\r\n", "\n").split("\n\n")[:MOST_BLOCKS] if isinstance(rest, str) else []
        yield from (message_from_string(text.lstrip(), policy=policy.default) for text in texts)


def _addresses(block: Message) -> Iterator[str]:
    """ "rfc822; tess@school.example" is how the fields name somebody."""
    for name in _FIELDS:
        kind, _, address = str(block.get(name, "")).partition(";")
        if kind.strip().lower() in ("rfc822", "utf-8") and address.strip():
            yield address.strip().strip("<>").lower()


def _parts(email: EmailMessage) -> Iterator[Message]:
    yield from (part for part in email.get_payload() if isinstance(part, Message))


def _text(part: Message) -> bytes:
    text = part.get_payload(decode=True)
    return text if isinstance(text, bytes) else b""
