"""What stands between a set-up machine and one that serves: tables, frameworks, the demo borough, static files."""

import json
import os
import sys
import time
from pathlib import Path

from mash.local import postgres_cluster
from mash.local.commands import run, say
from mash.local.home import MAIN, ROOT
from mash.local.stamps import hash_of, once

STAMPS = MAIN.folder / "stamps.json"
DEMO = MAIN.folder / "demo.json"
MANIFEST = ROOT / "staticfiles" / "staticfiles.json"
MAIL = MAIN.folder / "mail"
OURS = [ROOT / name for name in ("requirements.txt", "mash", "accounts", "thresholds", "referrals", "conferences")]


def all_steps(environment: dict[str, str]) -> None:
    """Each step once for each state of the code, of the database and of what the step makes. Raises Failed."""
    code = hash_of(OURS, _which_database())
    _manage(["migrate"], "Preparing the database ...", inputs=code, environment=environment)
    _manage(["load_frameworks"], "Loading the threshold frameworks ...", inputs=code, environment=environment)
    _manage(["load_limits"], "Loading the time limits ...", inputs=code, environment=environment)
    _manage(["demo"], "Telling the story of Merebrook ...", inputs=code, environment=environment, makes=DEMO)
    static = hash_of([ROOT / "requirements.txt", ROOT / "static", ROOT / "static" / "build"])
    collect = ["collectstatic", "--no-input", "--clear", "--ignore", "src"]
    _manage(collect, "Collecting static files ...", inputs=static, environment=environment, makes=MANIFEST)
    _note_address(environment["BASE_URL"])


def greeting(base_url: str) -> str:
    """The address, and who can sign in."""
    accounts = json.loads(DEMO.read_text())["accounts"]
    rows = [f"  {each['role']:<30}{each['email']:<46}{each['password']}" for each in accounts]
    places = f"Mail that is sent: {_shown(MAIL)}   Logs: {_shown(MAIN.folder / 'log')}"
    last = f"Serving at {base_url}  -  Ctrl-C or `make stop` stops everything."
    code = "The hub is asked for a code as well: `make code` prints them. A practitioner and a lead need none."
    return "\n".join(["", "Accounts (role, email, password):", *rows, "", code, "", places, last, ""])


def _manage(
    words: list[str], told: str, *, inputs: str, environment: dict[str, str], makes: Path | None = None
) -> None:
    def step() -> None:
        say(told)
        run([sys.executable, "manage.py", *words], environment=environment)

    again = makes is not None and not makes.exists()
    once(words[0], stamps=STAMPS, inputs=inputs, step=step, again=again)


def _which_database() -> str:
    """The embedded database is known by its data folder; somebody else's is prepared at every start."""
    if os.environ.get("DATABASE_URL"):
        return str(time.time())
    made = (postgres_cluster.data_folder(MAIN) / "PG_VERSION").stat()
    return f"{made.st_ino} {made.st_mtime}"


def _note_address(base_url: str) -> None:
    """The port may be another than when the demo was told."""
    demo = json.loads(DEMO.read_text())
    if demo["base_url"] != base_url:
        DEMO.write_text(json.dumps({**demo, "base_url": base_url}, indent=2))


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
