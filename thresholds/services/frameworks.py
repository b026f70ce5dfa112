"""Publishing frameworks. A version is never changed: what differs is the next version."""

import hashlib
import json
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.utils import timezone

from thresholds import presets
from thresholds.engine import framework_from_json
from thresholds.models import Framework


def publish_presets(*, database: str = DEFAULT_DB_ALIAS) -> list[Framework]:
    """Publish each preset that differs from its latest version; the versions that are new, so none the second time."""
    with transaction.atomic(using=database):
        published = [publish(document=presets.read(key), database=database) for key in presets.KEYS]
    return [framework for framework, new in published if new]


def publish(
    *, document: dict[str, Any], in_force_from: datetime | None = None, database: str = DEFAULT_DB_ALIAS
) -> tuple[Framework, bool]:
    """The version that holds this document, and whether it is new; in force from now unless a moment is given.

    Raises BadFramework for a document that the engine cannot trust.
    """
    framework_from_json(document, version=1)
    sha = fingerprint(document)
    with transaction.atomic(using=database):
        _one_at_a_time(document["key"], database)
        latest = Framework.objects.using(database).filter(key=document["key"]).order_by("-version").first()
        if latest is not None and latest.sha == sha:
            return latest, False
        made = Framework.objects.using(database).create(
            key=document["key"],
            version=1 if latest is None else latest.version + 1,
            title=document["title"],
            document=document,
            sha=sha,
            in_force_from=in_force_from or timezone.now(),
        )
    return made, True


def fingerprint(document: dict[str, Any]) -> str:
    """SHA-256 of the document, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _one_at_a_time(key: str, database: str) -> None:
    """Two publishers of one key would both take the next number; the second waits for the first to commit."""
    with connections[database].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"framework:{key}"])
