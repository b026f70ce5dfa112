"""Ask people to join, by email. A link works for 14 days and once; opening it does nothing, sending its form does."""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import visible
from accounts.errors import NotNow, Refused
from accounts.leaving import Held
from accounts.models import Invitation, Organisation, User
from accounts.models.invitations import WORKS_FOR
from accounts.policy import Act
from accounts.services import people, rights
from mash.audit import events
from mash.outbox.models import Message
from mash.outbox.services import calls, messages

KIND, ASKED = "invitation", "invitation_asked"
ABOUT = "invitation-"
JUST_SENT = timedelta(minutes=1)
NOT_HERE = "This address cannot be invited here. Ask the partnership administrator"
"""All that a lead reads of an address that is none of their own people's: nothing of where it has an account."""
HAS_ACCOUNT = "There is an account with this address already"
ELSEWHERE = "Another organisation has invited this address: its invitation must be withdrawn first"
_SIGNER = Signer(salt="accounts.invitation")


@transaction.atomic
def invite(*, by: User, organisation: Organisation, name: str, email: str, roles: list[str]) -> Invitation:
    """Ask somebody to join. The same address again renews its one live invitation, with this name and these roles.

    Raises Refused for an address that has an account or was invited elsewhere, and for roles that `by` cannot give.
    """
    rights.require(by, Act.MANAGE_PEOPLE)
    check_place(by, organisation)
    people.check_roles(by=by, organisation=organisation, roles=roles, had=[])
    address = email.strip().lower()
    check_account(by, address)
    wanted = sorted(set(roles))
    return _renewed(by, organisation, name, address, wanted) or _created(by, organisation, name, address, wanted)


@transaction.atomic
def send_again(*, by: User, invitation: Invitation) -> Invitation:
    """Send the link once more, and let it work for another 14 days. At most one each minute."""
    rights.require(by, Act.MANAGE_PEOPLE)
    row = _hold(invitation)
    if row.accepted_at or row.revoked_at:
        raise NotNow(f"This invitation was {row.state(timezone.now())}")
    check_place(by, row.organisation)
    people.check_roles(by=by, organisation=row.organisation, roles=row.roles, had=[])
    if row.sent_at > timezone.now() - JUST_SENT:
        raise NotNow("It has just been sent. Wait a minute before you send it again")
    return _send_again(by, row, row.name, row.roles)


@transaction.atomic
def revoke(*, by: User, invitation: Invitation) -> Invitation:
    """The link opens nothing from now on; a message that waits to go does not go."""
    rights.require(by, Act.MANAGE_PEOPLE)
    row = _hold(invitation)
    if row.accepted_at or row.revoked_at:
        raise NotNow(f"This invitation was {row.state(timezone.now())} already")
    row.revoked_at, row.revoked_by = timezone.now(), by
    row.save(update_fields=["revoked_at", "revoked_by"])
    _settle(by, row)
    events.record(by=by, what="invitation_revoked", about=row)
    return row


@transaction.atomic
def accept(*, invitation: Invitation, name: str, password: str) -> User:
    """Make the account. Sent twice at once, one account is made and the other is told that the link is spent.

    Raises NotNow when the invitation is spent, withdrawn or over, and when it no longer holds.
    """
    row = _hold(invitation)
    if row.state(timezone.now()) != "open" or not row.organisation.active:
        raise NotNow("This link does not work any more")
    if not holds(row):
        raise NotNow("This invitation no longer holds. Ask whoever invited you, or their organisation, for a new one")
    if User.objects.filter(email=row.email).exists():
        raise NotNow("There is an account with this address already. Sign in with it")
    user = User.objects.create_user(
        row.email, password=password, name=name, organisation=row.organisation, roles=row.roles
    )
    row.accepted_at, row.user = timezone.now(), user
    row.save(update_fields=["accepted_at", "user"])
    _settle(user, row)
    events.record(by=user, what="invitation_accepted", about=row, detail={"roles": row.roles})
    return user


@transaction.atomic
def ask_again(*, invitation: Invitation) -> None:
    """Whoever holds an old link asks for a new one: the inviter is told, or the organisation's inbox; once a day."""
    to = invitation.by if invitation.by.may(Act.MANAGE_PEOPLE) else None
    messages.owe(
        messages.Owed(
            key=f"{ASKED}:{invitation.pk}:{timezone.localdate()}",
            kind=ASKED,
            about=f"{ABOUT}{invitation.pk}",
            to=to,
            email=to.email if to else invitation.organisation.shared_inbox,
            organisation_id=invitation.organisation_id,
            path=f"/people/invitations/{invitation.pk}/",
        )
    )


def token(pk: int) -> str:
    """What the link holds: the key and its signature. Nothing of it is stored."""
    return f"{pk}-{_SIGNER.signature(str(pk))}"


def find(text: str) -> Invitation | None:
    """The invitation that a link stands for, in whatever state; None for a link that is not ours."""
    number, _, signature = text.partition("-")
    try:
        pk = int(_SIGNER.unsign(f"{number}:{signature}"))
    except (BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("organisation", "by__organisation").filter(pk=pk).first()


def link(message: Message) -> str:
    """The path that an invitation's email leads to, made when it is sent."""
    return f"/accounts/invitations/{token(int(message.about.removeprefix(ABOUT)))}/"


def says(message: Message) -> dict[str, str]:
    """For which organisation: careful people delete an invitation that does not say. It names nobody."""
    row = Invitation.objects.select_related("organisation").get(pk=int(message.about.removeprefix(ABOUT)))
    return {"organisation": " ".join(row.organisation.name.split())}


def holds(invitation: Invitation) -> bool:
    """Whether whoever invited, as they are now, could send this invitation: for this place, and these roles."""
    by, place = invitation.by, invitation.organisation
    if not by.may(Act.MANAGE_PEOPLE):
        return False
    try:
        check_place(by, place)
        people.check_roles(by=by, organisation=place, roles=invitation.roles, had=[])
    except Refused:
        return False
    return True


class OpenInvitations:
    """What somebody who leaves still has of invitations: they are withdrawn (see `accounts.leaving`)."""

    def held(self, *, of: User, reader: User) -> list[Held]:
        """How many would still open."""
        number = _open_of(of).count()
        words = f"invitation{'' if number == 1 else 's'} that nobody has accepted"
        return [Held(number, words, "withdrawn: somebody else can invite them")]

    def hand_over(self, *, by: User, of: User, to: User | None) -> None:
        """Withdraw each."""
        for row in _open_of(of).select_for_update(of=("self",)).order_by("pk"):
            revoke(by=by, invitation=row)

    def open_at(self, *, organisation: Organisation) -> list[tuple[str, int]]:
        """Nothing that is open work."""
        return []


def check_place(by: User, organisation: Organisation) -> None:
    """Raise unless `by` may invite people to this organisation, and anybody can join it."""
    now = visible.organisations(by).filter(pk=organisation.pk).first()
    if now is None:
        raise NotNow("This organisation is not yours to manage any more.")
    if not now.active or now.automatic:
        raise NotNow("Nobody can be invited: this organisation is not active")


def elsewhere(by: User) -> str:
    """Why an address that somebody else invited cannot be invited here, in words that `by` may read."""
    return ELSEWHERE if by.may(Act.MANAGE_ORGANISATIONS) else NOT_HERE


def check_account(by: User, address: str) -> None:
    """Raise Refused when the address has an account; whose, and how it stands, only for whoever may manage them."""
    user = User.objects.filter(email=address).first()
    if user is None:
        return
    if not visible.people(by).filter(pk=user.pk).exists():
        raise Refused(NOT_HERE, field="email")
    if user.is_active:
        raise Refused(f"{user.name} has an account with this address already", field="email")
    raise Refused(f"{user.name} has a closed account: open their page to let them in again", field="email")


def _renewed(by: User, organisation: Organisation, name: str, address: str, roles: list[str]) -> Invitation | None:
    """The live invitation to this address, sent again. A form that was sent twice sends one message."""
    live = Invitation.objects.select_for_update(of=("self",)).filter(accepted_at=None, revoked_at=None, email=address)
    row = live.select_related("organisation").first()
    if row is None:
        return None
    if row.organisation_id != organisation.pk or not visible.invitations(by).filter(pk=row.pk).exists():
        raise Refused(elsewhere(by), field="email")
    if (row.name, row.roles) == (name, roles) and row.sent_at > timezone.now() - JUST_SENT:
        return row
    return _send_again(by, row, name, roles)


def _created(by: User, organisation: Organisation, name: str, address: str, roles: list[str]) -> Invitation:
    now = timezone.now()
    fields = {"organisation": organisation, "email": address, "name": name, "roles": roles, "by": by, "sent_at": now}
    try:
        with transaction.atomic():
            row = Invitation.objects.create(**fields, expires_at=now + WORKS_FOR)
    except IntegrityError as error:
        if (first := _renewed(by, organisation, name, address, roles)) is None:
            raise NotNow("Somebody has just invited this address. Look again") from error
        return first
    _owe(row)
    events.record(by=by, what="person_invited", about=row, detail={"roles": roles, "organisation": organisation.pk})
    return row


def _send_again(by: User, row: Invitation, name: str, roles: list[str]) -> Invitation:
    old = {"name": row.name, "roles": row.roles}
    _settle(by, row)
    now = timezone.now()
    row.name, row.roles, row.by, row.sent, row.sent_at, row.expires_at = (
        name,
        roles,
        by,
        row.sent + 1,
        now,
        now + WORKS_FOR,
    )
    row.save(update_fields=["name", "roles", "by", "sent", "sent_at", "expires_at"])
    _owe(row)
    detail = rights.differences(old, {"name": name, "roles": roles})
    events.record(by=by, what="invitation_sent_again", about=row, detail=detail)
    return row


def _open_of(by: User) -> QuerySet[Invitation]:
    return Invitation.objects.filter(by=by, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now())


def _hold(invitation: Invitation) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=invitation.pk)


def _owe(row: Invitation) -> None:
    messages.owe(
        messages.Owed(
            key=f"{KIND}:{row.pk}:{row.sent}",
            kind=KIND,
            about=f"{ABOUT}{row.pk}",
            to=None,
            email=row.email,
            organisation_id=row.organisation_id,
        )
    )


def _settle(by: User, row: Invitation) -> None:
    """What was owed about it before is owed no longer: no old message goes, and nobody need call."""
    for message in Message.objects.filter(about=f"{ABOUT}{row.pk}", kind=KIND):
        try:
            messages.cancel(by=by, message=message)
        except messages.NotNow:
            calls.lapse([message.pk])
