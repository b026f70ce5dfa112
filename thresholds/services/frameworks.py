"""Publishing frameworks. A version is never changed: what differs is the next version."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone

from accounts.errors import NotNow, Refused
from accounts.models import User
from accounts.policy import Act
from accounts.services import rights
from mash.audit import events
from thresholds import presets
from thresholds.editing import floors
from thresholds.engine import framework_from_json
from thresholds.models import Framework, FrameworkDraft
from thresholds.services import drafts, locks, seconding

NOT_TRIED = "Try it on the last referrals first, and look at what would change"
NO_INDICATOR = "Add at least one indicator first: without any, nothing can be weighed"
SAME = "This says the same as version {version}: there is nothing to publish"
PAST = "A version can be in force from now or later, not from a time that has passed"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a version, and why; nobody for those that the product ships."""

    by: User | None = None
    note: str = ""


def publish_presets(*, database: str = DEFAULT_DB_ALIAS) -> list[Framework]:
    """Publish each preset that differs from its latest version; the versions that are new, so none the second time.

    A key whose latest version somebody published is theirs: a new release of the product never overrules it.
    """
    with transaction.atomic(using=database):
        theirs = {key for key in presets.KEYS if _is_theirs(key, database)}
        ours = [key for key in presets.KEYS if key not in theirs]
        published = [publish(document=presets.read(key), database=database) for key in ours]
    return [framework for framework, new in published if new]


def _is_theirs(key: str, database: str) -> bool:
    _one_at_a_time(key, database)
    latest = Framework.objects.using(database).filter(key=key).order_by("-version").values_list("by", flat=True).first()
    return latest is not None


@transaction.atomic
def publish_draft(
    *, by: User, draft: FrameworkDraft, seen: int, note: str, in_force_from: datetime | None = None
) -> Framework:
    """The draft as the next version of its framework, in force from a moment (now, when none is given); for ever.

    It must leave no child with nobody (see `floors`), and have been tried on the last referrals since it was last
    saved. Of two who publish at once the second is told who was first (SomeoneElse). Whether referrals here are weighed
    under it depends on which framework is adopted; the next version of one that is takes two people (see `seconding`).
    """
    rights.require(by, Act.MANAGE_FRAMEWORK)
    locks.one_at_a_time(locks.HERE)
    held = drafts.hold(draft, seen=seen)
    _check_ready(held, note, in_force_from)
    alone = seconding.publishes_alone(by, held)
    made, new = publish(document=held.document, in_force_from=in_force_from, publisher=Publisher(by, note))
    if not new:
        raise Refused(SAME.format(version=made.version))
    held.state, held.published, held.by, held.updated_at = FrameworkDraft.State.PUBLISHED, made, by, timezone.now()
    held.save(update_fields=["state", "published", "by", "updated_at"])
    detail = {"key": made.key, "version": made.version, "from": made.in_force_from.isoformat(), "note": note}
    detail |= {"draft": held.pk, "alone": alone}
    events.record(by=by, what="framework_published", about=made, detail=detail)
    return made


def publish(
    *,
    document: dict[str, Any],
    in_force_from: datetime | None = None,
    publisher: Publisher = Publisher(),
    database: str = DEFAULT_DB_ALIAS,
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
            by=publisher.by,
            note=publisher.note,
        )
    return made, True


def fingerprint(document: dict[str, Any]) -> str:
    """SHA-256 of the document, the same whatever the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _check_ready(draft: FrameworkDraft, note: str, in_force_from: datetime | None) -> None:
    if not note:
        raise Refused("Say why, for whoever asks later", field="note")
    if not draft.document["indicators"]:
        raise NotNow(NO_INDICATOR)
    faults = floors.faults(framework_from_json(draft.document, version=1))
    if faults:
        raise Refused(". ".join(faults))
    if not draft.previewed:
        raise NotNow(NOT_TRIED)
    if in_force_from is not None and in_force_from < timezone.now():
        raise Refused(PAST, field="day")


def _one_at_a_time(key: str, database: str) -> None:
    """Two publishers of one key would both take the next number; the second waits for the first to commit."""
    locks.one_at_a_time(f"framework:{key}", database)
