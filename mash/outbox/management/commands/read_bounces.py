"""`manage.py read_bounces`: take one email from standard input, as a mail server hands it over, or all new ones of a
maildir."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.outbox.services import bounces


class Command(BaseCommand):
    help = "Reads delivery reports: what came back counts as bounced, and a person is asked to call."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--maildir", type=Path, help="read every new email of this maildir instead")
        parser.add_argument("--mailbox", action="store_true", help="read the mailbox of BOUNCE_IMAP_HOST instead")

    def handle(self, *args: Any, **options: Any) -> None:
        for verdict, count in sorted(_taken(options).items()):
            self.stdout.write(f"{count} {bounces.Verdict(verdict).label}")


def _taken(options: dict[str, Any]) -> Counter[bounces.Verdict]:
    if options["mailbox"]:
        return bounces.take_mailbox()
    folder: Path | None = options["maildir"]
    if folder is None:
        return Counter([bounces.take(sys.stdin.buffer.read())])
    if not (folder / "new").is_dir():
        raise CommandError(f"{folder} is no maildir: it has no folder “new”.")
    return bounces.take_maildir(folder)
