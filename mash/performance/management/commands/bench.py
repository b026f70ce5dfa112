"""Measures the product beside its references and writes .local/bench.json."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.test.utils import override_settings

from mash.performance import report
from mash.performance.bench import databases

SIZES = (64_000, 640_000)


class Command(BaseCommand):
    """Open work is the same at every size. Times are medians taken in turn, and only their ratios mean anything."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sizes", type=int, nargs=2, default=SIZES)

    def handle(self, *args: Any, sizes: tuple[int, int], **options: Any) -> None:
        with override_settings(**_beside()):
            rows = self._measure(tuple(sizes))
        self.stdout.write(report.write(Path(settings.BASE_DIR) / ".local" / "bench.json", rows))
        if not all(row.held for row in rows):
            raise SystemExit(1)

    def _measure(self, sizes: tuple[int, ...]) -> list[report.Row]:
        # Their models need the applications of `override_settings`.
        from mash.performance.bench import measures, notifications, pages

        with databases.filled(sizes, say=self.stdout.write) as names:
            measured = (
                measures.engine,
                measures.queue,
                pages.own_template,
                pages.grown,
                pages.after_analyze,
                measures.submission,
                notifications.notifications,
            )
            return [row for measure in measured for row in measure(names)]


def _beside() -> dict[str, Any]:
    """The product's settings with the references' addresses beside its own; files have plain names for all alike."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return {
        "INSTALLED_APPS": [*settings.INSTALLED_APPS, "django.contrib.admin"],
        "ALLOWED_HOSTS": [*settings.ALLOWED_HOSTS, "testserver"],
        "ROOT_URLCONF": "mash.performance.bench.urls",
        "STORAGES": {**settings.STORAGES, "staticfiles": plain},
    }
