"""A browser for the tests: the machine's Chromium, or one that is installed now; `python -m mash.local.browser`.

Uses the standard library alone.
"""

import os
import shutil
import sys

from mash.local.commands import Failed, run, say
from mash.local.setup import PYTHON

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def system_browser() -> str | None:
    """The Chromium that the machine has, if any."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def main() -> int:
    """0 when there is a browser to test with; a missing one is an error, never a reason to skip."""
    try:
        if system_browser() is None:
            _install()
    except Failed as failure:
        sys.stderr.write(f"There is no Chromium for the browser tests, and it could not be installed.\n{failure}\n")
        return 1
    return 0


def _install() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium with apt-get ...")
        quietly = {"DEBIAN_FRONTEND": "noninteractive"}
        run(["apt-get", "update"], environment=quietly)
        run(["apt-get", "install", "--yes", "--no-install-recommends", "chromium"], environment=quietly)
    else:
        say("Installing Chromium with Playwright ...")
        run([str(PYTHON), "-m", "playwright", "install", "chromium"])


if __name__ == "__main__":
    sys.exit(main())
