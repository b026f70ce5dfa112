"""Sends tens of thousands of inputs that nobody should send, and writes .local/attack.json."""

import json
from pathlib import Path
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from mash.performance import report
from mash.performance.bench import databases

DATABASE = "mash_attack"
MOST = 1_000_000
EVERYBODY = 99


class Command(BaseCommand):
    """Every form and every call, as everybody who may: nothing may break. Each input is undone."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--inputs", type=int, default=20_000)
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--jobs", type=int, default=2)

    def handle(self, *args: Any, inputs: int, seed: int, jobs: int, **options: Any) -> None:
        if not (1 <= jobs <= 16 and jobs <= inputs <= MOST):
            raise CommandError(f"Choose between 1 and {MOST:,} inputs, and between 1 and 16 jobs.")
        # They need what only a developer's machine has.
        from mash.performance.attack import alone, parts, play, targets, world

        self.stdout.write("Telling the story of Merebrook ...")
        with alone.alone(), databases.made(DATABASE):
            # The threads of what prints do not outlive the fork that follows: this process prints nothing.
            with mock.patch("typst.compile", return_value=b"%PDF-1.7"):
                scout = targets.Scout(world.build())
                scouted = scout.find(roles_each=EVERYBODY)
            self.stdout.write(f"Attacking {len(scouted.targets)} addresses, as those who may ...")
            found = parts.play_all(
                scout, scouted, database=DATABASE, number=inputs, seed=seed, jobs=jobs, say=self.stdout.write
            )
        rows = play.rows(found)
        folder = Path(settings.BASE_DIR) / ".local"
        self.stdout.write(report.write(folder / "attack.json", rows))
        kept = json.dumps(play.evidence(found), indent=1, ensure_ascii=True)
        (folder / "attack-evidence.json").write_text(kept, encoding="utf-8")
        if not all(row.held for row in rows):
            self.stdout.write("What broke, and by which input: .local/attack-evidence.json")
            raise SystemExit(1)
