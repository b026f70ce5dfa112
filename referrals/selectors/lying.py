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
TO_DECIDE = (Cause.ARRIVED, Cause.MORE, Cause.BACK)
"""An alarm of these was about the referral itself, and who answered it has looked at all of it."""
RETURNED = Q(cases__level=ALARM_LEVEL)
LEVEL_4_BEFORE = Q(highest_level=ALARM_LEVEL) | RETURNED
"""The engine said so when it came in, or a service had the child at that level. What one person strikes out lowers
neither: only a decision that a second person signs does, and then the child no longer waits. One whom a service returns
after that waits again, and counts again."""
STILL = "It waits to be decided, so it is still called about as Level 4."
UNDECIDED = Subject.objects.filter(LEVEL_4_BEFORE, referral=OuterRef("pk"), state=SubjectState.WAITING)
IN_THE_QUEUE = Q(level=ALARM_LEVEL) | Q(immediate_danger=True) | Exists(UNDECIDED)


def cannot_wait(referral: Referral) -> bool:
    """Whether it must not lie in the queue, or on the desk of somebody who is asleep."""
    return Referral.objects.filter(IN_THE_QUEUE, pk=referral.pk).exists()


def looks_lower(referral: Referral) -> str:
    """Why it is still Level 4 for whoever is called, in a sentence, where the page says less; "" where it does not."""
    waiting = Subject.objects.filter(referral=referral, state=SubjectState.WAITING)
    if referral.level == ALARM_LEVEL:
        return ""
    if waiting.filter(highest_level=ALARM_LEVEL).exists():
        struck = RelevantIndicator.objects.filter(concern__referral=referral, withdrawn_at__isnull=False)
        names = dict.fromkeys(struck.order_by("withdrawn_at").values_list("withdrawn_by__name", flat=True))
        because = f": {' and '.join(names)} struck something out" if names else ""
        return f"It was Level 4 when it came, and looks lower now{because}. {STILL}"
    return (
        f"A service had a child of it at Level 4, and returned it. {STILL}" if waiting.filter(RETURNED).exists() else ""
    )


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
    alarms = NightAlarm.objects.filter(moment, referral=OuterRef("pk"), cause__in=TO_DECIDE)
    urgent = Referral.objects.filter(IN_THE_QUEUE, stage=Stage.IN_TRIAGE, owned_since__gte=opened)
    rows: QuerySet[Any] = urgent.annotate(came=F("submitted_at"))
    return rows.filter(~Exists(at_work), ~Exists(alarms))


def unsigned(opened: datetime) -> QuerySet[Subject]:
    """What waits for a signature since the office last opened, and nobody was called about: an answer by whoever
    decided it is none."""
    causes = (Cause.TO_SIGN,)
    return _uncalled(to_sign(), opened, "referral", "decision__at", causes=causes, but_by="decision__by")


def unanswered(opened: datetime) -> QuerySet[Case]:
    """What waits for a service's answer since the office last opened, and nobody was called about. Whoever signed for
    it may be of that service, and has a moment to take it."""
    rows = offers().filter(offered_at__lte=timezone.now() - A_MOMENT)
    return _uncalled(rows, opened, "referral", "offered_at", causes=(Cause.OFFERED,))


def unlooked(opened: datetime) -> QuerySet[Amendment]:
    """Danger that was told since the office last opened, which nobody was called about, or took with the referral."""
    return _uncalled(danger_told(), opened, "referral", "at", causes=TO_DECIDE)


def unread(opened: datetime) -> QuerySet[NewInformation]:
    """The same of what went to a child's open case, and nobody there has read."""
    rows = unread_news().filter(at__lte=timezone.now() - A_MOMENT)
    return _uncalled(rows, opened, "decision__subject__referral", "at", causes=(Cause.NEWS,))


def _uncalled(
    rows: QuerySet[Any], opened: datetime, referral: str, since: str, *, causes: tuple[Cause, ...], but_by: str = ""
) -> QuerySet[Any]:
    """Those of `rows` since `opened` for which no alarm of these causes was raised, or was answered, since. `but_by`
    is whose answer does not count."""
    moment = Q(raised_at__gte=OuterRef(since)) | Q(taken_at__gte=OuterRef(since))
    alarms = NightAlarm.objects.filter(moment, referral=OuterRef(referral), cause__in=causes)
    if but_by:
        alarms = alarms.exclude(taken_by=OuterRef(but_by))
    return rows.filter(~Exists(alarms), **{f"{since}__gte": opened})
