"""`migrate`, by the owner, followed by the grants of the application's role."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.core.management.commands.migrate import Command as Migrate
from django.db import DEFAULT_DB_ALIAS, connections

from mash.audit import grants


class Command(Migrate):
    """Migrate as the owner (alias `owner` where there is one), make the cache's table, then grant."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        owner = "owner" if "owner" in settings.DATABASES else DEFAULT_DB_ALIAS
        parser.set_defaults(database=owner)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            call_command("createcachetable", database=options["database"], verbosity=0)
            grants.apply(connections[options["database"]], role=settings.DATABASE_APP_ROLE)
