"""What still cannot wait after triage has decided: a signature, and a service's yes.

By day those who could give it are written to; out of hours the rota is called, as for an arrival.
"""

from datetime import timedelta

from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import Role
from mash.outbox.models import Message
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import Service
from referrals.models import Case, Decision, NightAlarm, Referral
from referrals.services import nights
from referrals.services.amending import SERVICE_MANAGERS

SIGNERS = (Role.TRIAGE_MANAGER, Role.CADT_MANAGER)
# Brothers and sisters are decided within minutes: one message for all of them.
TOLD_FOR = timedelta(minutes=10)


def to_sign(decision: Decision, referral: Referral) -> None:
    """In the transaction of a decision that waits for a second person: somebody else is asked to look now, when the
    engine says Level 4 or a child is in danger."""
    if referral.immediate_danger or nights.ALARM_LEVEL in (referral.level, decision.level):
        _ask(decision.by, referral, NightAlarm.Cause.TO_SIGN, roles=SIGNERS, kind="sign_now", path="/to-sign/")


def offered(case: Case, *, by: User) -> None:
    """In the transaction in which a case is offered: the service is asked to take it now, at Level 4 or in danger.
    Nobody is asked when `by` is of that service."""
    referral, service = case.referral, Service(case.service)
    if service in policy.services_of(by) or not (referral.immediate_danger or case.level == nights.ALARM_LEVEL):
        return
    _ask(by, referral, NightAlarm.Cause.OFFERED, roles=(SERVICE_MANAGERS[service],), kind="offered_now", path="/cases/")


def _ask(
    by: User, referral: Referral, cause: NightAlarm.Cause, *, roles: tuple[Role, ...], kind: str, path: str
) -> None:
    if nights.out_now():
        nights.raise_if_needed(referral, cause=cause, given_up_by=by, level=nights.ALARM_LEVEL)
        return
    now = timezone.now()
    told = Message.objects.filter(kind=kind, about=referral.reference, owed_at__gt=now - TOLD_FOR)
    known = {by.pk, *told.values_list("recipient_user", flat=True)}
    people = User.objects.filter(is_active=True, roles__overlap=list(roles)).exclude(pk__in=known).order_by("pk")
    seen = [user for user in people if visible.referrals(user).filter(pk=referral.pk).exists()]
    messages.owe_many([_owed(user, referral, kind, path, str(now.timestamp())) for user in seen])


def _owed(user: User, referral: Referral, kind: str, path: str, at: str) -> Owed:
    return Owed(
        key=f"{kind}:{referral.pk}:{user.pk}:{at}",
        kind=kind,
        about=referral.reference,
        to=user,
        path=path,
    )
