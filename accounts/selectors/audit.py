"""The audit trail as an auditor asks for it: by person and by kind of act."""

from datetime import date

from django.db.models import Q, QuerySet

from accounts.models import ApiKey, User
from mash.audit import references, selectors
from mash.audit.models import Event

MOST_ACTORS = 50


def trail(
    *, who: str = "", what: str = "", reference: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[Event]:
    """The events of whoever `who` may be (part of a name or address, or of a key's name), of one kind, about one
    reference and between two days, all of these that are asked for.

    The people are found first and their events by key, so that a name that did little is as quick as any.
    """
    rows = selectors.events(what=what).filter(selectors.between(since, until))
    if reference:
        rows = rows.filter(references.under(reference))
    return rows.filter(_actors(who)) if who else rows


def _actors(who: str) -> Q:
    text = who.replace("\0", "")
    people = User.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).order_by("pk")
    keys = ApiKey.objects.filter(Q(name__icontains=text) | Q(organisation__name__icontains=text)).order_by("pk")
    users = list(people.values_list("pk", flat=True)[:MOST_ACTORS])
    systems = list(keys.values_list("pk", flat=True)[:MOST_ACTORS])
    return Q(actor_kind="user", actor_id__in=users) | Q(actor_kind="api_key", actor_id__in=systems)
