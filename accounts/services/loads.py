"""Invite a list of people from a file: read it, show what would happen to each, and do it when that is confirmed."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import csv_people, visible
from accounts.csv_people import Row
from accounts.errors import NotNow, Refused
from accounts.models import Invitation, Organisation, PeopleLoad, User
from accounts.policy import Act
from accounts.services import invitations, people, rights
from mash.audit import events

KEPT = timedelta(days=1)
INVITE, AGAIN = "invite", "already_invited"


@transaction.atomic
def prepare(*, by: User, organisation: Organisation, data: bytes) -> PeopleLoad:
    """Read a file and keep what it says for a day; nobody is invited. Raises Refused for what is no such file."""
    rights.require(by, Act.MANAGE_PEOPLE)
    invitations.check_place(by, organisation)
    rows = csv_people.read(data)
    return PeopleLoad.objects.create(organisation=organisation, by=by, rows=[row.stored() for row in rows])


@transaction.atomic
def confirm(*, by: User, load: PeopleLoad) -> PeopleLoad:
    """Invite everybody on the list who can be, judged again as things are now. Confirmed twice, it is done once."""
    rights.require(by, Act.MANAGE_PEOPLE)
    row = PeopleLoad.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=load.pk)
    if row.confirmed_at:
        return row
    invitations.check_place(by, row.organisation)
    wanted = [one for one in judged(by, row.organisation, rows_of(row)) if one.becomes == INVITE]
    if not wanted:
        raise NotNow("Nobody on this list can be invited now")
    for one in wanted:
        invitations.invite(by=by, organisation=row.organisation, name=one.name, email=one.email, roles=one.roles)
    row.confirmed_at, row.invited = timezone.now(), len(wanted)
    row.save(update_fields=["confirmed_at", "invited"])
    events.record(by=by, what="people_loaded", about=row.organisation, detail={"invited": len(wanted)})
    return row


def rows_of(load: PeopleLoad) -> list[Row]:
    """The rows as they were read."""
    return [Row(**row) for row in load.rows]


def judged(by: User, organisation: Organisation, rows: Iterable[Row]) -> list[Row]:
    """Each row with what would happen now: an invitation, nothing, or a problem in words. Four statements for all."""
    rows = list(rows)
    addresses = [row.email for row in rows]
    users = _accounts(by, addresses)
    invited = _invited(by, organisation, addresses)
    twice = {address for address, number in Counter(addresses).items() if number > 1}
    seen: set[str] = set()
    found = []
    for row in rows:
        found.append(_judge(by, organisation, row, users, invited, row.email in twice and row.email in seen))
        seen.add(row.email)
    return found


def forget_old() -> int:
    """Erase lists that were sent more than a day ago; answers how many."""
    return PeopleLoad.objects.filter(at__lt=timezone.now() - KEPT).delete()[0]


def _accounts(by: User, addresses: list[str]) -> dict[str, str]:
    """The addresses that have an account, and what `by` may read of that."""
    known = set(visible.people(by).filter(email__in=addresses).values_list("email", flat=True))
    found = User.objects.filter(email__in=addresses).values_list("email", flat=True)
    return {email: invitations.HAS_ACCOUNT if email in known else invitations.NOT_HERE for email in found}


def _invited(by: User, organisation: Organisation, addresses: list[str]) -> dict[str, str]:
    """The addresses that have a live invitation; "" for one to this organisation that `by` may see."""
    live = {"email__in": addresses, "accepted_at": None, "revoked_at": None}
    ours = set(visible.invitations(by).filter(organisation=organisation, **live).values_list("email", flat=True))
    found = Invitation.objects.filter(**live).values_list("email", flat=True)
    return {email: "" if email in ours else invitations.elsewhere(by) for email in found}


def _judge(
    by: User, organisation: Organisation, row: Row, users: dict[str, str], invited: dict[str, str], repeated: bool
) -> Row:
    if row.problem:
        return row
    if repeated:
        return replace(row, problem="This address is on the list twice: the first one counts")
    if row.email in users:
        return replace(row, problem=users[row.email])
    if row.email in invited:
        problem = invited[row.email]
        return replace(row, problem=problem, becomes="" if problem else AGAIN)
    try:
        people.check_roles(by=by, organisation=organisation, roles=row.roles, had=[])
    except Refused as refusal:
        return replace(row, problem=refusal.message)
    return replace(row, becomes=INVITE)
