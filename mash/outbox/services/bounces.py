"""What other mail servers send back: the message counts as bounced, and a person is to call."""

import imaplib
import mailbox
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import TextChoices

from mash.outbox import bounces
from mash.outbox.models import Message
from mash.outbox.services import delivery

log = structlog.get_logger(__name__)
AT_ONCE = 100
SECONDS_TO_ANSWER = 20
READ, FOR_A_PERSON = r"(\Seen)", r"(\Seen \Flagged)"


class Verdict(TextChoices):
    """What one email was."""

    BOUNCED = "bounced", "A message of ours came back"
    NOT_OURS = "not_ours", "A report about nothing that we sent to that address"
    NO_REPORT = "no_report", "No report: for a person, if anybody"
    BROKEN = "broken", "Something that we cannot read: for a person"


FOR_SOMEBODY = (Verdict.NO_REPORT, Verdict.BROKEN)


def take(content: bytes) -> Verdict:
    """Believe a report only about an email that went, to the very address it names, by the mark that nobody can guess.

    Said twice it changes nothing more.
    """
    report = bounces.read(content)
    if report is None or not report.failed:
        return Verdict.NO_REPORT
    sent = Message.objects.filter(provider_id__in=report.message_ids, channel=Message.Channel.EMAIL)
    messages = [each for each in sent if each.recipient_email.lower() in report.failed]
    if not messages:
        return Verdict.NOT_OURS
    for message in messages:
        delivery.bounced(provider_id=message.provider_id)
    return Verdict.BOUNCED


def _take(content: bytes) -> Verdict:
    """The same of whatever strangers may send: what breaks us is for a person, and never in the way of the next."""
    try:
        with transaction.atomic():
            return take(content)
    except OperationalError:
        raise  # of the database, and not of this email: it is read next time
    except Exception:
        log.exception("bounce_cannot_be_read")
        return Verdict.BROKEN


def take_maildir(folder: Path) -> Counter[Verdict]:
    """Every new email of a maildir; each is marked as seen, and flagged when it was no report."""
    found: Counter[Verdict] = Counter()
    box = mailbox.Maildir(folder, create=False)
    for key in list(box.keys()):
        email = box.get_message(key)
        if email.get_subdir() != "new":
            continue
        verdict = _take(email.as_bytes())
        email.set_subdir("cur")
        email.set_flags("FS" if verdict in FOR_SOMEBODY else "S")
        box[key] = email
        found[verdict] += 1
    return found


def take_mailbox() -> Counter[Verdict]:
    """What is unread in the mailbox of `BOUNCE_IMAP_HOST`; without one, nothing.

    A person's reply is flagged and not lost among the reports. A mailbox that cannot be read is logged, and read next
    time: what came back is not forgotten, and silence makes a call as well.
    """
    found: Counter[Verdict] = Counter()
    if not settings.BOUNCE_IMAP_HOST:
        return found
    try:
        with _opened() as box:
            for uid in _unread(box):
                verdict = _take(_content(box, uid))
                box.uid("STORE", uid, "+FLAGS", FOR_A_PERSON if verdict in FOR_SOMEBODY else READ)
                found[verdict] += 1
    except (imaplib.IMAP4.error, OSError) as failure:
        log.error("bounces_cannot_be_read", failure=type(failure).__name__)
    if found:
        log.info("bounces_read", **{str(verdict): count for verdict, count in found.items()})
    return found


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    make = imaplib.IMAP4_SSL if settings.BOUNCE_IMAP_TLS else imaplib.IMAP4
    box = make(settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT, timeout=SECONDS_TO_ANSWER)
    try:
        box.login(settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD)
        box.select(f'"{settings.BOUNCE_IMAP_FOLDER}"')
        yield box
    finally:
        box.logout()


def _unread(box: imaplib.IMAP4) -> Iterable[str]:
    _, answer = box.uid("SEARCH", "UNSEEN")
    return [uid.decode() for uid in (answer[0] or b"").split()[:AT_ONCE]]


def _content(box: imaplib.IMAP4, uid: str) -> bytes:
    """The email, or its beginning: one byte more than a report may have, so that a larger one is known to be none."""
    _, answer = box.uid("FETCH", uid, f"(BODY.PEEK[]<0.{bounces.LARGEST + 1}>)")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")
