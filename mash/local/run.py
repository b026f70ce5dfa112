"""`make run`: set up, serve, watch, and leave nothing behind.

Started by any Python from 3.11; when the packages are there it goes on under the project's own environment.
"""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

from mash.local import prepare, services, setup
from mash.local.alarm import STOPS, Alarm
from mash.local.children import Child, Family, adopt_orphans
from mash.local.commands import Failed, say
from mash.local.home import MAIN, free_port, is_free
from mash.local.locks import locked_if_free
from mash.local.processes import CouldNotStart

RUN_LOCK = MAIN.folder / "run.lock"
RUN = MAIN.folder / "run"
SUPERVISOR = RUN / "supervisor.pid"
SECONDS_TO_SERVE = 60
ALREADY = 2


class Stop(SystemExit):
    """Told to stop while still setting up."""


def main() -> int:
    """The command line. 0: stopped as asked; 1: the set-up failed; 2: it runs already, or the port is taken."""
    for number in STOPS:
        signal.signal(number, _stop)
    port = int(os.environ.get("PORT") or 8000)
    try:
        with locked_if_free(RUN_LOCK) as first:
            refusal = _refusal(first=first, port=port)
            if refusal:
                sys.stderr.write(f"{refusal}\n")
                return ALREADY
            setup.set_up(development=False)
            if Path(sys.prefix).resolve() == setup.VENV.resolve():
                return _serve(port)
        os.execv(setup.PYTHON, [str(setup.PYTHON), "-m", "mash.local.run"])  # noqa: S606
    except (Failed, CouldNotStart) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1


def _refusal(*, first: bool, port: int) -> str | None:
    if not first:
        return "It is already running from this folder. `make stop` stops it."
    if not is_free(port):
        return f"Port {port} is taken by another program. Stop that, or choose another: make run PORT={port + 1}"
    return None


def _serve(port: int) -> int:
    _folders(MAIN.folder)
    SUPERVISOR.write_text(str(os.getpid()))
    environment = _environment(port)
    try:
        services.ensure_services()
        prepare.all_steps(environment)
        _tend(Family(_children(environment)), environment["BASE_URL"])
    finally:
        services.leave()
        for pid_file in RUN.glob("*.pid"):
            pid_file.unlink()
        say("Stopped.")
    return 0


def _folders(home: Path) -> None:
    """Mail and logs are nobody else's to read. The home itself stays open: the database may run as another user."""
    (home / "run").mkdir(parents=True, exist_ok=True)
    for folder in (home / "log", home / "mail"):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)


def _tend(family: Family, base_url: str) -> None:
    """Serve until told to stop, and leave no process behind."""
    adopt_orphans()
    alarm = Alarm()
    deadline: float | None = time.monotonic() + SECONDS_TO_SERVE
    try:
        while not alarm.told_to_stop(within=0.1 if deadline else 1.0):
            family.tend()
            _tend_services()
            if deadline and _serves(base_url):
                deadline = None
                say(prepare.greeting(base_url))
            elif deadline and time.monotonic() > deadline:
                raise Failed(f"It did not begin to serve within {SECONDS_TO_SERVE} s. Logs: {MAIN.folder / 'log'}")
    finally:
        family.end()


def _tend_services() -> None:
    """A database that was killed may need a moment before it can start: it is tried again each time round."""
    try:
        for name in services.down():
            say(f"{name} ended; starting it again. Its log: {MAIN.folder / name}.log")
            services.ensure_services()
    except CouldNotStart as failure:
        say(str(failure))
    services.note_pids(RUN)


def _serves(base_url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base_url}/healthz", timeout=5):  # noqa: S310 - our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _environment(port: int) -> dict[str, str]:
    chosen = {
        "DJANGO_SETTINGS_MODULE": "mash.settings.local",
        "PORT": str(port),
        "BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONUNBUFFERED": "1",
        **os.environ,
    }
    if "EMAIL_HOST" not in os.environ:
        chosen |= {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(free_port())}
    return chosen


def _children(environment: dict[str, str]) -> list[Child]:
    catcher = [sys.executable, "-m", "mash.local.mail", str(MAIN.folder / "mail"), environment["EMAIL_PORT"]]
    commands = {"mail": catcher, **programs()}
    if "EMAIL_HOST" in os.environ:
        del commands["mail"]
    return [Child(name, command, environment, MAIN.folder, say) for name, command in commands.items()]


def programs() -> dict[str, list[str]]:
    """The product's own processes, by name."""
    celery = [sys.executable, "-m", "celery", "--app", "mash.celery"]
    return {
        "web": [sys.executable, "-m", "gunicorn", "--config", "python:mash.serving", "mash.wsgi"],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
        "beat": [*celery, "beat", "--pidfile="],
    }


def _stop(number: int, frame: FrameType | None) -> None:
    for again in STOPS:
        signal.signal(again, signal.SIG_IGN)
    raise Stop(0)


if __name__ == "__main__":
    sys.exit(main())
