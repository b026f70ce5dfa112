"""Finding programs that wheels carry, without importing the wheels: some of them act on import."""

import importlib.util
from pathlib import Path


def package_folder(name: str) -> Path:
    """The folder of an installed package. Raises ModuleNotFoundError with what to do about it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            f"{name} is not installed: run `make run`, or set DATABASE_URL and REDIS_URL to servers of your own."
        )
    return Path(spec.submodule_search_locations[0])
