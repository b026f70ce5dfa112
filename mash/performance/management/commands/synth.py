"""Plausible synthetic referrals, by COPY as the owner: `synth --referrals N [--people N] --seed S`."""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections, transaction
from django.utils import timezone

from mash.performance.synth import people, story, verdicts
from mash.performance.synth.tables import Table, Without
from thresholds.selectors.frameworks import framework_in_force

MOST = 6_400_000
OPEN_NOW = 3_200
# Decided lately: their cases are live, and some of their news waits for a telephone call. As many at every size.
STILL_WORKED = 800
YEARS = timedelta(days=3 * 365)
BATCH = 2_000


class Command(BaseCommand):
    """Open work is 3,200 referrals at every size, and 800 decided ones whose cases are live; the rest is history over
    the last three years."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--referrals", type=int, required=True)
        parser.add_argument("--people", type=int)
        parser.add_argument("--seed", type=int, required=True)

    def handle(self, *args: Any, referrals: int, people: int | None, seed: int, **options: Any) -> None:
        if not 1 <= referrals <= MOST:
            raise CommandError(f"Choose between 1 and {MOST:,} referrals.")
        alias = "owner" if "owner" in settings.DATABASES else "default"
        started = time.monotonic()
        with transaction.atomic(using=alias):
            rows = _write(alias, referrals, people or max(referrals * 4 // 5, 3), seed)
        with connections[alias].cursor() as cursor:
            cursor.execute("ANALYZE")
        took = time.monotonic() - started
        self.stdout.write(f"{referrals:,} referrals, {rows:,} rows in {took:.0f} s.")


def _write(alias: str, referrals: int, persons: int, seed: int) -> int:
    rng = random.Random(seed)  # noqa: S311 - plausible, not secret
    cast = people.cast(alias)
    known = [one for one in verdicts.verdicts(framework_in_force(settings.FRAMEWORK)) if one.leading.level]
    with connections[alias].cursor() as cursor:
        tables = {name: Table(label, cursor.cursor) for name, label in story.LABELS.items()}
        first = sum(table.next_id for table in tables.values())
        # It reads the limits by the other role's connection, which would wait for ever once keys are put aside.
        teller = story.Story(tables, cast, known, rng)
        with Without(cursor.cursor, tables.values()):
            _tell(teller, tables, referrals, persons, rng)
        return sum(table.next_id for table in tables.values()) - first


def _age(rng: random.Random, *, open_now: bool, still_worked: bool) -> timedelta:
    if open_now:
        return timedelta(hours=rng.random() * 48)
    return timedelta(days=3) + (timedelta(days=40) if still_worked else YEARS) * rng.random()


def _tell(teller: story.Story, tables: dict[str, Table], referrals: int, persons: int, rng: random.Random) -> None:
    now = timezone.now()
    history = max(referrals - OPEN_NOW, 0)
    with ThreadPoolExecutor(1) as carrier:
        on_its_way: list[Future[None]] = []
        for number in range(referrals):
            open_now = number >= history
            still_worked = history - STILL_WORKED <= number < history
            age = _age(rng, open_now=open_now, still_worked=still_worked)
            teller.referral(number, persons, now - age, open_now=open_now, still_worked=still_worked)
            if number % BATCH == BATCH - 1:
                _wait(on_its_way)
                on_its_way = [carrier.submit(table.send, table.take()) for table in tables.values()]
        _wait(on_its_way)
    for table in tables.values():
        table.finish()


def _wait(on_its_way: list[Future[None]]) -> None:
    """PostgreSQL takes one batch while the next is told; never more, so that memory stays bounded."""
    for one in on_its_way:
        one.result()
