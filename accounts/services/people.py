"""Change what people are and may do, let them go, let them in again."""

from django.db import transaction

from accounts import leaving, visible
from accounts.errors import NotNow, Refused
from accounts.models import AccessAnswer, Organisation, OrganisationKind, Team, User
from accounts.policy import LEADS_MAY_GIVE, Act, Role, roles_to_give
from accounts.services import organisations, reviews, rights, sessions
from mash.audit import events

FIELDS = ("name", "roles", "team", "social_work_registration", "is_active")
LAST = "There must be a partnership administrator. Give somebody else that role first"


@transaction.atomic
def change(
    *, by: User, person: User, seen: str, name: str, roles: list[str], team: Team | None, registration: str
) -> User:
    """Change somebody's name, roles, team and social work registration; old and new are kept.

    `seen` is the mark of what the page showed: of two who change at once, one wins. Roles are given and taken only by
    those who may give them, hub roles only to the authority's people, and nobody changes their own.
    """
    row = _hold(by, person, seen)
    old = rights.values(row, FIELDS)
    _check_own(by, row, roles, registration)
    check_roles(by=by, organisation=row.organisation, roles=roles, had=row.roles)
    _check_last(row, stays=Role.PARTNERSHIP_ADMINISTRATOR in roles)
    row.name, row.roles = name, sorted(set(roles))
    if by.may(Act.MANAGE_ORGANISATIONS):
        row.team, row.social_work_registration = team, registration
    row.save(update_fields=["name", "roles", "team", "social_work_registration"])
    detail = rights.differences(old, rights.values(row, FIELDS))
    if "roles" in detail["new"]:
        leaving.roles_changed(by=by, of=row)
    if detail["new"]:
        events.record(by=by, what="person_changed", about=row, detail=detail)
        reviews.note(by=by, person=row, found=AccessAnswer.Found.CHANGED)
    return row


@transaction.atomic
def let_go(*, by: User, person: User, seen: str, to: User | None) -> User:
    """Close somebody's account, once what they have is in other hands (`accounts.leaving`): drafts with `to`, their
    desk in the queue, their cases with their service. Their sessions end; keys that they issued go on working. Roles,
    team and registration are taken away: none comes back by itself, and the audit trail keeps what they were.

    Locked in one order, here and wherever else: the person, what they are given (`leaving.begin`), households,
    referrals. Refuses for oneself and for the last partnership administrator.
    """
    row = _hold(by, person, seen)
    if row.pk == by.pk:
        raise Refused("Somebody else must let you go")
    if not row.is_active:
        raise NotNow(f"{row.name} has been let go already")
    _check_last(row, stays=False)
    leaving.begin(row)
    _check_colleague(row, to)
    leaving.hand_over(by=by, of=row, to=to)
    old = rights.values(row, FIELDS)
    row.is_active, row.roles, row.roles_before = False, [], row.roles
    row.team, row.social_work_registration = None, ""
    row.set_unusable_password()
    row.save(update_fields=["is_active", "roles", "roles_before", "team", "social_work_registration", "password"])
    sessions.end_all(row)
    reviews.note(by=by, person=row, found=AccessAnswer.Found.LET_GO)
    detail = {"old": old, "drafts_to": to.pk if to else None}
    events.record(by=by, what="person_let_go", about=row, detail=detail)
    return row


@transaction.atomic
def let_back(*, by: User, person: User, seen: str, roles: list[str]) -> User:
    """Open a closed account again, in these roles. Its owner chooses a new password by the link on the sign-in page."""
    row = _hold(by, person, seen)
    if row.is_active:
        raise NotNow(f"{row.name} has an open account already")
    check_roles(by=by, organisation=row.organisation, roles=roles, had=[])
    row.is_active, row.roles, row.roles_before = True, sorted(set(roles)), []
    row.save(update_fields=["is_active", "roles", "roles_before"])
    events.record(by=by, what="person_let_back", about=row, detail={"roles": row.roles})
    return row


def check_roles(*, by: User, organisation: Organisation, roles: list[str], had: list[str]) -> None:
    """Raise Refused unless `by` may give and take what differs, and the organisation's people may have these."""
    differs = set(roles) ^ set(had)
    if not differs <= roles_to_give(by):
        raise Refused("You cannot give or take away one of these roles", field="roles")
    if not roles:
        raise Refused("Select what they are", field="roles")
    if organisation.kind != OrganisationKind.AUTHORITY and not set(roles) <= LEADS_MAY_GIVE:
        raise Refused("Only people of the local authority can have a role in the hub", field="roles")


def colleagues(person: User) -> list[User]:
    """Who might take over what somebody has begun: those of the organisation who raise concerns themselves."""
    rows = User.objects.filter(organisation=person.organisation_id, is_active=True).exclude(pk=person.pk)
    return [user for user in rows.order_by("name", "pk") if user.may(Act.REFER)]


def _hold(by: User, person: User, seen: str) -> User:
    """Lock the person, and every administrator besides when that is what they are: always in the same order."""
    rights.require(by, Act.MANAGE_PEOPLE)
    if Role.PARTNERSHIP_ADMINISTRATOR in person.roles:
        list(organisations.administrators().select_for_update(of=("self",), no_key=True).order_by("pk"))
    # Whoever was waiting for that lock may have been let go meanwhile.
    rights.require(User.objects.get(pk=by.pk), Act.MANAGE_PEOPLE)
    if not visible.people(by).filter(pk=person.pk).exists():
        raise NotNow("This person is not yours to manage any more.")
    return rights.hold(person, FIELDS, seen)


def _check_own(by: User, row: User, roles: list[str], registration: str) -> None:
    if by.pk != row.pk:
        return
    if set(roles) != set(row.roles):
        raise Refused("You cannot change your own roles. Ask another administrator", field="roles")
    if by.may(Act.MANAGE_ORGANISATIONS) and registration != row.social_work_registration:
        raise Refused("You cannot change your own registration", field="registration")


def _check_last(row: User, *, stays: bool) -> None:
    was = row.is_active and Role.PARTNERSHIP_ADMINISTRATOR in row.roles
    if was and not stays and not organisations.administrators().exclude(pk=row.pk).exists():
        raise Refused(LAST, field="roles")


def _check_colleague(row: User, to: User | None) -> None:
    if to is not None and not (to.pk in {user.pk for user in colleagues(row)} and leaving.stays(to)):
        raise Refused(f"{to.name} cannot take this over", field="to")
