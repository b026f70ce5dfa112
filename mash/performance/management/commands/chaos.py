"""Kills web, worker and broker while messages are owed, and writes .local/chaos.json."""

import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.performance import report
from mash.performance.chaos import judge, scene

# Beside the logs, for whoever wants to know which message it was.
EVIDENCE = scene.HOME.folder / "evidence.json"


class Command(BaseCommand):
    """Real processes, killed (-9) at moments drawn from the seed. Nothing acknowledged may be lost."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--messages", type=int, default=1_000)
        parser.add_argument("--kills", type=int, default=50)
        parser.add_argument("--seed", type=int, default=7)

    def handle(self, *args: Any, messages: int, kills: int, seed: int, **options: Any) -> None:
        if not (1 <= messages <= 10_000 and 1 <= kills <= 100):
            raise CommandError("Choose between 1 and 10,000 messages and between 1 and 100 kills.")
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _stop)
        try:
            found = scene.play(messages=messages, kills=kills, seed=seed, say=self.stdout.write)
        except scene.NotReady as trouble:
            raise CommandError(str(trouble)) from trouble
        EVIDENCE.write_text(json.dumps(asdict(found), indent=1, default=str), encoding="utf-8")
        rows = judge.rows(found)
        self.stdout.write(report.write(Path(settings.BASE_DIR) / ".local" / "chaos.json", rows))
        if not all(row.held for row in rows):
            raise SystemExit(1)


def _stop(number: int, frame: Any) -> None:
    raise SystemExit(128 + number)
