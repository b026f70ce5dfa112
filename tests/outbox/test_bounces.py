"""What other mail servers send back: believed only when it can be."""

import io
import mailbox
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from smtplib import SMTP
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from mash.outbox import bounces as reading
from mash.outbox import marks, tasks
from mash.outbox.models import CallTask, Message
from mash.outbox.selectors import reconcile
from mash.outbox.services import bounces, delivery
from mash.outbox.services.bounces import Verdict
from tests.outbox import reports
from tests.outbox.conftest import Owe
from tests.outbox.imap import Imap, imap
from tests.outbox.post_office import PostOffice
from tests.support.mail import sink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(owe: Owe, office: PostOffice) -> Message:
    message = owe(name="Tess")
    delivery.deliver(message.pk)
    message.refresh_from_db()
    return message


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


@pytest.mark.parametrize("server", list(reports.EVERY))
def test_it_reads_what_each_server_writes(sent: Message, server: str) -> None:
    report = reports.EVERY[server](sent.provider_id, sent.recipient_email)
    assert bounces.take(report) == Verdict.BOUNCED
    assert bounces.take(report) == Verdict.BOUNCED, "twice changes nothing more"
    assert state(sent) == "bounced"
    call = CallTask.objects.get()
    assert (call.why, call.message, call.recipient_name) == ("bounced", sent, "Tess")
    assert reconcile().balances


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", ""])
def test_what_is_not_the_end_is_none(sent: Message, action: str) -> None:
    assert bounces.take(reports.postfix(sent.provider_id, sent.recipient_email, action=action)) == Verdict.NO_REPORT
    assert state(sent) == "sent"


@pytest.mark.parametrize("other", [reports.absence, reports.read_receipt, reports.reply])
def test_what_people_and_their_mailboxes_answer_is_no_report(sent: Message, other: reports.Report) -> None:
    assert bounces.take(other(sent.provider_id, sent.recipient_email)) == Verdict.NO_REPORT
    assert state(sent) == "sent"


# Forged


def test_a_report_needs_the_mark_that_nobody_can_guess(sent: Message) -> None:
    for guess in (
        f"<outbox.{sent.pk}@merebrook.example>",
        f"<outbox.{sent.pk}.{'0' * 20}@merebrook.example>",
        sent.provider_id.replace("outbox", "Outbox"),
        "",
        "%",
    ):
        assert bounces.take(reports.postfix(guess, sent.recipient_email)) == Verdict.NOT_OURS
    assert state(sent) == "sent"


def test_a_mark_is_another_one_for_each_message_and_secret(owe: Owe, settings: LazySettings) -> None:
    first, second = owe(), owe()
    assert marks.mark(first) == marks.mark(first) != marks.mark(second).replace(str(second.pk), str(first.pk))
    before = marks.mark(first)
    settings.SECRET_KEY = "another"
    assert marks.mark(first) != before


def test_a_report_is_about_the_address_it_names(sent: Message) -> None:
    """A list that passes it on to somebody who is gone has still given it to everybody else."""
    assert bounces.take(reports.postfix(sent.provider_id, "gone@partner.example")) == Verdict.NOT_OURS
    assert state(sent) == "sent"


def test_only_what_went_can_come_back(owe: Owe, office: PostOffice) -> None:
    waiting = owe()
    report = reports.postfix(marks.message_id(marks.mark(waiting)), waiting.recipient_email)
    assert bounces.take(report) == Verdict.NOT_OURS
    assert state(waiting) == "owed" and not CallTask.objects.exists()


def test_a_huge_email_is_not_read(sent: Message) -> None:
    report = reports.postfix(sent.provider_id, sent.recipient_email)
    assert bounces.take(report + b"x" * reading.LARGEST) == Verdict.NO_REPORT


@given(st.binary(max_size=400), st.integers(0, 1500), st.integers(0, 40))
def test_nothing_makes_it_stumble(noise: bytes, at: int, gone: int) -> None:
    report = reports.exchange("<a@b.example>", "tess@partner.example")
    reading.read(noise)
    reading.read(report[:at] + noise + report[at + gone :])


# The address that it comes back to


def test_the_envelope_carries_the_mark_and_the_header_does_not(
    owe: Owe, office: PostOffice, settings: LazySettings
) -> None:
    settings.BOUNCE_ADDRESS = "Bounces@merebrook.example"
    senders: list[str] = []

    class Envelopes(PostOffice):
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
            senders.append(envelope.mail_from)
            return await super().handle_DATA(server, session, envelope)

    with opened(Envelopes()) as there:
        settings.EMAIL_PORT = there.port
        message = owe()
        delivery.deliver(message.pk)
        mail = there.arrived[0]
    message.refresh_from_db()
    assert senders == [f"Bounces+{marks.mark(message)}@merebrook.example"]
    assert (mail["From"], mail["To"]) == ("front-door@merebrook.example", message.recipient_email)
    lost = reports.only_the_return_path(senders[0].lower(), message.recipient_email)
    assert bounces.take(lost) == Verdict.BOUNCED
    assert state(message) == "bounced"


@contextmanager
def opened(office: PostOffice) -> Iterator[PostOffice]:
    from tests.outbox import post_office

    with post_office.opened(office) as there:
        yield there


def test_another_mark_at_that_address_is_nobodys(sent: Message, settings: LazySettings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@merebrook.example"
    forged = f"bounces+outbox.{sent.pk}.{'f' * 20}@merebrook.example"
    assert bounces.take(reports.only_the_return_path(forged, sent.recipient_email)) == Verdict.NOT_OURS


# From where it is read


def test_the_command_takes_one_email_from_a_mail_server(
    sent: Message, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A real server hands the report on, as an alias that pipes into the command does."""
    with sink() as heard, SMTP("127.0.0.1", heard.port) as line:
        report = reports.exchange(sent.provider_id, sent.recipient_email)
        line.sendmail("", ["bounces@merebrook.example"], report)
        arrived = heard.messages[0].as_bytes()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(arrived)))
    call_command("read_bounces")
    assert "1 A message of ours came back" in capsys.readouterr().out
    assert state(sent) == "bounced"


def test_the_command_reads_a_maildir_once(sent: Message, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    box.add(reports.exim(sent.provider_id, sent.recipient_email))
    box.add(reports.reply(sent.provider_id, sent.recipient_email))
    call_command("read_bounces", maildir=tmp_path / "box")
    assert capsys.readouterr().out.split("\n")[:2] == [
        "1 A message of ours came back",
        "1 No report: for a person, if anybody",
    ]
    assert state(sent) == "bounced"
    flags = sorted(email.get_flags() for email in mailbox.Maildir(tmp_path / "box"))
    assert flags == ["FS", "S"]
    call_command("read_bounces", maildir=tmp_path / "box")
    assert capsys.readouterr().out == ""
    with pytest.raises(CommandError, match="no maildir"):
        call_command("read_bounces", maildir=tmp_path)


@pytest.fixture
def box(settings: LazySettings) -> Iterator[Imap]:
    with imap() as there:
        settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT = "127.0.0.1", there.port
        settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD = there.user, there.password
        settings.BOUNCE_IMAP_TLS = False
        yield there


def test_a_mailbox_is_read_and_a_persons_reply_is_flagged(sent: Message, box: Imap) -> None:
    box.emails = [
        reports.postfix(sent.provider_id, sent.recipient_email),
        reports.reply(sent.provider_id, sent.recipient_email),
        reports.postfix("<x@y.example>", sent.recipient_email),
    ]
    tasks.read_bounces()
    assert state(sent) == "bounced"
    assert [sorted(box.flags[n]) for n in (1, 2, 3)] == [["\\Seen"], ["\\Flagged", "\\Seen"], ["\\Seen"]]
    assert not bounces.take_mailbox(), "what was read is not read again"


@pytest.mark.parametrize(
    "poison",
    [
        reports.postfix("=?utf-8?q?=3Coutbox=00=3E?=", "tess@partner.example"),
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=a\r\n\r\n--a\r\n"
        + b"Content-Type: message/rfc822\r\n\r\n" * 3_000,
    ],
    ids=["a NUL in a Message-ID", "emails within emails"],
)
def test_one_email_that_nobody_can_read_does_not_stop_the_next(sent: Message, box: Imap, poison: bytes) -> None:
    box.emails = [poison, reports.postfix(sent.provider_id, sent.recipient_email)]
    tasks.read_bounces()
    assert state(sent) == "bounced"
    assert all("\\Seen" in box.flags[n] for n in (1, 2)), "neither is first again in five minutes"


def test_an_email_that_breaks_us_is_for_a_person(sent: Message, box: Imap, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*, provider_id: str) -> bool:
        raise ValueError(provider_id)

    box.emails = [reports.postfix(sent.provider_id, sent.recipient_email)]
    monkeypatch.setattr(delivery, "bounced", broken)
    assert bounces.take_mailbox() == {Verdict.BROKEN: 1}
    assert sorted(box.flags[1]) == ["\\Flagged", "\\Seen"]


def test_a_mailbox_that_cannot_be_read_breaks_nothing(sent: Message, box: Imap, settings: LazySettings) -> None:
    box.emails = [reports.postfix(sent.provider_id, sent.recipient_email)]
    settings.BOUNCE_IMAP_PASSWORD = "wrong"
    assert not bounces.take_mailbox()
    settings.BOUNCE_IMAP_PORT = PostOffice().port
    assert not bounces.take_mailbox()
    settings.BOUNCE_IMAP_HOST = ""
    assert not bounces.take_mailbox()
    assert state(sent) == "sent"


def test_reports_are_made_as_the_library_reads_them() -> None:
    """The examples themselves: otherwise what is not read could be an example that is no report at all."""
    for name, make in reports.EVERY.items():
        found = reading.read(make("<a@b.example>", "tess@partner.example"))
        assert found is not None, name
        assert (found.message_ids, found.failed) == ({"<a@b.example>"}, {"tess@partner.example"}), name
