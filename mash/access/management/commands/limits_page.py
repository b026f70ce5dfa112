"""Writes docs/limits.md: how often one thing may be done, from the limits themselves."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from mash.access import limits
from mash.access.limit import Limit

HEAD = """# How often

Written by `manage.py limits_page` from the limits in the code; a test fails when the two differ.

A limit protects the machine and other people, and never a secret that could be guessed. Each counts one thing by one
key, in the database, for every process together; addresses are kept as digests, for a day. One too many is answered 429
with `Retry-After`, in words that say another way on. Each is tripped alone in `tests/attack/test_limits_table.py`, and
somebody genuine at the same address still gets in.
"""
UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def page() -> str:
    """The whole page as Markdown."""
    rows = "\n".join(_row(one) for one in limits.known())
    return f"{HEAD}\n| limit | counts | at most | whoever is over it reads |\n| --- | --- | --- | --- |\n{rows}\n"


def stretch(per: timedelta) -> str:
    """`minute`, `10 minutes`, `hour`."""
    seconds = int(per.total_seconds())
    size, name = next((size, name) for size, name in UNITS if seconds % size == 0)
    count = seconds // size
    return name if count == 1 else f"{count} {name}s"


def _row(one: Limit) -> str:
    return f"| {one.name} | {one.counts} | {one.most} each {stretch(one.per)} | {one.says} |"


class Command(BaseCommand):
    """Write the page."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "limits.md"
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(f"Wrote {path.name}.")
