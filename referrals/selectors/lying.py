"""What cannot wait and lies somewhere: in the queue, on a desk, for a signature, with a service, or told and not looked
at.

Cannot wait: a child in danger now, or one at Level 4 by the engine or by a person. What one person alone lowered from
Level 4 still counts until a second person has agreed.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from referrals.choices import CaseStage, Stage, SubjectState
from referrals.models import (
    Amendment,
    Case,
    NewInformation,
    NightAlarm,
    Referral,
    RelevantIndicator,
    StageChange,
    Subject,
)
from referrals.selectors.hours import on_call

Cause = NightAlarm.Cause
ALARM_LEVEL = 4
A_MOMENT = timedelta(minutes=10)
STAYING_ON = timedelta(hours=1)
LEVEL_4_BEFORE = Q(highest_level=ALARM_LEVEL) | Q(cases__level=ALARM_LEVEL)
"""The engine said so when it came in, or a service had the child at that level. What one person strikes out lowers
neither: only a decision that a second person signs does, and then the child no longer waits."""
UNDECIDED = Subject.objects.filter(LEVEL_4_BEFORE, referral=OuterRef("pk"), state=SubjectState.WAITING)
IN_THE_QUEUE = Q(level=ALARM_LEVEL) | Q(immediate_danger=True) | Exists(UNDECIDED)


def cannot_wait(referral: Referral) -> bool:
    """Whether it must not lie in the queue, or on the desk of somebody who is asleep."""
    return Referral.objects.filter(IN_THE_QUEUE, pk=referral.pk).exists()


def lowered_by(referral: Referral) -> list[str]:
    """Who struck something out of what was Level 4 and now looks lower, where no second person has agreed; in the order
    in which they did it. Empty when nobody has."""
    if referral.level == ALARM_LEVEL or not Referral.objects.filter(Exists(UNDECIDED), pk=referral.pk).exists():
        return []
    struck = RelevantIndicator.objects.filter(concern__referral=referral, withdrawn_at__isnull=False)
    return list(dict.fromkeys(struck.order_by("withdrawn_at").values_list("withdrawn_by__name", flat=True)))


def to_sign() -> QuerySet[Subject]:
    """The children whose decision waits for a second person. The engine's Level 4 counts when a sign of it was struck
    out since."""
    judged = Q(decision__level=ALARM_LEVEL) | Q(decision__engine_level=ALARM_LEVEL)
    worst = Q(referral__level=ALARM_LEVEL) | Q(referral__immediate_danger=True)
    return Subject.objects.filter(judged | worst, state=SubjectState.PROPOSED)


def offers() -> QuerySet[Case]:
    """The cases that a service was asked to take and has not answered."""
    return Case.objects.filter(Q(level=ALARM_LEVEL) | Q(referral__immediate_danger=True), stage=CaseStage.OFFERED)


def danger_told() -> QuerySet[Amendment]:
    """What a referrer said of danger after sending, and nobody has looked at."""
    return Amendment.objects.filter(danger=True, reply=None)


def unread_news() -> QuerySet[NewInformation]:
    """What was sent to a child's open case, and nobody there has read. Not what has a case of its own beside one that
    is closed to others: an alarm would tell of that one."""
    judged = Q(decision__level=ALARM_LEVEL) | Q(decision__engine_level=ALARM_LEVEL)
    danger = Q(decision__subject__referral__immediate_danger=True)
    return NewInformation.objects.filter(judged | danger, readings=None, decision__cases=None)


def waits(referral: Referral, cause: Cause) -> bool:
    """Whether any child of this referral still waits for a second person, for a service's answer, or, where it went to
    an open case, for somebody there to read it."""
    if cause == Cause.TO_SIGN:
        return to_sign().filter(referral=referral).exists()
    if cause == Cause.OFFERED:
        return offers().filter(referral=referral).exists()
    return unread_news().filter(decision__subject__referral=referral).exists()


def lies(opened: datetime, closed: datetime) -> list[QuerySet[Any]]:
    """All that waits since the office last opened and that nobody was called about, by where it lies."""
    stayed = [undecided(opened)] if timezone.now() >= closed + STAYING_ON else []
    return [untaken(opened), *stayed, unsigned(opened), unanswered(opened), unlooked(opened), unread(opened)]


def untaken(opened: datetime) -> QuerySet[Any]:
    """What came or came back to the queue since the office last opened, and has had no alarm since."""
    steps = StageChange.objects.filter(referral=OuterRef("pk"), case=None, new=Stage.RECEIVED).order_by("-pk")
    alarms = NightAlarm.objects.filter(referral=OuterRef("pk"), raised_at__gte=OuterRef("came"))
    urgent = Referral.objects.filter(IN_THE_QUEUE, stage=Stage.RECEIVED)
    rows: QuerySet[Any] = urgent.annotate(came=Coalesce(Subquery(steps.values("at")[:1]), F("submitted_at")))
    return rows.filter(~Exists(alarms), came__gte=opened)


def undecided(opened: datetime) -> QuerySet[Any]:
    """What somebody who is not on call took since the office last opened and has not decided, and nobody was called
    about. Whoever stays to decide it has an hour: see `lies`."""
    at_work = on_call(timezone.now()).filter(person=OuterRef("owner"))
    moment = Q(raised_at__gte=opened) | Q(taken_at__gte=opened)
    alarms = NightAlarm.objects.filter(moment, referral=OuterRef("pk"))
    urgent = Referral.objects.filter(IN_THE_QUEUE, stage=Stage.IN_TRIAGE, owned_since__gte=opened)
    rows: QuerySet[Any] = urgent.annotate(came=F("submitted_at"))
    return rows.filter(~Exists(at_work), ~Exists(alarms))


def unsigned(opened: datetime) -> QuerySet[Subject]:
    """What waits for a signature since the office last opened, and nobody was called about."""
    return _uncalled(to_sign(), opened, "referral", "decision__at", causes=(Cause.TO_SIGN,))


def unanswered(opened: datetime) -> QuerySet[Case]:
    """What waits for a service's answer since the office last opened, and nobody was called about. Whoever signed for
    it may be of that service, and has a moment to take it."""
    rows = offers().filter(offered_at__lte=timezone.now() - A_MOMENT)
    return _uncalled(rows, opened, "referral", "offered_at", causes=(Cause.OFFERED,))


def unlooked(opened: datetime) -> QuerySet[Amendment]:
    """Danger that was told since the office last opened, which nobody was called about, or took with the referral."""
    return _uncalled(danger_told(), opened, "referral", "at", causes=(Cause.ARRIVED, Cause.MORE, Cause.BACK))


def unread(opened: datetime) -> QuerySet[NewInformation]:
    """The same of what went to a child's open case, and nobody there has read."""
    rows = unread_news().filter(at__lte=timezone.now() - A_MOMENT)
    return _uncalled(rows, opened, "decision__subject__referral", "at", causes=(Cause.NEWS,))


def _uncalled(
    rows: QuerySet[Any], opened: datetime, referral: str, since: str, *, causes: tuple[Cause, ...]
) -> QuerySet[Any]:
    """Those of `rows` since `opened` for which no alarm of these causes was raised, or was answered, since."""
    moment = Q(raised_at__gte=OuterRef(since)) | Q(taken_at__gte=OuterRef(since))
    alarms = NightAlarm.objects.filter(moment, referral=OuterRef(referral), cause__in=causes)
    return rows.filter(~Exists(alarms), **{f"{since}__gte": opened})
