"""The rota as it is read: a week of it, whoever may be on it, and the gaps that lie ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import TeamKind, User
from accounts.policy import GRANTS, Act, Role
from mash.govuk.moments import day_words, time_words
from mash.lib.workingdays import LONDON
from referrals.models import NightHours, Shift
from referrals.selectors.hours import DAY, Night, hours_now, night_at, nights_between
from referrals.services import nights

AHEAD = timedelta(days=14)
LAST_CALLED = (Role.TRIAGE_MANAGER, Role.CADT_MANAGER, Role.LADO)
TRIAGE = frozenset({Role.TRIAGE_WORKER, Role.TRIAGE_MANAGER})
"""Who sees whatever waits there. A social worker of CADT on call sees what waits for CADT, and is called about that."""
Spans = Iterable[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week, and the shifts that begin on it."""

    date: date
    shifts: list[Shift]


@dataclass(frozen=True, slots=True)
class LastCalled:
    """Somebody who is called when nobody on call answers; `phone` "" when only an email would reach them."""

    user: User
    phone: str
    officer: bool
    triage: bool


@dataclass(frozen=True, slots=True)
class Gaps:
    """Stretches with nobody on call, and stretches with nobody from triage but somebody else."""

    nobody: list[Night]
    blind: list[Night]


@dataclass(frozen=True, slots=True)
class RotaPage:
    """One week from Monday, the weeks around it, what to look after, and the hours that count."""

    monday: date
    days: list[Day]
    before: date
    after: date
    gaps: list[str]
    blind: list[str]
    last_called: list[LastCalled]
    warnings: list[str]
    hours: NightHours
    now: datetime


def page(monday: date) -> RotaPage:
    """The week that begins on `monday`, with the gaps of the next fourteen days, the last night whole."""
    now = timezone.now()
    hours = hours_now()
    last = last_called()
    lacking = gaps(now, max(now + AHEAD, night_at(now + AHEAD, hours).ended_at), hours)
    return RotaPage(
        monday=monday,
        days=_days(monday),
        before=monday - timedelta(days=7),
        after=week_after(monday),
        gaps=[gap_words(gap) for gap in lacking.nobody],
        blind=[gap_words(gap, "Nobody from triage") for gap in lacking.blind],
        last_called=last,
        warnings=_warnings(last),
        hours=hours,
        now=now,
    )


def monday_of(text: str) -> date:
    """The Monday of the week in which a day lies ("2026-11-25"); what is no day means this week."""
    try:
        day = date.fromisoformat(text)
        return day - day.weekday() * DAY if 2000 <= day.year < 2200 else _this_monday()
    except ValueError:
        return _this_monday()


def week_after(monday: date) -> date:
    """The Monday after."""
    return monday + timedelta(days=7)


def first_day(week: str) -> date:
    """On which day a new shift begins at first: the asked week's Monday, never before today."""
    return max(monday_of(week), timezone.localdate())


def gaps(start: datetime, end: datetime, hours: NightHours) -> Gaps:
    """Each stretch out of hours, from `start` to `end`, in which nobody is on call who may answer, and in which those
    who are may not see all that waits for triage."""
    rows = Shift.objects.filter(removed_at=None, ends_at__gt=start, starts_at__lt=end).select_related(
        "person__organisation"
    )
    there = [one for one in rows if one.person.may(Act.ANSWER_ALARM)]
    covered = [(one.starts_at, one.ends_at) for one in there]
    by_triage = [(one.starts_at, one.ends_at) for one in there if not TRIAGE.isdisjoint(one.person.roles)]
    nights = list(nights_between(start, end, hours))
    return Gaps(
        nobody=[gap for night in nights for gap in uncovered(night, covered)],
        blind=[gap for night in nights for gap in blind(night, covered=covered, by_triage=by_triage)],
    )


def blind(night: Night, *, covered: Spans, by_triage: Spans) -> list[Night]:
    """The stretches of a night in which somebody is on call, and nobody from triage. Pure."""
    nobody = [(gap.began_at, gap.ended_at) for gap in uncovered(night, covered)]
    return [rest for gap in uncovered(night, by_triage) for rest in uncovered(gap, nobody)]


def uncovered(night: Night, covered: Spans) -> list[Night]:
    """What is left of a night when the covered stretches are taken away. Pure."""
    found, at = [], night.began_at
    for begins, ends in sorted(covered):
        if ends <= at or begins >= night.ended_at:
            continue
        if begins > at:
            found.append(Night(at, timezone.localtime(begins, LONDON)))
        at = max(at, timezone.localtime(ends, LONDON))
    return [*found, Night(at, night.ended_at)] if at < night.ended_at else found


def gap_words(gap: Night, who: str = "Nobody") -> str:
    """Nobody is on call from Saturday 28 November 2026 at 5pm to Sunday 29 November 2026 at 9am."""
    return f"{who} is on call from {_moment(gap.began_at)} to {_moment(gap.ended_at)}."


def may_be_on_call() -> QuerySet[User]:
    """Everybody who may answer a night's alarm, the Out of hours team first, by name."""
    roles = [role.value for role in Role if Act.ANSWER_ALARM in GRANTS[role]]
    people = User.objects.filter(is_active=True, organisation__active=True, roles__overlap=roles)
    return people.select_related("team").order_by("name", "pk")


def choices() -> list[tuple[str, str]]:
    """The same as answers of a form; who belongs to the Out of hours team comes first, and it says so."""
    people = [(user, user.team is not None and user.team.kind == TeamKind.OUT_OF_HOURS) for user in may_be_on_call()]
    people.sort(key=lambda one: not one[1])
    return [(str(user.pk), f"{user.name}, {_what(user, team=team)}") for user, team in people]


def mine(user: User) -> list[Shift]:
    """The shifts of `user` that are not over, the soonest first."""
    rows = Shift.objects.filter(person=user, removed_at=None, ends_at__gt=timezone.now())
    return list(rows.order_by("starts_at"))


def last_called() -> list[LastCalled]:
    """Who is called when the rota is silent, with the telephone that we know."""
    people = User.objects.filter(is_active=True, organisation__active=True, roles__overlap=list(LAST_CALLED))
    rows = people.select_related("night_number").order_by("name", "pk")
    return [
        LastCalled(user, night_phone(user), Role.LADO in user.roles, Role.TRIAGE_MANAGER in user.roles) for user in rows
    ]


def called_last(user: User) -> LastCalled | None:
    """How `user` is called when the rota is silent; None for who is not."""
    return next((one for one in last_called() if one.user.pk == user.pk), None)


def night_phone(user: User) -> str:
    """On which telephone somebody is called when nobody on call answers; "" when we know none."""
    number = getattr(user, "night_number", None)
    return number.phone if number is not None else ""


def _what(user: User, *, team: bool) -> str:
    return "Out of hours team" if team else ", ".join(user.role_names)


def _warnings(last: Sequence[LastCalled]) -> list[str]:
    """What would go wrong in the night that is no gap on the rota."""
    found = []
    if nights.not_set_up():
        found.append("Texts and telephone calls are not set up here: whoever is on call would only get an email.")
    if all(one.officer for one in last):
        found.append("There is no manager to call when nobody on call answers.")
    elif not any(one.triage for one in last):
        found.append(
            "There is no manager of triage. While nobody from triage is on call, nobody could be called about what CADT"
            " may not see yet, like a decision at Level 4 that waits for a signature."
        )
    if not any(one.officer for one in last):
        found.append(
            "There is no officer for allegations: nobody could be called about somebody who works with children."
        )
    found += [f"There is no telephone number for {one.user.name}." for one in last if not one.phone]
    return found


def _days(monday: date) -> list[Day]:
    start = datetime.combine(monday, time(), LONDON)
    end = datetime.combine(monday + timedelta(days=7), time(), LONDON)
    rows = Shift.objects.filter(removed_at=None, starts_at__gte=start, starts_at__lt=end).select_related("person")
    days = [Day(monday + n * DAY, []) for n in range(7)]
    for shift in rows.order_by("starts_at", "place"):
        days[(timezone.localtime(shift.starts_at, LONDON).date() - monday).days].shifts.append(shift)
    return days


def _this_monday() -> date:
    today = timezone.localdate()
    return today - today.weekday() * DAY


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment, LONDON):%A} {day_words(moment)} at {time_words(moment)}"
