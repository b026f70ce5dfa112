#!/usr/bin/env python
"""Run a management command; starts the embedded services first when no others are configured."""

import os
import sys


def main() -> None:
    """Point Django at the settings, make sure there is a database to talk to, and run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mash.settings.local")
    from mash.local import ensure_services

    ensure_services()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
