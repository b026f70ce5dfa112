from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections

from referrals.services.limits import load


class Command(BaseCommand):
    help = "Load the time limits that ship; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
        parser.add_argument("--database", default=usual, choices=list(connections), help="default: %(default)s")

    def handle(self, *args: Any, database: str, verbosity: int, **options: Any) -> None:
        loaded = load(database=database)
        if verbosity:
            self.stdout.write(", ".join(f"loaded: {limit}" for limit in loaded) or "nothing new")
