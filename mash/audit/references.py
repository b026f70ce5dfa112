"""Which public reference an event is about. Apps name the models that have one; the trail itself knows no app."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model, Q

from mash.audit.models import Event
from mash.lib.references import InvalidReference, normalise

MOST_ROWS = 1000
_PATHS: dict[type[Model], str] = {}


def name(paths: Mapping[type[Model], str]) -> None:
    """Each model and the way from its row to a reference; an app names its own in `ready()`."""
    _PATHS.update(paths)


def of(events: Iterable[Event]) -> dict[tuple[str, int], str]:
    """The references of what these events are about, by type and key: one statement for each type that is there."""
    keys: dict[str, set[int]] = {}
    for event in events:
        if event.about_id:
            keys.setdefault(event.about_type, set()).add(event.about_id)
    return {
        (model._meta.label_lower, key): reference
        for model, path in _PATHS.items()
        if model._meta.label_lower in keys
        for key, reference in _pairs(model, path, keys[model._meta.label_lower])
    }


def under(typed: str) -> Q:
    """The events about whatever has this reference, however it was typed; none when it is not a reference."""
    try:
        reference = normalise(typed)
    except InvalidReference:
        return Q(pk__in=[])
    found = Q(pk__in=[])
    for model, path in _PATHS.items():
        rows: Any = model._default_manager.filter(**{path: reference}).order_by("pk")
        keys = list(rows.values_list("pk", flat=True)[:MOST_ROWS])
        if keys:
            found |= Q(about_type=model._meta.label_lower, about_id__in=keys)
    return found


def _pairs(model: type[Model], path: str, keys: set[int]) -> list[tuple[int, str]]:
    rows: Any = model._default_manager.filter(pk__in=keys)
    return list(rows.values_list("pk", path))
