"""`make clean`: remove what was made here; the next start is like the first."""

import shutil
import sys

from mash.local.commands import say
from mash.local.home import MAIN, ROOT, TEST

MADE = (".local", ".venv", "node_modules", "static/build", "staticfiles")
CACHES = (".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".import_linter_cache")


def main() -> int:
    """Also where the data had to be put in another folder; call it when nothing runs."""
    for home in (MAIN, TEST):
        if home.postgres.is_symlink():
            shutil.rmtree(home.postgres.resolve(), ignore_errors=True)
    for name in (*MADE, *CACHES):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    say("Clean.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
