"""`make stop`: end what `make run` started from this folder, wherever it was started."""

import os
import signal
import sys

from mash.local import services
from mash.local.commands import say
from mash.local.home import MAIN, TEST
from mash.local.locks import locked_if_free
from mash.local.processes import pid_in, wait_until
from mash.local.run import RUN, RUN_LOCK, SUPERVISOR

SECONDS = 60


def main() -> int:
    """0: nothing runs any more; 1: something would not end."""
    supervisor = None if _is_over() else pid_in(SUPERVISOR)
    if supervisor is not None:
        os.kill(supervisor, signal.SIGTERM)
        if not wait_until(_is_over, within=SECONDS):
            sys.stderr.write(f"Process {supervisor} has not ended within {SECONDS} s.\n")
            return 1
    for left in RUN.glob("*.pid"):
        left.unlink()
    unused = [services.stop_if_unused(home) for home in (MAIN, TEST) if home.folder.exists()]
    say("Stopped." if all(unused) else "Stopped, but for the database and Redis that another command still uses.")
    return 0


def _is_over() -> bool:
    with locked_if_free(RUN_LOCK) as free:
        return free


if __name__ == "__main__":
    sys.exit(main())
