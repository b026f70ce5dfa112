"""Reports of undelivered mail as several mail servers write them, in words of our own."""

from collections.abc import Callable
from textwrap import dedent

Report = Callable[..., bytes]
ORIGINAL = """\
From: front-door@merebrook.example
To: {to}
Subject: Lantern: news about ABCD
Message-ID: {message_id}
"""


def _lines(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def postfix(message_id: str, to: str, *, action: str = "failed", status: str = "5.1.1", back_to: str = "") -> bytes:
    """Three parts: words, the status, the headers of what was returned."""
    text = dedent("""\
        Return-Path: <>
        From: MAILER-DAEMON@mx.partner.example (Mail Delivery System)
        To: {back_to}
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="E1.1/mx"

        This is a MIME-encapsulated message.

        --E1.1/mx
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        Your message could not be delivered to one or more recipients.

        --E1.1/mx
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.partner.example
        X-Postfix-Queue-ID: 4F00D
        Arrival-Date: Mon,  5 Jan 2026 09:00:00 +0000 (GMT)

        Final-Recipient: rfc822; {to}
        Original-Recipient: rfc822;{to}
        Action: {action}
        Status: {status}
        Remote-MTA: dns; inbox.partner.example
        Diagnostic-Code: smtp; 550 5.1.1 nobody of that name

        --E1.1/mx
        Content-Description: Undelivered Message Headers
        Content-Type: text/rfc822-headers

        {original}
        --E1.1/mx--
        """)
    original = ORIGINAL.format(to=to, message_id=message_id).rstrip("\n")
    back = back_to or "front-door@merebrook.example"
    indented = original
    return _lines(text.format(to=to, action=action, status=status, back_to=back, original=indented))


def exchange(message_id: str, to: str) -> bytes:
    """The whole message comes back; the address is only in Final-Recipient, in capitals, and the boundary is long."""
    text = dedent("""\
        From: <postmaster@council.example>
        To: <front-door@merebrook.example>
        Subject: =?utf-8?B?VW5kZWxpdmVyYWJsZTogTGFudGVybg==?=
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="_7b3a_lantern_"
        X-MS-Exchange-Message-Is-Ndr:
        Auto-Submitted: auto-replied
        MIME-Version: 1.0

        --_7b3a_lantern_
        Content-Type: multipart/alternative; boundary="_inner_"

        --_inner_
        Content-Type: text/plain; charset="utf-8"

        Delivery has failed to these recipients or groups.
        --_inner_
        Content-Type: text/html; charset="utf-8"

        <p>Delivery has failed to these recipients or groups.</p>
        --_inner_--

        --_7b3a_lantern_
        Content-Type: message/delivery-status

        Reporting-MTA: dns;EX1.council.example
        Received-From-MTA: dns;relay.merebrook.example

        Final-Recipient: RFC822;{to}
        Action: failed
        Status: 5.1.10
        Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound

        --_7b3a_lantern_
        Content-Type: message/rfc822

        {original}

        There is news. Sign in to read it.

        --_7b3a_lantern_--
        """)
    original = ORIGINAL.format(to=to, message_id=message_id).rstrip("\n")
    return _lines(text.format(to=to.upper(), original=original))


def exim(message_id: str, to: str) -> bytes:
    """No Original-Recipient, a fixed order of fields, and message/rfc822 with the headers alone."""
    text = dedent("""\
        From: Mail Delivery System <Mailer-Daemon@host.example>
        To: front-door@merebrook.example
        References: {message_id}
        X-Failed-Recipients: {to}
        Auto-Submitted: auto-replied
        Content-Type: multipart/report; report-type=delivery-status; boundary=1767600000-eximdsn-1
        MIME-Version: 1.0
        Subject: Mail delivery failed: returning message to sender

        --1767600000-eximdsn-1
        Content-type: text/plain; charset=us-ascii

        This message was created automatically by mail delivery software.

        --1767600000-eximdsn-1
        Content-type: message/delivery-status

        Reporting-MTA: dns; host.example

        Action: failed
        Final-Recipient: rfc822;{to}
        Status: 5.0.0
        Remote-MTA: dns; mx.partner.example
        Diagnostic-Code: smtp; 552 mailbox full

        --1767600000-eximdsn-1
        Content-type: message/rfc822

        Return-path: <front-door@merebrook.example>
        {original}

        --1767600000-eximdsn-1--
        """)
    original = ORIGINAL.format(to=to, message_id=message_id).rstrip("\n")
    return _lines(text.format(to=to, message_id=message_id, original=original))


def sendmail(message_id: str, to: str) -> bytes:
    """It gave up after days: a status of 4 and an action that is final."""
    return postfix(message_id, to, status="4.4.7").replace(b"Mail Delivery System", b"Mail Delivery Subsystem")


def international(message_id: str, to: str) -> bytes:
    """RFC 6533: an address beyond ASCII, by the newer types."""
    return (
        postfix(message_id, to)
        .replace(b"Content-Type: message/delivery-status", b"Content-Type: message/global-delivery-status")
        .replace(b"Content-Type: text/rfc822-headers", b"Content-Type: message/global-headers")
        .replace(b"rfc822;", b"utf-8;")
    )


def only_the_return_path(back_to: str, to: str) -> bytes:
    """Nothing of the message is returned: only the address to which the report came tells which it was."""
    return postfix("<lost@nowhere.example>", to, back_to=back_to)


EVERY: dict[str, Report] = {
    "postfix": postfix,
    "exchange": exchange,
    "exim": exim,
    "sendmail": sendmail,
    "international": international,
}


def absence(message_id: str, to: str) -> bytes:
    """An out-of-office note, as a person's mailbox writes it."""
    return _lines(
        f"From: {to}\nTo: front-door@merebrook.example\nSubject: Automatic reply: undeliverable until Monday\n"
        f"Auto-Submitted: auto-replied\nIn-Reply-To: {message_id}\nReferences: {message_id}\n"
        "Content-Type: text/plain\n\nAction: failed\nFinal-Recipient: rfc822; " + to + "\n"
    )


def read_receipt(message_id: str, to: str) -> bytes:
    """A disposition notification is a report too, and of another type."""
    return postfix(message_id, to).replace(b"report-type=delivery-status", b"report-type=disposition-notification")


def reply(message_id: str, to: str) -> bytes:
    """A person answers."""
    return _lines(
        f"From: {to}\nTo: front-door@merebrook.example\nSubject: Re: news\nIn-Reply-To: {message_id}\n\nThank you!\n"
    )
