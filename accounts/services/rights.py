"""What every service asks first: may this person, and is it still as they saw it."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model

from accounts.errors import SomeoneElse
from accounts.models import User
from accounts.policy import Act
from mash.audit.models import Event

M = TypeVar("M", bound=Model)


def require(by: User, act: Act) -> None:
    """Raise PermissionDenied unless one of `by`'s roles grants `act`."""
    if not by.may(act):
        raise PermissionDenied


def values(row: Model, names: Iterable[str]) -> dict[str, Any]:
    """What a row holds, as the audit trail keeps it."""
    fields = {name: row._meta.get_field(name) for name in names}
    held = {name: getattr(row, getattr(field, "attname", name)) for name, field in fields.items()}
    return {name: sorted(value) if isinstance(value, list) else value for name, value in held.items()}


def mark(row: Model, names: Iterable[str]) -> str:
    """A short mark of what a page showed, to be sent back with the change."""
    return hashlib.sha256(json.dumps(values(row, names), sort_keys=True).encode()).hexdigest()[:20]


def hold(row: M, names: Iterable[str], seen: str) -> M:
    """Lock the row and read it again. Raises SomeoneElse, naming them, when it is not as the page showed it.

    What only names the row, like a message to this person, need not wait: it may have locks that are asked for next.
    """
    manager: Any = type(row)._default_manager
    held: M = manager.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    if mark(held, names) != seen:
        raise SomeoneElse(
            f"{who_last_changed(held)} has changed this since you opened the page. Look again, then save."
        )
    return held


def who_last_changed(row: Model) -> str:
    """The name of whoever the trail says changed this row last."""
    about = Event.objects.filter(about_type=row._meta.label_lower, about_id=row.pk)
    last = about.exclude(what__startswith="read:").order_by("-id").first()
    return last.actor_label.partition(" <")[0] if last else "Somebody"


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Old and new of what differs, for the audit trail."""
    changed = [name for name in new if old.get(name) != new[name]]
    return {"old": {name: old.get(name) for name in changed}, "new": {name: new[name] for name in changed}}
