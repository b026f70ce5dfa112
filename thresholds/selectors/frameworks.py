"""Reading frameworks. A version never changes, so each process reads and parses it once."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from thresholds import engine
from thresholds.engine import framework_from_json
from thresholds.models import Adoption, Framework

_PARSED: dict[tuple[str, int, str], engine.Framework] = {}


class UnknownFramework(LookupError):
    """No version of a framework with this key is in force."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no framework {key[:40]!r} is in force")
        self.key = key


def framework_in_force(key: str, *, at: datetime | None = None) -> Framework:
    """The version in force now, or at a moment, retired ones aside; one small query. Raises UnknownFramework.

    Of two versions in force from the same moment the later one counts.
    """
    return _stored(*_latest(Q(key=key), key, at or timezone.now()))


def framework_here(*, at: datetime | None = None) -> Framework:
    """The version that referrals here are weighed under now, or at a moment; one small query. Raises UnknownFramework.

    The authority adopts a framework from a moment on; before the first time the setting FRAMEWORK names it.
    """
    return _stored(*in_force_here(at=at or timezone.now()))


def in_force_here(*, at: datetime, but: int | None = None) -> tuple[int, str]:
    """The key and fingerprint of what `framework_here` answers, as if the version `but` were not there."""
    adopted = Adoption.objects.filter(begins_at__lte=at).order_by("-begins_at", "-pk").values("key")[:1]
    here = Q(key=Coalesce(Subquery(adopted), Value(settings.FRAMEWORK)))
    return _latest(here & ~Q(pk=but) if but else here, settings.FRAMEWORK, at)


def adoption_at(at: datetime) -> Adoption | None:
    """The adoption that counts at a moment; none before the first."""
    return Adoption.objects.filter(begins_at__lte=at).select_related("by").order_by("-begins_at", "-pk").first()


def key_at(at: datetime) -> str:
    """The key of the framework that counts here at a moment."""
    found = adoption_at(at)
    return found.key if found else str(settings.FRAMEWORK)


def since_when(framework: Framework, *, adopted: datetime | None, versions: Iterable[Framework]) -> datetime:
    """Since when the version that counts here does: begun, adopted, back from behind a newer one that was retired."""
    newer = [row for row in versions if row.key == framework.key and row.in_force_from >= framework.in_force_from]
    gone = [(row.in_force_from, row.retirement.at) for row in newer if hasattr(row, "retirement")]
    back = [at for began, at in gone if at > began]
    return max([framework.in_force_from, *back, *([adopted] if adopted else [])])


def keys_here(*, since: datetime) -> set[str]:
    """The keys under which referrals here are weighed at any moment from this one on."""
    coming = Adoption.objects.filter(begins_at__gt=since).values_list("key", flat=True)
    return {key_at(since), *coming}


def _latest(of: Q, key: str, at: datetime) -> tuple[int, str]:
    found = (
        Framework.objects.filter(of, in_force_from__lte=at, retirement=None)
        .order_by("-in_force_from", "-version")
        .values_list("pk", "sha")
        .first()
    )
    if found is None:
        raise UnknownFramework(key)
    return found


def framework_of(pk: int, sha: str) -> Framework:
    """The version with this key and fingerprint, read once in each process."""
    return _stored(pk, sha)


def parsed(framework: Framework) -> engine.Framework:
    """The framework as the engine reads it; parsed once in each process for each version."""
    version = framework.key, framework.version, framework.sha
    if version not in _PARSED:
        _PARSED[version] = framework_from_json(framework.document, version=framework.version)
    return _PARSED[version]


@lru_cache(maxsize=16)
def _stored(pk: int, sha: str) -> Framework:
    return Framework.objects.get(pk=pk, sha=sha)
