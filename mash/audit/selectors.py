"""Reading the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db.models import QuerySet

from mash.audit.models import Event
from mash.audit.sentences import LIST, READ, sentence_for


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a person reads it."""

    at: datetime
    who: str
    address: str
    sentence: str
    about: str


def events(*, who: str = "", what: str = "") -> QuerySet[Event]:
    """All events, or those of one actor (part of a name or address) or one kind ("read" and "list" for any page)."""
    rows = Event.objects.all()
    if who:
        rows = rows.filter(actor_label__icontains=who.replace("\0", ""))
    if what in (READ, LIST):
        return rows.filter(what__startswith=f"{what}:")
    if what:
        rows = rows.filter(what=what.replace("\0", ""))
    return rows


def told(event: Event) -> Told:
    """An event with its sentence; what it is about is a number, never a name."""
    who, _, address = event.actor_label.partition(" <")
    return Told(event.at, who, address.removesuffix(">"), sentence_for(event), _about(event))


def _about(event: Event) -> str:
    if not event.about_id:
        return ""
    try:
        kind = str(apps.get_model(event.about_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = event.about_type
    return f"{kind} {event.about_id}"
