"""The rota: what it refuses, what it warns of, and that the gap finder agrees with a simple count of minutes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Organisation, Team, TeamKind, User
from mash.audit.models import Event
from mash.lib.workingdays import LONDON
from referrals.errors import NotNow, Refused
from referrals.forms.nights import london
from referrals.models import NightHours, Shift
from referrals.selectors import rota as selectors
from referrals.selectors.hours import Night, earlier_nights, is_out, night_at, nights_between
from referrals.services import rota
from referrals.services.rota import Duty
from tests.nights.conftest import NIGHT, OFFICE, Clock

HOURS = NightHours()
START = datetime(2035, 1, 1, tzinfo=LONDON)
moments = st.integers(0, 400 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def duty(person: User, place: int, starts: datetime, hours: float = 16) -> Duty:
    return Duty(
        person=person, starts_at=starts, ends_at=starts + timedelta(hours=hours), place=place, phone="07700 900101"
    )


@given(moments)
def test_a_night_holds_every_moment_out_of_hours_and_no_other(moment: datetime) -> None:
    night = night_at(moment, HOURS)
    assert night.began_at <= moment
    assert is_out(moment, HOURS) is (moment < night.ended_at)
    assert not is_out(night.ended_at, HOURS)
    assert not is_out(night.began_at - timedelta(minutes=1), HOURS)


@given(moments, st.integers(1, 20))
def test_the_nights_of_some_days_are_exactly_their_hours_out_of_office(start: datetime, days: int) -> None:
    end = start + timedelta(days=days)
    nights = list(nights_between(start, end, HOURS))
    at = start
    while at < end:
        assert is_out(at, HOURS) is any(one.began_at <= at < one.ended_at for one in nights)
        at += timedelta(minutes=30)


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 400)), max_size=6))
def test_the_gaps_are_exactly_the_minutes_that_nobody_covers(shifts: list[tuple[int, int]]) -> None:
    night = Night(NIGHT, NIGHT + timedelta(minutes=600))
    covered = [(NIGHT + timedelta(minutes=at - 150), NIGHT + timedelta(minutes=at + long - 150)) for at, long in shifts]
    gaps = selectors.uncovered(night, covered)
    for minute in range(600):
        at = NIGHT + timedelta(minutes=minute)
        assert any(gap.began_at <= at < gap.ended_at for gap in gaps) is not any(a <= at < b for a, b in covered)


def test_a_weekend_and_easter_are_one_night() -> None:
    thursday = datetime(2035, 3, 22, 18, 0, tzinfo=LONDON)
    easter = night_at(thursday, HOURS)
    assert easter.ended_at == datetime(2035, 3, 27, 9, 0, tzinfo=LONDON)
    assert [one.date for one in earlier_nights(date(2035, 3, 28), 2, HOURS)] == [date(2035, 3, 27), date(2035, 3, 22)]


def test_it_says_in_words_when_nobody_is_on_call(amira: User, ben: User, clock: Clock) -> None:
    clock.move_to(datetime(2035, 12, 21, 11, 0, tzinfo=LONDON))
    friday = datetime(2035, 12, 21, 17, 0, tzinfo=LONDON)
    rota.add(by=ben, duty=duty(amira, 1, friday, hours=24))
    first = selectors.page(date(2035, 12, 17)).gaps[0]
    assert first == ("Nobody is on call from Saturday 22 December 2035 at 5pm to Monday 24 December 2035 at 9am.")


def test_the_last_gap_ends_with_its_night_and_not_at_this_time_of_day(db: None, clock: Clock) -> None:
    clock.move_to(datetime(2035, 12, 9, 12, 49, tzinfo=LONDON))
    assert selectors.page(date(2035, 12, 3)).gaps[-1].endswith("to Monday 24 December 2035 at 9am.")


def test_it_counts_a_shift_of_somebody_who_left_as_a_gap(amira: User, ben: User, clock: Clock) -> None:
    shift = rota.add(by=ben, duty=duty(amira, 1, NIGHT - timedelta(hours=1)))
    ends = timezone.localtime(shift.ends_at, LONDON)
    gaps = selectors.gaps(NIGHT, NIGHT + timedelta(days=1), HOURS).nobody
    assert gaps[0].began_at == ends
    User.objects.filter(pk=amira.pk).update(is_active=False)
    assert selectors.gaps(NIGHT, NIGHT + timedelta(days=1), HOURS).nobody[0].began_at == NIGHT


def test_it_warns_of_missing_managers_numbers_and_officers(ben: User, clock: Clock) -> None:
    warnings = " ".join(selectors.page(date(2035, 12, 24)).warnings)
    assert "no officer for allegations" in warnings
    assert "no telephone number for Ben Example" in warnings
    rota.set_number(by=ben, user=ben, phone="07700 900103")
    assert "Ben Example" not in " ".join(selectors.page(date(2035, 12, 24)).warnings)


@pytest.mark.parametrize(("who", "place", "field"), [("cleo", 1, "place"), ("amira", 2, "person")])
def test_two_people_never_share_a_place_and_nobody_has_two(
    amira: User, cleo: User, ben: User, clock: Clock, who: str, place: int, field: str
) -> None:
    rota.add(by=ben, duty=duty(amira, 1, NIGHT))
    person = {"amira": amira, "cleo": cleo}[who]
    with pytest.raises(Refused) as refused:
        rota.add(by=ben, duty=duty(person, place, NIGHT + timedelta(hours=15)))
    assert refused.value.field == field
    rota.add(by=ben, duty=duty(person, place, NIGHT + timedelta(hours=16)))


def test_it_refuses_what_makes_no_sense(amira: User, gita: User, ben: User, clock: Clock) -> None:
    for wrong, field in (
        (duty(gita, 1, NIGHT), "person"),
        (duty(amira, 1, NIGHT, hours=0), "ends_on"),
        (duty(amira, 1, NIGHT - timedelta(days=2), hours=5), "ends_on"),
        (duty(amira, 1, NIGHT, hours=169), "ends_on"),
    ):
        with pytest.raises(Refused) as refused:
            rota.add(by=ben, duty=wrong)
        assert refused.value.field == field


def test_it_keeps_what_was(amira: User, cleo: User, ben: User, clock: Clock) -> None:
    running = rota.add(by=ben, duty=duty(amira, 1, NIGHT - timedelta(hours=1)))
    with pytest.raises(NotNow):
        rota.remove(by=ben, shift=running)
    with pytest.raises(Refused):
        rota.change(by=ben, shift=running, duty=duty(amira, 1, NIGHT - timedelta(hours=2)))
    rota.change(by=ben, shift=running, duty=duty(cleo, 1, NIGHT - timedelta(hours=1)))
    assert running.person == cleo
    said = Event.objects.get(what="shift_changed").detail
    assert (said["was"]["person"], said["now"]["person"]) == (amira.pk, cleo.pk)
    clock.shift(timedelta(days=2))
    with pytest.raises(NotNow):
        rota.change(by=ben, shift=running, duty=duty(amira, 1, NIGHT))
    later = rota.add(by=ben, duty=duty(amira, 1, NIGHT + timedelta(days=5)))
    rota.remove(by=ben, shift=later)
    assert Shift.objects.get(pk=later.pk).removed_by == ben


def test_it_copies_a_week_at_the_same_london_times_across_the_change_of_clocks(
    amira: User, cleo: User, ben: User, clock: Clock
) -> None:
    before = datetime(2036, 3, 28, 17, 0, tzinfo=LONDON)
    rota.add(by=ben, duty=duty(amira, 1, before))
    rota.add(by=ben, duty=duty(cleo, 2, before))
    rota.add(by=ben, duty=duty(cleo, 1, before + timedelta(days=7)))
    assert rota.copy_week(by=ben, monday=date(2036, 3, 24)) == (0, 2)
    Shift.objects.filter(person=cleo, place=1).update(removed_at=NIGHT, removed_by=ben)
    assert rota.copy_week(by=ben, monday=date(2036, 3, 24)) == (2, 0)
    copy = Shift.objects.filter(person=amira).latest("id")
    assert timezone.localtime(copy.starts_at, LONDON).replace(tzinfo=None) == datetime(2036, 4, 4, 17, 0)
    assert copy.starts_at - before == timedelta(hours=167)


CHANGES = (date(2027, 3, 28), date(2027, 10, 31), date(2036, 3, 30), date(2036, 10, 26))
times = st.integers(0, 24 * 60 - 1).map(lambda minutes: time(minutes // 60, minutes % 60))
days = st.tuples(st.sampled_from(CHANGES), st.integers(-2, 2)).map(lambda pair: pair[0] + timedelta(days=pair[1]))


@given(days, times)
def test_a_time_is_on_londons_clocks_exactly_once_or_is_refused(day: date, at: time) -> None:
    shown = [
        minute
        for minute in (datetime.combine(day, at, UTC) - timedelta(hours=hours) for hours in (0, 1))
        if minute.astimezone(LONDON).replace(tzinfo=None) == datetime.combine(day, at)
    ]
    try:
        moment = london(day, at)
    except ValidationError:
        assert len(shown) != 1
    else:
        assert [moment.astimezone(UTC)] == shown


@given(days, times, days, times)
def test_a_shift_over_a_change_of_clocks_is_told_from_one_that_ends_before_it_starts(
    first: date, begins: time, last: date, ends: time
) -> None:
    starts_at, ends_at = datetime.combine(first, begins, LONDON), datetime.combine(last, ends, LONDON)
    person = User(is_active=True, roles=["triage_worker"], organisation=Organisation(active=True))
    asked = Duty(person=person, starts_at=starts_at, ends_at=ends_at, place=1, phone="07700 900101")
    try:
        rota._check(asked, datetime(2026, 1, 1, tzinfo=UTC))
    except Refused:
        assert ends_at.timestamp() <= starts_at.timestamp() or ends_at - starts_at > timedelta(days=7)
    else:
        assert ends_at.timestamp() > starts_at.timestamp()


def test_it_leaves_out_of_a_copied_week_what_the_change_of_clocks_leaves_no_time_for(
    amira: User, ben: User, clock: Clock
) -> None:
    rota.add(by=ben, duty=duty(amira, 1, datetime(2036, 3, 23, 1, 30, tzinfo=LONDON), hours=0.75))
    assert rota.copy_week(by=ben, monday=date(2036, 3, 17)) == (0, 1)


def test_a_week_from_monday_to_monday_is_a_week_when_the_clocks_go_back(amira: User, ben: User, clock: Clock) -> None:
    monday = datetime(2036, 10, 20, 9, 0, tzinfo=LONDON)
    shift = rota.add(by=ben, duty=duty(amira, 1, monday, hours=168))
    assert shift.ends_at.astimezone(UTC) - shift.starts_at.astimezone(UTC) == timedelta(hours=169)


def test_it_sets_the_same_hours_once(ben: User, clock: Clock) -> None:
    for _ in range(2):
        rota.set_hours(by=ben, opens=time(8), closes=time(20), answer_minutes=4, again_minutes=7)
    assert NightHours.objects.count() == 1


def test_it_refuses_office_hours_that_leave_hardly_a_night(ben: User, clock: Clock) -> None:
    with pytest.raises(Refused, match="14 hours a day at most"):
        rota.set_hours(by=ben, opens=time(0), closes=time(23, 59), answer_minutes=10, again_minutes=10)
    rota.set_hours(by=ben, opens=time(7), closes=time(21), answer_minutes=10, again_minutes=10)


def test_it_goes_by_the_authoritys_own_hours_and_minutes(
    tess: User, amira: User, ben: User, on_call: Callable[..., Shift], clock: Clock
) -> None:
    from referrals.models import NightAlarm, Page
    from referrals.services import submitting
    from tests.cast import a_submission

    rota.set_hours(by=ben, opens=time(8), closes=time(20), answer_minutes=4, again_minutes=7)
    clock.move_to(OFFICE.replace(hour=18))
    submitting.submit(by=tess, submission=a_submission())
    assert not NightAlarm.objects.exists()
    clock.move_to(NIGHT)
    on_call(amira, 1)
    submitting.submit(by=tess, submission=a_submission())
    page = Page.objects.get()
    assert page.answer_by - page.paged_at == timedelta(minutes=4)


def test_it_offers_the_out_of_hours_team_first(amira: User, ben: User, gita: User) -> None:
    team = Team.objects.create(name="Night desk", kind=TeamKind.OUT_OF_HOURS)
    User.objects.filter(pk=ben.pk).update(team=team)
    assert [label for _, label in selectors.choices()] == [
        "Ben Example, Out of hours team",
        "Amira Example, Triage worker",
    ]
