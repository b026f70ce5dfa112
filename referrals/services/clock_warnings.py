"""Warn people before a promise is broken: whoever has the work, then the managers, and everybody when it is late."""

from collections.abc import Iterable

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from mash.outbox.services import messages
from mash.outbox.services.messages import Owed
from referrals import visible
from referrals.choices import ClockKey, Service, WarningStep
from referrals.clocks import Clock
from referrals.models import Case, ClockWarning, Referral
from referrals.models.cases import LIVE
from referrals.models.referrals import WAITING_STAGES
from referrals.selectors import clocks, clocks_due, limits

log = structlog.get_logger(__name__)
KINDS = {
    WarningStep.HOLDER: "clock_nearly_used",
    WarningStep.MANAGER: "clock_nearly_late",
    WarningStep.LATE: "clock_late",
}
MANAGERS = {Service.GATEWAY: Role.GATEWAY_MANAGER, Service.CADT: Role.CADT_MANAGER}
Record = Referral | Case


def warn() -> int:
    """Owe everybody the warnings that are due now; how many steps were new.

    When the limit's first share is used, whoever has the work is warned, or the managers while nobody has it; when its
    second share is, the managers; when it is late, both. Each step once for each clock, however many run this at once.
    Decided work has no clock that runs, and nobody is told of work that they may not see. One that fails is logged and
    tried again a minute later: it never keeps the others waiting.
    """
    now = timezone.now()
    book = limits.book(ClockKey.DECISION)
    told = 0
    for piece in clocks_due.decisions(now):
        told += _warn_of([(one, clocks.decision(one, book, now=now)) for one in piece])
    for those in clocks_due.gatherings():
        rated = clocks.rated([one.pk for one in those], now=now)
        told += _warn_of([(one, clock) for one in those if (clock := rated[one.pk].clock)])
    for some in clocks_due.cases(now):
        found = clocks.of_cases(some, now=now)
        told += _warn_of([(one, clock) for one in some for clock in found[one.pk]])
    return told


def _warn_of(items: Iterable[tuple[Record, Clock]]) -> int:
    reached = [(record, clock) for record, clock in items if clock.steps]
    known = _known([record for record, _ in reached])
    told = 0
    for record, clock in reached:
        if any(_name(record, clock, step) not in known for step in clock.steps):
            told += _safely(record, clock)
    return told


def _safely(record: Record, clock: Clock) -> int:
    try:
        return _one(record, clock.key)
    except Exception as failure:  # noqa: BLE001 - the others must not wait for it, and the next minute tries again
        log.error("clock_not_warned_of", record=record.pk, clock=clock.key, failure=type(failure).__name__)
        return 0


@transaction.atomic
def _one(record: Record, key: str) -> int:
    """Judged again under the referral's lock, which every change of hands and every decision takes."""
    pk = record.pk if isinstance(record, Referral) else record.referral_id
    referral = Referral.objects.select_for_update(of=("self",)).get(pk=pk)
    fresh, clock = _again(record, referral, key)
    if clock is None:
        return 0
    return tell(fresh, clock)


def tell(record: Record, clock: Clock) -> int:
    """Owe the warnings of a clock that are due and were not told, in the transaction of a caller who holds the
    referral; how many steps were new."""
    known = _known([record])
    return sum(_step(record, clock, step) for step in clock.steps if _name(record, clock, step) not in known)


def _again(record: Record, referral: Referral, key: str) -> tuple[Record, Clock | None]:
    if isinstance(record, Referral):
        if referral.stage not in WAITING_STAGES:
            return referral, None
        return referral, clocks.decision(referral) if key == ClockKey.DECISION else clocks.gathering(referral)
    case = Case.objects.select_related("worker").get(pk=record.pk)
    case.referral = referral
    found = clocks.of_case(case) if case.stage in LIVE else []
    return case, next((one for one in found if one.key == key), None)


def _step(record: Record, clock: Clock, step: WarningStep) -> int:
    people = _people(record, clock, step)
    if not people:
        return 0
    referral = record if isinstance(record, Referral) else record.referral
    before = _told(record, clock) if step == WarningStep.MANAGER else set()
    row = ClockWarning.objects.create(
        **_about(record),
        key=clock.key,
        started_at=clock.started_at,
        step=step,
        at=timezone.now(),
        told=[user.pk for user in people],
    )
    path = f"/queue/{referral.reference}/" if isinstance(record, Referral) else f"/cases/{record.pk}/"
    messages.owe_many([_owed(row, user, referral.reference, path) for user in people if user.pk not in before])
    return 1


def _owed(row: ClockWarning, user: User, reference: str, path: str) -> Owed:
    return Owed(
        key=f"clock:{row.pk}:{user.pk}",
        kind=KINDS[WarningStep(row.step)],
        about=reference,
        to=user,
        path=path,
    )


def _people(record: Record, clock: Clock, step: WarningStep) -> list[User]:
    """Who is told at a step: whoever has it, or the managers in place of nobody; the managers; both."""
    holder = [user for user in [_holder(record)] if user and _sees(user, record)]
    managers = [user for user in _managers(record) if _sees(user, record)]
    match step:
        case WarningStep.HOLDER:
            return holder or managers
        case WarningStep.MANAGER:
            return managers
    return list(dict.fromkeys([*holder, *managers]))


def _told(record: Record, clock: Clock) -> set[int]:
    """Who was warned of this clock before: managers who stood in for nobody are not warned a second time."""
    rows = ClockWarning.objects.filter(**_about(record), key=clock.key, started_at=clock.started_at)
    return {key for keys in rows.values_list("told", flat=True) for key in keys}


def _holder(record: Record) -> User | None:
    holder = record.owner if isinstance(record, Referral) else record.worker
    return holder if holder and holder.is_active else None


def _managers(record: Record) -> QuerySet[User]:
    """Of the service that has the case; of triage for a referral, or the designated officer for an allegation."""
    if isinstance(record, Case):
        role = MANAGERS[Service(record.service)]
    else:
        role = Role.LADO if record.allegation else Role.TRIAGE_MANAGER
    return User.objects.filter(is_active=True, roles__contains=[role]).order_by("pk")


def _sees(user: User, record: Record) -> bool:
    if isinstance(record, Referral):
        return visible.referrals(user).filter(pk=record.pk).exists()
    return visible.cases(user).filter(pk=record.pk).exists()


def _about(record: Record) -> dict[str, Record | None]:
    return {"referral": record, "case": None} if isinstance(record, Referral) else {"referral": None, "case": record}


def _known(records: list[Record]) -> set[tuple[object, ...]]:
    """Every step that was told already of the clocks of these."""
    ours = [one.pk for one in records if isinstance(one, Referral)]
    theirs = [one.pk for one in records if isinstance(one, Case)]
    columns = ("referral_id", "case_id", "key", "started_at", "step")
    rows = ClockWarning.objects.filter(referral__in=ours, case=None).values_list(*columns)
    return {*rows, *ClockWarning.objects.filter(case__in=theirs, referral=None).values_list(*columns)}


def _name(record: Record, clock: Clock, step: WarningStep) -> tuple[object, ...]:
    keys = (record.pk, None) if isinstance(record, Referral) else (None, record.pk)
    return (*keys, clock.key, clock.started_at, str(step))
