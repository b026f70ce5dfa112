"""Reading frameworks. A version never changes, so each process reads and parses it once."""

from datetime import datetime
from functools import lru_cache

from django.utils import timezone

from thresholds import engine
from thresholds.engine import framework_from_json
from thresholds.models import Framework

_PARSED: dict[tuple[str, int, str], engine.Framework] = {}


class UnknownFramework(LookupError):
    """No version of a framework with this key is in force."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no framework {key[:40]!r} is in force")
        self.key = key


def framework_in_force(key: str, *, at: datetime | None = None) -> Framework:
    """The version in force now, or at a moment; one small query. Raises UnknownFramework.

    Of two versions in force from the same moment the later one counts.
    """
    found = (
        Framework.objects.filter(key=key, in_force_from__lte=at or timezone.now())
        .order_by("-in_force_from", "-version")
        .values_list("pk", "sha")
        .first()
    )
    if found is None:
        raise UnknownFramework(key)
    return _stored(*found)


def parsed(framework: Framework) -> engine.Framework:
    """The framework as the engine reads it; parsed once in each process for each version."""
    version = framework.key, framework.version, framework.sha
    if version not in _PARSED:
        _PARSED[version] = framework_from_json(framework.document, version=framework.version)
    return _PARSED[version]


@lru_cache(maxsize=16)
def _stored(pk: int, sha: str) -> Framework:
    return Framework.objects.get(pk=pk, sha=sha)
