"""What still cannot wait after triage has decided: a signature, a service's yes, and what is new for an open case.

By day those who could give it are written to; out of hours the rota is called, as for an arrival.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog
from django.db.models import Min
from django.utils import timezone

from accounts import policy
from accounts.models import User
from accounts.policy import Act, Role
from mash.outbox.models import Message
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import Service
from referrals.models import Case, Decision, NewInformation, NightAlarm, Referral
from referrals.selectors import lying
from referrals.services import nights
from referrals.services.amending import SERVICE_MANAGERS

log = structlog.get_logger(__name__)
Cause = NightAlarm.Cause
KINDS = {Cause.TO_SIGN: ("sign_now", "/to-sign/"), Cause.OFFERED: ("offered_now", "/cases/")}
# The officers for allegations alone see those.
SIGNERS = (Role.TRIAGE_MANAGER, Role.CADT_MANAGER, Role.LADO)
ALL_WHO_SIGN = tuple(role for role in Role if policy.grants([role], Act.COUNTERSIGN))
# Brothers and sisters are decided within minutes: one message for all who wait.
TOLD_FOR = timedelta(minutes=10)


def to_sign(decision: Decision, referral: Referral) -> None:
    """In the transaction of a decision that waits for a second person: somebody else is asked to look now, when the
    engine or somebody says Level 4, or a child is in danger."""
    rows = lying.to_sign().filter(referral=referral)
    if rows.filter(pk=decision.subject_id).exists():
        first = rows.exclude(pk=decision.subject_id).aggregate(at=Min("decision__at"))["at"]
        registered = decision.needs_social_worker
        _ask(decision.by, referral, Cause.TO_SIGN, SIGNERS, ALL_WHO_SIGN, first, registered=registered)


def offered(case: Case, *, by: User) -> None:
    """In the transaction in which a case is offered, by triage or by the other service: the service is asked to take it
    now, at Level 4 or in danger. Nobody is asked when `by` is of that service."""
    service = Service(case.service)
    rows = lying.offers().filter(referral=case.referral, service=service)
    if service not in policy.services_of(by) and rows.filter(pk=case.pk).exists():
        first = rows.exclude(pk=case.pk).aggregate(at=Min("offered_at"))["at"]
        everybody = [role for role in Role if policy.service_of(role) == service]
        _ask(by, case.referral, Cause.OFFERED, [SERVICE_MANAGERS[service]], everybody, first)


def news(row: NewInformation, referral: Referral, *, by: User) -> None:
    """In the transaction in which something is sent to a child's open case: its people have their message, and out of
    hours somebody is called as well. Nobody is when `by` is of that service."""
    if row.case.service not in policy.services_of(by) and lying.unread_news().filter(pk=row.pk).exists():
        nights.raise_if_needed(referral, cause=Cause.NEWS, given_up_by=by, level=lying.ALARM_LEVEL)


def refused(decision: Decision, referral: Referral, *, by: User) -> None:
    """In the transaction in which somebody did not agree: out of hours the child who is to be decided for again is
    called about, also on a desk."""
    judged = (referral.level, decision.engine_level, decision.level)
    if referral.immediate_danger or lying.ALARM_LEVEL in judged:
        nights.raise_if_needed(referral, cause=Cause.BACK, given_up_by=by, level=lying.ALARM_LEVEL)


def _ask(
    by: User,
    referral: Referral,
    cause: NightAlarm.Cause,
    managers: Iterable[Role],
    everybody: Iterable[Role],
    first: datetime | None,
    *,
    registered: bool = False,
) -> None:
    """Call, or write to the managers who see it; to everybody who could, when no manager can (`registered`: only a
    registered social worker). Whoever was told of a brother or sister who waits since `first` is not told again within
    minutes."""
    if nights.out_now():
        nights.raise_if_needed(referral, cause=cause, given_up_by=by, level=lying.ALARM_LEVEL)
        return
    some = [_who_see(referral, roles, but=by) for roles in (managers, everybody)]
    able = [[user for user in users if user.is_registered_social_worker or not registered] for users in some]
    asked = next((users for users in (*able, *some) if users), [])
    if not asked:
        log.error("nobody_to_ask_now", referral=referral.pk, cause=cause)
    known = _told(referral, cause, first)
    messages.owe_many([_owed(user, referral, cause) for user in asked if user.pk not in known])


def _who_see(referral: Referral, roles: Iterable[Role], *, but: User) -> list[User]:
    people = User.objects.filter(is_active=True, organisation__active=True, roles__overlap=list(roles))
    rows = people.exclude(pk=but.pk).order_by("pk")
    return [user for user in rows if visible.referrals(user).filter(pk=referral.pk).exists()]


def _told(referral: Referral, cause: NightAlarm.Cause, first: datetime | None) -> set[int | None]:
    if first is None:
        return set()
    since = max(first, timezone.now() - TOLD_FOR)
    rows = Message.objects.filter(kind=KINDS[cause][0], about=referral.reference, owed_at__gte=since)
    return set(rows.values_list("recipient_user", flat=True))


def _owed(user: User, referral: Referral, cause: NightAlarm.Cause) -> Owed:
    kind, path = KINDS[cause]
    return Owed(
        key=f"{kind}:{referral.pk}:{user.pk}:{timezone.now().timestamp()}",
        kind=kind,
        about=referral.reference,
        to=user,
        path=path,
    )
