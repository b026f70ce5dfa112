"""Doing a step of the set-up only when what it is made from has changed."""

import hashlib
import json
from collections.abc import Callable, Iterable
from pathlib import Path

SKIPPED = {"__pycache__", "node_modules", "build", ".venv", ".local"}


def hash_of(paths: Iterable[Path], *words: str) -> str:
    """A hash of some words and of the files named, or inside folders named, but for what is built in them."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(set(_files(paths))):
        digest.update(f"\0{path}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def once(name: str, *, stamps: Path, inputs: str, step: Callable[[], None], again: bool = False) -> bool:
    """Do the step unless it was done with equal inputs before; says whether it did. `again` does it in any case."""
    if is_done(name, stamps=stamps, inputs=inputs) and not again:
        return False
    step()
    stamps.parent.mkdir(parents=True, exist_ok=True)
    stamps.write_text(json.dumps({**_read(stamps), name: inputs}, indent=1))
    return True


def is_done(name: str, *, stamps: Path, inputs: str) -> bool:
    """Whether the step was last done with equal inputs."""
    return _read(stamps).get(name) == inputs


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            yield from _files(inside for inside in path.iterdir() if inside.name not in SKIPPED)


def _read(stamps: Path) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(stamps.read_text())
    except (OSError, ValueError):
        return {}
    return found
