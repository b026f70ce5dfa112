from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections

from thresholds.services.frameworks import publish_presets


class Command(BaseCommand):
    help = "Publish the frameworks that ship; a second run changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = "owner" if "owner" in connections else DEFAULT_DB_ALIAS
        parser.add_argument("--database", default=usual, choices=list(connections), help="default: %(default)s")

    def handle(self, *args: Any, database: str, verbosity: int, **options: Any) -> None:
        published = publish_presets(database=database)
        if verbosity:
            self.stdout.write(", ".join(f"published {framework}" for framework in published) or "nothing new")
