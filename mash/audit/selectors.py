"""Reading the audit trail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.apps import apps
from django.db.models import Q, QuerySet

from mash.audit import references
from mash.audit.models import Event
from mash.audit.sentences import LIST, READ, sentence_for
from mash.lib.workingdays import LONDON


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a person reads it."""

    at: datetime
    who: str
    address: str
    sentence: str
    about: str
    reference: str


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


def told(events: Sequence[Event]) -> list[Told]:
    """Events with their sentences; what each is about is a reference or a number, never a name."""
    found = references.of(events)
    return [_told(event, found.get((event.about_type, event.about_id or 0), "")) for event in events]


def between(since: date | None, until: date | None) -> Q:
    """The events of these days in London, the first and the last included."""
    asked = Q()
    if since:
        asked &= Q(at__gte=_midnight(since))
    if until and until < date.max:
        asked &= Q(at__lt=_midnight(until + timedelta(days=1)))
    return asked


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), LONDON)


def _told(event: Event, reference: str) -> Told:
    who, _, address = event.actor_label.partition(" <")
    return Told(event.at, who, address.removesuffix(">"), sentence_for(event), _about(event, reference), reference)


def _about(event: Event, reference: str) -> str:
    if not event.about_id:
        return ""
    try:
        kind = str(apps.get_model(event.about_type)._meta.verbose_name)
    except (LookupError, ValueError):
        kind = event.about_type
    return kind if reference else f"{kind} {event.about_id}"
