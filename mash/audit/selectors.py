"""Reading the audit trail."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mash.audit.models import Event
from mash.audit.sentences import LIST, READ, sentence_for


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a person reads it."""

    at: datetime
    who: str
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
    about = f"{event.about_type.rpartition('.')[2]} {event.about_id}" if event.about_id else ""
    return Told(at=event.at, who=event.actor_label, sentence=sentence_for(event), about=about)
