"""Office hours and nights. A night runs from closing time to the next opening on a working day: a weekend is one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from mash.lib.workingdays import LONDON, is_working_day
from referrals.models import NightHours, Shift

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Night:
    """Out of hours from `began_at` until `ended_at`, in London time; named by the date on which it began."""

    began_at: datetime
    ended_at: datetime

    @property
    def date(self) -> date:
        return self.began_at.date()


def hours_now() -> NightHours:
    """The hours and minutes that count now; 9am to 5pm and ten minutes until the authority has set its own."""
    return NightHours.objects.order_by("-id").first() or NightHours()


def is_out(moment: datetime, hours: NightHours) -> bool:
    """Whether `moment` is outside office hours: before opening or from closing on, weekends and bank holidays."""
    local = timezone.localtime(moment, LONDON)
    return not (is_working_day(local.date()) and hours.opens <= local.time() < hours.closes)


def night_at(moment: datetime, hours: NightHours) -> Night:
    """The night that `moment` lies in; during office hours, the one that ended this morning."""
    day = timezone.localtime(moment, LONDON).date()
    while not is_working_day(day) or _closing(day, hours) > moment:
        day -= DAY
    return _night_from(day, hours)


def night_on(day: date, hours: NightHours) -> Night | None:
    """The night that begins on `day`; None when no night begins then, since the office was shut all day."""
    return _night_from(day, hours) if is_working_day(day) else None


def nights_between(start: datetime, end: datetime, hours: NightHours) -> Iterator[Night]:
    """Each stretch out of hours from `start` to `end`, cut off at both."""
    night = night_at(start, hours)
    while night.began_at < end:
        began, ended = max(night.began_at, start), min(night.ended_at, end)
        if began < ended:
            yield Night(timezone.localtime(began, LONDON), timezone.localtime(ended, LONDON))
        night = _night_from(timezone.localtime(night.ended_at, LONDON).date(), hours)


def earlier_nights(before: date, count: int, hours: NightHours) -> list[Night]:
    """The last `count` nights that began before `before`, the newest first."""
    found: list[Night] = []
    day = before
    while len(found) < count:
        day -= DAY
        if is_working_day(day):
            found.append(_night_from(day, hours))
    return found


def _night_from(day: date, hours: NightHours) -> Night:
    """From closing on a working day to opening on the next."""
    after = day + DAY
    while not is_working_day(after):
        after += DAY
    return Night(_closing(day, hours), datetime.combine(after, hours.opens, LONDON))


def _closing(day: date, hours: NightHours) -> datetime:
    return datetime.combine(day, hours.closes, LONDON)


def on_call(at: datetime) -> QuerySet[Shift]:
    """The shifts of the rota in which that moment falls."""
    return Shift.objects.filter(removed_at=None, starts_at__lte=at, ends_at__gt=at)
