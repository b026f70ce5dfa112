"""Write down a referral that somebody makes by telephone or letter. They are the referrer; the hub holds the pen."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction

from accounts.models import Organisation, OrganisationKind, User
from accounts.policy import Act
from accounts.services import automatic
from mash.outbox.models import CallTask
from referrals import codes
from referrals.choices import Identity, Via
from referrals.errors import Refused
from referrals.models import Receipt, Referral, WrittenDown
from referrals.publicly import CANNOT_BE_TOLD, Sealed
from referrals.services import public_sending, rights, sealing, submitting, telling
from referrals.services.submitting import Sender
from referrals.submission import Submission

HIDDEN = frozenset({Identity.PUBLIC_WITHHELD, Identity.ANONYMOUS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls or writes. A professional's organisation is None when it is not one of ours; the public has none.
    `sealed` is a withheld name: it goes nowhere but into its own table."""

    identity: Identity
    organisation: Organisation | None = None
    source: str = ""
    sealed: Sealed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call or letter, as it was written down."""

    token: UUID
    via: Via
    caller: Caller
    submission: Submission
    received_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The referral, and the receipt code to read out to a caller who can be told in no other way."""

    referral: Referral
    code: str


@transaction.atomic
def take(*, by: User, call: Call) -> Taken:
    """Store what a caller says as their referral, written down by `by`, who does not own it.

    A professional whose address is that of an active user of that organisation follows it as that user. Who withholds
    their name, gives none, or telephones and leaves no way to reach them, gets a receipt code. The same page sent
    twice is one referral. The clock starts now, also for a letter. Raises Refused when another worker used the token.
    """
    rights.require(by, Act.TAKE_CALL)
    _one_at_a_time(call.token)
    first = WrittenDown.objects.select_related("referral").filter(token=call.token).first()
    if first is None:
        referral = _store(by, call)
    elif first.referral.recorded_by_id == by.pk:
        referral = first.referral
    else:
        raise Refused("This page was used before. Open it again.")
    return Taken(referral, _code(referral, call))


@transaction.atomic
def told(*, by: User, referral: Referral) -> None:
    """Write down that the caller has heard, before they rang off, that their referral is stored."""
    rights.require(by, Act.TAKE_CALL)
    owed = CallTask.objects.filter(about=referral.reference, state=CallTask.State.OPEN).order_by("pk").first()
    if owed is not None:
        telling.by_a_person(by=by, call=owed, how=CallTask.How.TELEPHONE, note="At the end of their own call.")


def _store(by: User, call: Call) -> Referral:
    caller, referrer = call.caller, call.submission.referrer
    user = _user(caller, referrer.email)
    sender = Sender(
        actor=by,
        organisation=_organisation(caller),
        via=call.via,
        user=user,
        recorded_by=by,
        identity=caller.identity,
        source_code=caller.source,
        cannot_be_told=CANNOT_BE_TOLD[caller.identity] if _needs_code(call) else "",
    )
    referral = submitting.submit(by=sender, submission=call.submission)
    if caller.sealed is not None:
        sealing.seal(referral=referral, sealed=caller.sealed)
    WrittenDown.objects.create(referral=referral, token=call.token, received_on=call.received_on)
    return referral


def _user(caller: Caller, email: str) -> User | None:
    """The account of a professional who calls, so that they follow it themselves."""
    if caller.organisation is None or not email:
        return None
    user = User.objects.filter(email=email.lower(), organisation=caller.organisation, is_active=True).first()
    return user if user is not None and user.may(Act.REFER) else None


def _organisation(caller: Caller) -> Organisation:
    if caller.identity != Identity.PROFESSIONAL:
        return public_sending.the_public()
    return caller.organisation or automatic.the_one(OrganisationKind.UNLISTED)


def _needs_code(call: Call) -> bool:
    """Whoever cannot be told in any other way. A letter has a sender to write back to, if they gave a name."""
    referrer = call.submission.referrer
    if call.caller.identity in HIDDEN:
        return True
    unreachable = not (referrer.phone or referrer.email)
    return call.caller.identity == Identity.PUBLIC_OPEN and unreachable and call.via == Via.PHONE


def _code(referral: Referral, call: Call) -> str:
    """The code that this page makes, the same however often it is sent; "" when news can be sent."""
    if not _needs_code(call):
        return ""
    code = codes.of("call", str(call.token))
    Receipt.objects.get_or_create(referral=referral, defaults={"digest": codes.digest(code)})
    return code


def _one_at_a_time(token: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(token.bytes[:8], signed=True)])
