"""Partner organisations and the authority's teams: add them, change them."""

from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.errors import Refused
from accounts.models import Organisation, OrganisationKind, Team, User
from accounts.models.organisations import AUTOMATIC
from accounts.policy import LEADS_MAY_GIVE, Act, Role
from accounts.services import automatic, rights
from mash.audit import events

N = TypeVar("N", Organisation, Team)
FIELDS = ("name", "kind", "source_code", "hours", "shared_inbox", "phone", "second_factor_required", "active")
TAKEN = "There is an organisation with this name already"
RESERVED = "This name is kept for what the public and callers from elsewhere tell. Choose another name"
TEAM_TAKEN = "There is a team with this name already"


@transaction.atomic
def add(*, by: User, **fields: Any) -> Organisation:
    """A new organisation. Its people are invited afterwards. Refuses a name that another one has, in any case."""
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    _check_name(fields["name"])
    _check_automatic(fields["kind"], had=None)
    row = _named_once(Organisation(**fields), TAKEN)
    events.record(by=by, what="organisation_added", about=row, detail={"new": rights.values(row, FIELDS)})
    return row


@transaction.atomic
def change(*, by: User, organisation: Organisation, seen: str, **fields: Any) -> Organisation:
    """Change an organisation; old and new are kept. `seen` is the mark of what the page showed.

    Not active means that none of its people and systems can do anything. Refuses to close one's own organisation or
    that of the last administrator, and to make a partner of one whose people have the hub's roles.
    """
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    row = rights.hold(organisation, FIELDS, seen)
    old = rights.values(row, FIELDS)
    _check_name(fields["name"], besides=row)
    _check_closing(by, row, active=fields.get("active", row.active))
    _check_automatic(fields.get("kind", row.kind), had=row.kind)
    _check_kind(row, fields.get("kind", row.kind))
    for name, value in fields.items():
        setattr(row, name, value)
    _named_once(row, TAKEN)
    detail = rights.differences(old, rights.values(row, FIELDS))
    if detail["new"]:
        events.record(by=by, what="organisation_changed", about=row, detail=detail)
    return row


@transaction.atomic
def add_team(*, by: User, name: str, kind: str) -> Team:
    """A new team of the authority. Refuses a name that another one has."""
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    row = _named_once(Team(name=name, kind=kind), TEAM_TAKEN)
    events.record(by=by, what="team_added", about=row, detail={"name": name, "kind": kind})
    return row


@transaction.atomic
def rename_team(*, by: User, team: Team, seen: str, name: str) -> Team:
    """Give a team another name; old and new are kept."""
    rights.require(by, Act.MANAGE_ORGANISATIONS)
    row = rights.hold(team, ("name",), seen)
    old, row.name = row.name, name
    _named_once(row, TEAM_TAKEN)
    if old != name:
        events.record(by=by, what="team_renamed", about=row, detail={"old": old, "new": name})
    return row


def administrators() -> QuerySet[User]:
    """Everybody who can act as partnership administrator now."""
    role = [Role.PARTNERSHIP_ADMINISTRATOR]
    return User.objects.filter(is_active=True, organisation__active=True, roles__contains=role)


def _check_name(name: str, besides: Organisation | None = None) -> None:
    same = Organisation.objects.filter(name__iexact=name)
    if (same.exclude(pk=besides.pk) if besides else same).exists():
        raise Refused(TAKEN, field="name")
    if automatic.reserved(name) and not (besides and besides.automatic):
        raise Refused(RESERVED, field="name")


def _check_automatic(kind: str, *, had: str | None) -> None:
    if kind != had and {kind, had} & AUTOMATIC:
        raise Refused("Organisations of this kind are made by the product", field="kind")


def _named_once(row: N, taken: str) -> N:
    """Two people who add the same name at once: the database lets one."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(taken, field="name") from error
    return row


def _check_closing(by: User, row: Organisation, *, active: bool) -> None:
    if active or not row.active:
        return
    if row.pk == by.organisation_id:
        raise Refused("This is your own organisation: you cannot close it", field="active")
    inside = [user.pk for user in administrators().select_for_update(of=("self",)).order_by("pk")]
    if not administrators().filter(pk__in=inside).exclude(organisation=row).exists():
        raise Refused("The last partnership administrator works here", field="active")


def _check_kind(row: Organisation, kind: str) -> None:
    if row.kind != OrganisationKind.AUTHORITY or kind == row.kind:
        return
    partners = list(LEADS_MAY_GIVE)
    if row.users.filter(is_active=True).exclude(roles__contained_by=partners).exists():
        raise Refused(
            "People here have roles of the hub, which only the local authority’s people may have", field="kind"
        )
    waiting = row.invitations.filter(accepted_at=None, revoked_at=None)
    if waiting.exclude(roles__contained_by=partners).exists():
        raise Refused("Somebody here is invited to a role of the hub. Withdraw that invitation first", field="kind")
