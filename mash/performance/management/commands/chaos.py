"""Kills web, worker and broker while messages are owed, lets providers fail, and writes .local/chaos.json."""

import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.performance import report
from mash.performance.chaos import judge, scene
from mash.performance.report import Row
from mash.performance.troubles import many, programme

# Beside the logs, for whoever wants to know which message it was.
EVIDENCE = scene.HOME.folder / "evidence.json"
PARTS = ("kills", "troubles")


class Command(BaseCommand):
    """Real processes, killed (-9) at moments drawn from the seed; then the troubles of providers and addresses, hours
    of them on a simulated clock. Nothing acknowledged may be lost."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=1_000)
        parser.add_argument("--kills", type=int, default=50)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--backlog", type=int, default=10_000, help="owed at once to eight workers")
        parser.add_argument("--only", choices=PARTS, help="one part; without it, both")

    def handle(self, *args: Any, messages: int, kills: int, **options: Any) -> None:
        if not (1 <= messages <= 10_000 and 1 <= kills <= 100):
            raise CommandError("Choose between 1 and 10,000 messages and between 1 and 100 kills.")
        if not 100 <= options["backlog"] <= 100_000:
            raise CommandError("Choose a backlog between 100 and 100,000.")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            rows = self._played(messages, kills, options)
        except (scene.NotReady, many.NotDone) as trouble:
            raise CommandError(str(trouble)) from trouble
        self.stdout.write(report.write(Path(settings.BASE_DIR) / ".local" / "chaos.json", rows))
        if not all(row.held for row in rows):
            raise SystemExit(1)

    def _played(self, messages: int, kills: int, options: dict[str, Any]) -> list[Row]:
        rows: list[Row] = []
        if options.get("only") != "troubles":
            found = scene.play(messages=messages, kills=kills, seed=options["seed"], say=self.stdout.write)
            EVIDENCE.write_text(json.dumps(asdict(found), indent=1, default=str), encoding="utf-8")
            rows += judge.rows(found)
        if options.get("only") != "kills":
            rows += programme.play(messages=options["backlog"], say=self.stdout.write)
        return rows


def _stop(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
