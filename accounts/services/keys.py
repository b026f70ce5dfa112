"""Keys of agencies' systems: issue one, shown once; revoke one; warn before one ends."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts import api_keys
from accounts.errors import NotNow, Refused
from accounts.models import ApiKey, Organisation, User
from accounts.policy import Act, Role
from accounts.services import rights
from mash.audit import events
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed

LONGEST = 365
WARNED = timedelta(days=14)


@transaction.atomic
def issue(
    *, by: User, organisation: Organisation, page: UUID, name: str, scopes: list[str], days: int
) -> tuple[ApiKey, str]:
    """Make a key for 1 to 365 days; answers the row and the key itself, which nobody can be shown again.

    What the public and callers from elsewhere tell is nobody's to read by a key. `page` is the page that asks: sent
    twice, it makes one key, and the second time is refused.
    """
    rights.require(by, Act.MANAGE_KEYS)
    if organisation.automatic:
        raise NotNow("Nobody here has a system: this organisation is made by the product")
    if not organisation.active:
        raise NotNow("This organisation is not active: a key would open nothing")
    if not 1 <= days <= LONGEST:
        raise Refused(f"A key lasts between 1 and {LONGEST} days", field="days")
    Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    if ApiKey.objects.filter(page=page).exists():
        raise NotNow("This key was made already, and a key is shown once. If you did not keep it, make another")
    row, text = api_keys.issue(
        organisation=organisation,
        name=name,
        scopes=frozenset(Act(scope) for scope in scopes),
        by=by,
        lifetime=timedelta(days=days),
        page=page,
    )
    events.record(by=by, what="key_issued", about=row, detail={"scopes": row.scopes, "days": days})
    return row, text


@transaction.atomic
def revoke(*, by: User, key: ApiKey, reason: str) -> ApiKey:
    """End a key at once, and keep why. Of two who revoke it, the second is told that it is done."""
    rights.require(by, Act.MANAGE_KEYS)
    if not reason:
        raise Refused("Say why", field="reason")
    row = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if row.revoked_at:
        raise NotNow(f"{row.revoked_by or 'Somebody'} has revoked this key already")
    row.revoked_at, row.revoked_by, row.revoked_because = timezone.now(), by, reason
    row.save(update_fields=["revoked_at", "revoked_by", "revoked_because"])
    events.record(by=by, what="key_revoked", about=row, detail={"reason": reason})
    return row


@transaction.atomic
def warn() -> int:
    """Owe word of each live key that ends within 14 days, once: to the organisation's shared inbox, its leads and
    whoever issued it. Answers how many keys."""
    now = timezone.now()
    live = ApiKey.objects.filter(revoked_at=None, expires_at__gt=now, expires_at__lte=now + WARNED)
    keys = list(live.filter(organisation__active=True).select_related("organisation", "issued_by"))
    messages.owe_many([one for key in keys for one in _warnings(key)])
    return len(keys)


def _warnings(key: ApiKey) -> list[Owed]:
    leads = key.organisation.users.filter(is_active=True, roles__contains=[Role.SAFEGUARDING_LEAD])
    people = {user.pk: user for user in leads}
    if key.issued_by and key.issued_by.may(Act.MANAGE_KEYS):
        people[key.issued_by.pk] = key.issued_by
    owed = [_owed(key, f"user-{user.pk}", user, user.email) for user in people.values()]
    inbox = key.organisation.shared_inbox
    return [*owed, _owed(key, "inbox", None, inbox)] if inbox else owed


def _owed(key: ApiKey, whom: str, to: User | None, email: str) -> Owed:
    return Owed(
        key=f"key-ends:{key.pk}:{whom}",
        kind="key_ends",
        about=f"key-{key.prefix}",
        to=to,
        email=email,
        organisation_id=key.organisation_id,
    )
