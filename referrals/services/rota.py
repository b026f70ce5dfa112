"""Keep the rota: who is on call when, on which telephone; and the hours and minutes that nights go by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import Act
from mash.audit import events
from mash.lib.workingdays import LONDON
from referrals.errors import NotNow, Refused
from referrals.models import NightHours, NightNumber, Shift
from referrals.selectors.hours import hours_now
from referrals.services import rights

T = TypeVar("T")
WEEK = timedelta(days=7)
LONGEST = timedelta(days=7)
LONGEST_DAY = timedelta(hours=14)
TAKEN = {
    "shift_one_person_in_a_place": "Somebody else is on call in this place at that time",
    "shift_one_place_for_a_person": "This person is on call in another place at that time",
}
FIELD = {"shift_one_person_in_a_place": "place", "shift_one_place_for_a_person": "person"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Who, from when to when, in which place they are called, and on which telephone."""

    person: User
    starts_at: datetime
    ends_at: datetime
    place: int
    phone: str


@transaction.atomic
def add(*, by: User, duty: Duty) -> Shift:
    """Put somebody on the rota. Refused for who may not answer, a shift that is over, longer than a week, or in a
    place, or for a person, that is on call then already."""
    rights.require(by, Act.MANAGE_ROTA)
    now = timezone.now()
    _check(duty, now)
    shift = _stored(lambda: _new(by, duty, now))
    events.record(by=by, what="shift_added", about=shift, detail=_said(duty))
    return shift


@transaction.atomic
def change(*, by: User, shift: Shift, duty: Duty) -> None:
    """Change a shift that is not over. One that is running keeps its start: who was called then was called then."""
    row = _hold(by, shift)
    now = timezone.now()
    if row.starts_at <= now and duty.starts_at != row.starts_at:
        raise Refused("This shift has begun. Leave its start as it is", field="starts_on")
    _check(duty, now)
    was = _said(Duty(**{name: getattr(row, name) for name in Duty.__slots__}))
    changes = {name: getattr(duty, name) for name in Duty.__slots__}
    _stored(lambda: Shift.objects.filter(pk=row.pk).update(**changes))
    shift.refresh_from_db()
    events.record(by=by, what="shift_changed", about=shift, detail={"was": was, "now": _said(duty)})


@transaction.atomic
def remove(*, by: User, shift: Shift) -> None:
    """Take a shift that has not begun off the rota; the row stays, marked. NotNow once it has begun."""
    row = _hold(by, shift)
    now = timezone.now()
    if row.starts_at <= now:
        raise NotNow("This shift has begun. Change when it ends, or who has it.")
    Shift.objects.filter(pk=row.pk).update(removed_at=now, removed_by=by)
    events.record(by=by, what="shift_removed", about=row)


@transaction.atomic
def copy_week(*, by: User, monday: date) -> tuple[int, int]:
    """Put the shifts that begin in the week of `monday` on the week after, at the same London times. Answers how many
    were copied, and how many were left out since somebody is on call then already, or may not answer any more."""
    rights.require(by, Act.MANAGE_ROTA)
    copied = left_out = 0
    for shift in _beginning_in(monday):
        starts_at, ends_at = _a_week_later(shift.starts_at), _a_week_later(shift.ends_at)
        duty = Duty(person=shift.person, starts_at=starts_at, ends_at=ends_at, place=shift.place, phone=shift.phone)
        try:
            with transaction.atomic():
                add(by=by, duty=duty)
            copied += 1
        except Refused:
            left_out += 1
    events.record(by=by, what="week_copied", detail={"monday": str(monday), "copied": copied})
    return copied, left_out


@transaction.atomic
def set_hours(*, by: User, opens: time, closes: time, answer_minutes: int, again_minutes: int) -> NightHours:
    """From now on: office hours in London time on working days, minutes to answer, and minutes between calls to
    managers. Who was called before keeps the time that they were given. What is so already changes nothing. Refused
    for a day so long that hardly a night is left: nobody is called in office hours."""
    rights.require(by, Act.MANAGE_ROTA)
    if closes <= opens:
        raise Refused("The office must close after it opens", field="closes")
    if datetime.combine(date.min, closes) - datetime.combine(date.min, opens) > LONGEST_DAY:
        raise Refused("The office is open for 14 hours a day at most: what comes in then calls nobody", field="closes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('night hours', 0))")
    said = {"opens": opens, "closes": closes, "answer_minutes": answer_minutes, "again_minutes": again_minutes}
    now = hours_now()
    if all(getattr(now, name) == value for name, value in said.items()):
        return now
    row = NightHours.objects.create(**said, by=by, at=timezone.now())
    events.record(by=by, what="night_hours_set", about=row)
    return row


@transaction.atomic
def set_number(*, by: User, user: User, phone: str) -> None:
    """On which telephone somebody is called when nobody on call answers."""
    rights.require(by, Act.MANAGE_ROTA)
    row, _ = NightNumber.objects.update_or_create(user=user, defaults={"phone": phone, "by": by, "at": timezone.now()})
    events.record(by=by, what="night_number_set", about=row, detail={"user": user.pk})


def _hold(by: User, shift: Shift) -> Shift:
    rights.require(by, Act.MANAGE_ROTA)
    row = Shift.objects.select_for_update(of=("self",)).filter(pk=shift.pk, removed_at=None).first()
    if row is None:
        raise NotNow("This shift was taken off the rota.")
    if row.ends_at <= timezone.now():
        raise NotNow("This shift is over. It stays as it was.")
    return row


def _check(duty: Duty, now: datetime) -> None:
    if not duty.person.may(Act.ANSWER_ALARM):
        raise Refused(f"{duty.person.name} may not answer a night’s alarm", field="person")
    # By the world's clock: on London's, 2:15am may come before 1:30am, and the other way round.
    if duty.ends_at.astimezone(UTC) <= duty.starts_at.astimezone(UTC):
        raise Refused("The end must be after the start", field="ends_on")
    if duty.ends_at <= now:
        raise Refused("This is over already", field="ends_on")
    if _on_the_wall(duty.ends_at) - _on_the_wall(duty.starts_at) > LONGEST:
        raise Refused("A shift is a week at most", field="ends_on")


def _on_the_wall(moment: datetime) -> datetime:
    """What London's clocks show: a week from Monday to Monday is a week also when they change."""
    return moment.astimezone(LONDON).replace(tzinfo=None)


def _new(by: User, duty: Duty, now: datetime) -> Shift:
    return Shift.objects.create(made_by=by, made_at=now, **{name: getattr(duty, name) for name in Duty.__slots__})


def _stored(write: Callable[[], T]) -> T:
    """What the database refuses, since two shifts would overlap, in words for the person at the screen."""
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as failure:
        name = next((name for name in TAKEN if name in str(failure)), None)
        if name is None:
            raise
        raise Refused(TAKEN[name], field=FIELD[name]) from failure


def _beginning_in(monday: date) -> Sequence[Shift]:
    start = datetime.combine(monday, time(), LONDON)
    end = datetime.combine(monday + WEEK, time(), LONDON)
    rows = Shift.objects.filter(removed_at=None, starts_at__gte=start, starts_at__lt=end)
    return list(rows.select_related("person").order_by("starts_at", "place"))


def _a_week_later(moment: datetime) -> datetime:
    """The same time on London's clocks, also when they change in between."""
    local = timezone.localtime(moment, LONDON)
    return datetime.combine(local.date() + WEEK, local.time(), LONDON)


def _said(duty: Duty) -> dict[str, object]:
    return {
        "person": duty.person.pk,
        "starts_at": duty.starts_at.isoformat(),
        "ends_at": duty.ends_at.isoformat(),
        "place": duty.place,
    }
