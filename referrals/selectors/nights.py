"""Night alarms as one person may see them: the banner, the list, one alarm with its calls, and the morning after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from referrals import visible
from referrals.models import Handover, NightAlarm, Page, Referral
from referrals.selectors import queue
from referrals.selectors.hours import DAY, Night, earlier_nights, hours_now, is_out, night_at
from referrals.services import answering

SHOWN_ON_BANNER = 3
LATELY = timedelta(days=14)
MOST = 50
MOST_ARRIVALS = 100
NIGHTS_A_PAGE = 14
WORDS = {"sms": "text", "voice": "call", "email": "email"}


@dataclass(frozen=True, slots=True)
class Banner:
    """What nobody has answered: the first few, and how many more."""

    alarms: Sequence[NightAlarm]
    more: int


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call about an alarm, in words."""

    page: Page
    how: str
    place: str


@dataclass(frozen=True, slots=True)
class Listed:
    """The alarms that wait, those of the last two weeks, and the night to hand over."""

    waiting: list[NightAlarm]
    lately: list[NightAlarm]
    night: Night
    out_now: bool

    @property
    def ids(self) -> list[int]:
        return [alarm.pk for alarm in (*self.waiting, *self.lately)]


@dataclass(frozen=True, slots=True)
class AlarmOfNight:
    """An alarm with its calls, and whether it came after the first signature."""

    alarm: NightAlarm
    attempts: list[Attempt]
    late: bool


@dataclass(frozen=True, slots=True)
class Arrival:
    """A referral that came in the night, as the queue shows it, and whether it came after the first signature."""

    row: queue.Row
    late: bool

    @property
    def referral(self) -> Referral:
        return self.row.referral


@dataclass(frozen=True, slots=True)
class Morning:
    """What the reader may see of one night."""

    night: Night
    handover: Handover | None
    alarms: list[AlarmOfNight]
    arrivals: list[Arrival]
    more_arrivals: int
    unanswered: int
    late: int
    going_on: bool

    @property
    def ids(self) -> list[int]:
        return [one.referral.pk for one in self.arrivals]


@dataclass(frozen=True, slots=True)
class PastNight:
    """One night of the list: whether it was handed over, and how many alarms the reader may see."""

    night: Night
    handover: Handover | None
    alarms: int


UNANSWERED = Q(state=NightAlarm.State.WAITING, silent_at__isnull=False)
"""What the rota left unanswered."""
DANGER_FIRST = Case(When(why=NightAlarm.Why.DANGER, then=Value(0)), default=Value(1))


def banner(user: User) -> Banner | None:
    """What `user` is being called about now, and what the rota left unanswered, of what they may see, danger now first
    and then what nobody could be `called` about; None when there is nothing. Whoever decided it (`own_decision`) cannot
    answer for the second person. One look at a small index."""
    calls = Page.objects.filter(alarm=OuterRef("pk"))
    mine = calls.filter(person=user, became=Page.Became.WAITING)
    rows = visible.alarms(user).filter(UNANSWERED | Q(Exists(mine)), state=NightAlarm.State.WAITING)
    own = Q(cause=NightAlarm.Cause.TO_SIGN, given_up_by=user)
    found = list(
        rows.annotate(called=Exists(calls), own_decision=own)
        .select_related("referral")
        .order_by(DANGER_FIRST, "called", "silent_at", "id")[: MOST + 1]
    )
    return Banner(found[:SHOWN_ON_BANNER], max(0, len(found) - SHOWN_ON_BANNER)) if found else None


def listed(user: User) -> Listed:
    """What waits, danger now first, then the longest; and what was answered in two weeks, the newest first."""
    rows = visible.alarms(user).select_related("referral__owner", "taken_by")
    waiting = rows.filter(state=NightAlarm.State.WAITING).order_by(DANGER_FIRST, "raised_at", "id")[:MOST]
    past = rows.exclude(state=NightAlarm.State.WAITING).filter(raised_at__gt=timezone.now() - LATELY)
    hours, now = hours_now(), timezone.now()
    return Listed(
        list(waiting), list(past.order_by("-raised_at", "-id")[:MOST]), night_at(now, hours), is_out(now, hours)
    )


def attempts(alarm: NightAlarm) -> list[Attempt]:
    """Every call about an alarm, in the order in which they were made."""
    return [_attempt(page) for page in alarm.pages.select_related("person").order_by("id")]


def may_take_over_from(user: User, alarm: NightAlarm) -> User | None:
    """The colleague from whose desk `user` may take the referral over with a reason: while the alarm waits, and for
    whoever has it while that night goes on. None when there is no such colleague."""
    mine = alarm.taken_by_id == user.pk and answering.goes_on(alarm)
    if not user.may(Act.TRIAGE) or not (alarm.state == NightAlarm.State.WAITING or mine):
        return None
    return answering.colleague_at(user, alarm.referral)


def taken_words(colleague: User | None) -> str:
    """What whoever has an alarm now is told; `colleague` has the referral on their desk."""
    if colleague is None:
        return "You have it. Nobody else will be called."
    return (
        f"You have it. Nobody else will be called. The referral stays on the desk of {colleague.name}, who is told: "
        "speak with them. If you must take it over, say why."
    )


def morning(user: User, night: Night) -> Morning:
    """The alarms of a night with their calls, and everything that arrived in it, as far as `user` may see them."""
    now = timezone.now()
    handover = handover_of(night.date)
    signed = handover.left_at if handover else None
    rows = visible.alarms(user).filter(raised_at__gte=night.began_at, raised_at__lt=night.ended_at)
    related = rows.select_related("referral__owner", "taken_by").prefetch_related("pages__person")
    alarms = [
        AlarmOfNight(one, [_attempt(page) for page in one.pages.all()], _late(one.raised_at, signed))
        for one in related.order_by("raised_at", "id")
    ]
    came = _came(user, night)
    shown, _ = queue.lines(came, "", size=MOST_ARRIVALS)
    arrivals = [Arrival(one, _late(one.referral.submitted_at, signed)) for one in shown]
    late = {one.alarm.referral_id for one in alarms if one.late} | {one.referral.pk for one in arrivals if one.late}
    return Morning(
        night=night,
        handover=handover,
        alarms=alarms,
        arrivals=arrivals,
        more_arrivals=came.count() - len(arrivals) if len(arrivals) == MOST_ARRIVALS else 0,
        unanswered=sum(one.alarm.state == NightAlarm.State.WAITING for one in alarms),
        late=len(late),
        going_on=now < night.ended_at,
    )


def handover_of(night: date) -> Handover | None:
    """The hand-over of the night that began on a day."""
    return Handover.objects.filter(night=night).select_related("left_by", "taken_by").first()


def past_nights(user: User, before: date) -> list[PastNight]:
    """Fourteen nights that began before a day, the newest first, with what was handed over."""
    nights = earlier_nights(before, NIGHTS_A_PAGE, hours_now())
    first, last = nights[-1].began_at, nights[0].ended_at
    rows = Handover.objects.filter(night__gte=nights[-1].date, night__lt=before)
    written = {row.night: row for row in rows.select_related("left_by", "taken_by")}
    raised = list(
        visible.alarms(user).filter(raised_at__gte=first, raised_at__lt=last).values_list("raised_at", flat=True)
    )
    return [
        PastNight(one, written.get(one.date), sum(one.began_at <= at < one.ended_at for at in raised)) for one in nights
    ]


def until_now() -> date:
    """The day after the last night that has begun: a list of nights before it holds no night to come."""
    return night_at(timezone.now(), hours_now()).date + DAY


def _attempt(page: Page) -> Attempt:
    ways = [WORDS[way] for way in page.channels]
    how = f"{', '.join(ways[:-1])} and {ways[-1]}" if len(ways) > 1 else ways[0]
    place = f"Place {page.place} on the rota" if page.place else "When nobody on call had answered"
    return Attempt(page, how, place)


def _came(user: User, night: Night) -> QuerySet[Referral]:
    rows = visible.referrals(user).filter(submitted_at__gte=night.began_at, submitted_at__lt=night.ended_at)
    return rows.order_by("risk", "submitted_at", "id")


def _late(moment: datetime, signed: datetime | None) -> bool:
    return signed is not None and moment > signed
