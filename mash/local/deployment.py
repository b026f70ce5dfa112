"""`manage.py check --deploy` on the production settings, with made-up values for what the environment must give."""

import secrets
import subprocess
import sys

from mash.local.home import ROOT

MADE_UP = {
    "DJANGO_SETTINGS_MODULE": "mash.settings.production",
    "ALLOWED_HOSTS": "front-door.example",
    "BASE_URL": "https://front-door.example",
    "DATABASE_URL": "postgres://mash_app:made-up@db.example/mash",
    "REDIS_URL": "redis://broker.example/0",
}


def main() -> int:
    """Any warning is a failure. No other variable of this machine's is passed on."""
    environment = {**MADE_UP, "SECRET_KEY": secrets.token_urlsafe(50)}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
