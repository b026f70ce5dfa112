"""Take in what a member of the public tells us: the referral, the name that is kept apart, and the receipt code."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction

from accounts.models import Organisation, OrganisationKind
from accounts.services import automatic
from mash.access import limits
from mash.access.limit import Limit
from referrals import codes
from referrals.choices import Via
from referrals.models import Receipt, Referral
from referrals.publicly import Told
from referrals.services import sealing, submitting
from referrals.services.submitting import Sender

SEVERAL = Limit(
    name="public_several",
    most=5,
    per=timedelta(hours=1),
    says="Nobody is refused: the hub sees on the file that it is one of several.",
    counts="referrals from the public form by one address; more are accepted, and marked for the hub",
)


@dataclass(frozen=True, slots=True)
class Member:
    """A member of the public, as the audit trail names them: nobody in particular."""

    organisation_id: int | None = None
    actor_label: str = "A member of the public"
    actor_kind: str = "public"
    actor_id: int | None = None


@transaction.atomic
def send(*, place: str, mark: str, told: Told) -> tuple[Receipt, str]:
    """Store what was told and answer the receipt with its code, which is kept nowhere.

    `mark` names the filled in form: sent twice, also at once, it makes one referral and gives the same code. `place`
    is the network address; only how often it sends is counted, under a digest, and the hub is told when that is more
    than five times in an hour.
    """
    code = codes.of(mark)
    digest = codes.digest(code)
    _one_at_a_time(digest)
    receipt = Receipt.objects.filter(digest=digest).select_related("referral").first()
    if receipt is None:
        several = not limits.spend(SEVERAL, place)
        referral = _submit(told)
        receipt = Receipt.objects.create(referral=referral, digest=digest, one_of_several=several)
    return receipt, code


def the_public() -> Organisation:
    """The organisation that every member of the public belongs to, and nobody who signs in."""
    return automatic.the_one(OrganisationKind.PUBLIC)


def _submit(told: Told) -> Referral:
    public = the_public()
    sender = Sender(
        actor=Member(public.pk),
        organisation=public,
        via=Via.PUBLIC,
        identity=told.identity,
        source_code=told.source,
        cannot_be_told=told.cannot_be_told,
    )
    referral = submitting.submit(by=sender, submission=told.submission)
    if told.sealed:
        sealing.seal(referral=referral, sealed=told.sealed)
    return referral


def _one_at_a_time(digest: str) -> None:
    """The same form sent twice at once: the second waits until the first has committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(bytes.fromhex(digest)[:8], signed=True)])
