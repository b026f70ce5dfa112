"""Write down what was done and what was seen, in the caller's transaction: if it cannot be written, the act fails."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import models

from mash.audit.actors import Actor
from mash.audit.models import Event


def record(*, by: Actor, what: str, about: models.Model | None = None, detail: Mapping[str, Any] | None = None) -> None:
    """One change by one actor. `what` is a registered kind (see `mash.audit.sentences`)."""
    _event(by, what, about, detail=detail).save(force_insert=True)


def read(*, by: Actor, what: str, about: models.Model) -> None:
    """One record was shown to one actor."""
    _event(by, f"read:{what}", about).save(force_insert=True)


def listed(*, by: Actor, what: str, ids: Sequence[int]) -> None:
    """A list was shown: one row, with the ids of all that was on it."""
    event = _event(by, f"list:{what}", None)
    event.ids = list(ids)
    event.save(force_insert=True)


def record_many(
    *, by: Actor, what: str, about: Sequence[models.Model], detail: Mapping[str, Any] | None = None
) -> None:
    """The same change to several records, written in one statement."""
    Event.objects.bulk_create([_event(by, what, row, detail) for row in about])


def _event(by: Actor, what: str, about: models.Model | None, detail: Mapping[str, Any] | None = None) -> Event:
    key = about.pk if about is not None else None
    return Event(
        actor_kind=by.actor_kind,
        actor_id=by.actor_id,
        actor_label=by.actor_label,
        organisation_id=by.organisation_id,
        what=what,
        about_type=about._meta.label_lower if about is not None else "",
        about_id=key if isinstance(key, int) else None,
        request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
        detail={**(detail or {}), **({"key": str(key)} if isinstance(key, UUID) else {})},
    )
