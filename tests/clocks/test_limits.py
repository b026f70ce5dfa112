"""Time limits are data: loaded once, changed from a day on, never in the past."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from mash.audit.models import Event
from mash.lib.workingdays import LONDON, add_working_days
from referrals.choices import ClockKey, LimitBasis, LimitUnit
from referrals.errors import Refused
from referrals.models import ClockPause, Limit, Referral
from referrals.models.clocks import NATIONAL, NEVER_PAUSED
from referrals.selectors import clocks
from referrals.selectors import limits as selectors
from referrals.services import limits, ratings, submitting
from tests.cast import a_submission

pytestmark = pytest.mark.django_db
CHANGE: dict[str, Any] = {
    "key": ClockKey.DECISION,
    "amount": 2,
    "unit": LimitUnit.WORKING_DAYS,
    "source": "National guidance of 2028.",
    "reason": "The guidance was issued again.",
    "warn_at": 40,
    "tell_manager_at": 70,
}


def change(by: User, **changes: Any) -> Limit:
    return limits.change(by=by, **{**CHANGE, "from_day": timezone.localdate() + timedelta(days=1), **changes})


@pytest.fixture
def monday() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2027-06-07T09:00:00Z", tick=False) as now:
        yield now


def test_it_loads_what_ships_once(capsys: pytest.CaptureFixture[str]) -> None:
    before = Limit.objects.count()
    assert before == len(limits._entries()) == len(ClockKey)
    call_command("load_limits", database="default")
    assert "nothing new" in capsys.readouterr().out and Limit.objects.count() == before


def test_a_later_version_of_what_ships_counts_from_when_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {**limits._entries()[0], "amount": 3, "source": "National guidance of 2028."}
    monkeypatch.setattr(limits, "_entries", lambda: [entry])
    (row,) = limits.load()
    assert row.in_force_from >= row.added_at
    assert selectors.limit(ClockKey.DECISION, at=timezone.now() - timedelta(days=1)).amount == 1
    assert limits.load() == []


def test_every_kind_has_a_source_a_meaning_and_a_place_on_the_page() -> None:
    shown = [line.limit for _, lines in selectors.page() for line in lines]
    assert {row.key for row in shown} == set(ClockKey.values)
    assert all(row.source and row.means and row.starts_at for row in shown)
    own = [row for row in shown if row.basis == LimitBasis.LOCAL]
    assert all("own choice" in row.source for row in own) and {row.key for row in shown} - {
        row.key for row in own
    } == set(NATIONAL)


def test_a_change_never_moves_what_has_begun(monday: time_machine.Traveller, tess: User, ben: User) -> None:
    old = submitting.submit(by=tess, submission=a_submission("D05"))
    change(ben)
    change(ben, key=ClockKey.RAG_GREEN, amount=60, unit=LimitUnit.OFFICE_MINUTES)
    today = submitting.submit(by=tess, submission=a_submission("D05"))
    before = clocks.gathering(old)
    monday.shift(timedelta(days=1))
    new = submitting.submit(by=tess, submission=a_submission("D05"))
    for row in (old, today):
        assert row.decision_due_at == add_working_days(row.submitted_at, 1) == clocks.decision(row).due_at
        rated = clocks.gathering(row)
        assert rated is not None and before is not None and rated.rule.amount == 480
        assert rated.due_at == before.due_at
    assert new.decision_due_at == add_working_days(new.submitted_at, 2)
    green = clocks.gathering(new)
    assert green is not None and green.rule.amount == 60


def test_a_colour_raised_later_goes_by_the_limit_in_force_then(
    monday: time_machine.Traveller, tess: User, ben: User
) -> None:
    referral = submitting.submit(by=tess, submission=a_submission("D05"))
    change(ben, key=ClockKey.RAG_RED, amount=30, unit=LimitUnit.CLOCK_MINUTES)
    monday.shift(timedelta(days=1))
    ratings.rate(by=ben, referral=referral, colour="red", reason="New facts.")
    red = clocks.gathering(referral)
    assert red is not None and red.rule.amount == 30


@given(days=st.lists(st.tuples(st.integers(1, 400), st.integers(1, 60)), max_size=6), look=st.integers(-30, 500))
def test_the_one_in_force_is_the_last_that_began(days: list[tuple[int, int]], look: int) -> None:
    """Whatever is set and in whichever order, each moment has one limit, and what comes later changes nothing."""
    now = datetime(2027, 1, 1, tzinfo=LONDON)
    shipped = Limit(key="decision", amount=1, unit="working_days", in_force_from=datetime(2000, 1, 1, tzinfo=LONDON))
    rows = [shipped, *(Limit(key="decision", amount=n, in_force_from=now + timedelta(days=day)) for day, n in days)]
    for number, row in enumerate(rows):
        row.pk = number
    ordered = sorted(rows, key=lambda row: (row.in_force_from, row.pk), reverse=True)
    at = now + timedelta(days=look)
    found = selectors.Book({"decision": ordered}).at("decision", at)
    begun = [row for row in rows if row.in_force_from <= at]
    assert found in begun and all(row.in_force_from <= found.in_force_from for row in begun)
    later = [row for row in ordered if row.in_force_from > at]
    assert selectors.Book({"decision": [row for row in ordered if row not in later]}).at("decision", at) == found


def test_of_two_from_one_day_the_later_entry_counts(ben: User) -> None:
    change(ben, amount=2)
    row = change(ben, amount=3)
    assert selectors.limit(ClockKey.DECISION, at=row.in_force_from) == row


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"from_day": date(2026, 1, 1)}, "from_day"),
        ({"amount": 0}, "amount"),
        ({"key": ClockKey.RAG_RED, "unit": LimitUnit.OFFICE_MINUTES}, "unit"),
        ({"key": ClockKey.RAG_AMBER, "unit": LimitUnit.CLOCK_MINUTES}, "unit"),
        ({"warn_at": 80, "tell_manager_at": 80}, "tell_manager_at"),
        ({"may_be_paused": True}, "may_be_paused"),
        ({"key": ClockKey.LATER_CORE_GROUPS, "unit": LimitUnit.WEEKS, "may_be_paused": True}, "may_be_paused"),
        ({"source": ""}, "source"),
        ({"reason": ""}, "reason"),
    ],
)
def test_it_refuses_what_no_limit_can_be(ben: User, changes: dict[str, Any], field: str) -> None:
    before = Limit.objects.count()
    with pytest.raises(Refused) as refusal:
        change(ben, **changes)
    assert refusal.value.field == field and Limit.objects.count() == before


def test_only_who_sets_clocks_may(amira: User, ben: User) -> None:
    with pytest.raises(PermissionDenied):
        change(amira)
    row = change(ben)
    event = Event.objects.get(what="limit_changed")
    assert (event.about_id, event.actor_id) == (row.pk, ben.pk)


def shipped(**changes: Any) -> dict[str, Any]:
    """The columns of a limit that the database takes."""
    row = Limit.objects.values().get(key=changes.get("key", ClockKey.CASE_ALLOCATION), by=None)
    return {name: value for name, value in {**row, **changes}.items() if name != "id"}


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"key": ClockKey.DECISION, "may_be_paused": True}, "limit_of_law_is_never_paused"),
        ({"key": ClockKey.ASSESSMENT, "may_be_paused": True}, "limit_of_law_is_never_paused"),
        ({"key": ClockKey.RAG_RED, "may_be_paused": True}, "limit_of_law_is_never_paused"),
        ({"key": ClockKey.ASSESSMENT, "basis": "local"}, "limit_national_stays_national"),
        ({"key": ClockKey.RAG_RED, "unit": "office_minutes"}, "limit_red_runs_through_the_night"),
        ({"key": ClockKey.RAG_GREEN, "unit": "clock_minutes"}, "limit_amber_and_green_count_office_time"),
        ({"amount": 0}, "limit_amount_is_something"),
        ({"source": ""}, "limit_has_a_source"),
        ({"warn_at": 90, "tell_manager_at": 80}, "limit_warns_before_it_is_used"),
        ({"key": ClockKey.DECISION, "unit": "moons", "may_be_paused": True}, "limit_of_law_is_never_paused"),
    ],
)
def test_the_database_refuses_it_too(changes: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Limit.objects.create(**shipped(**changes))


def test_the_database_refuses_a_change_of_the_past(ben: User) -> None:
    now = timezone.now()
    row = shipped(by_id=ben.pk, reason="To look better.", added_at=now, in_force_from=now - timedelta(days=1))
    with pytest.raises(IntegrityError, match="limit_changes_the_future_alone"), transaction.atomic():
        Limit.objects.create(**row)


@pytest.mark.parametrize("table", ["limit", "ragrating", "gathered", "clockwarning"])
def test_the_application_can_neither_change_nor_erase_them(table: str) -> None:
    for statement in (f"UPDATE referrals_{table} SET id = id", f"DELETE FROM referrals_{table}"):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_of_a_pause_only_its_end_may_be_written() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE referrals_clockpause SET until = until, ended_by_id = ended_by_id")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("UPDATE referrals_clockpause SET since = since")


@pytest.mark.parametrize("key", NEVER_PAUSED)
def test_the_database_stops_no_clock_of_law(referral: Referral, ben: User, key: str) -> None:
    limit = Limit.objects.filter(key=key).earliest("pk")
    with pytest.raises(IntegrityError), transaction.atomic():
        pause(referral, ben, limit, key)


def test_the_database_stops_only_what_its_own_limit_allows(referral: Referral, ben: User) -> None:
    acceptance, amber = (Limit.objects.get(key=key) for key in (ClockKey.CASE_ACCEPTANCE, ClockKey.RAG_AMBER))
    for limit, key in ((acceptance, acceptance.key), (amber, ClockKey.CASE_ACCEPTANCE)):
        with pytest.raises(IntegrityError, match="pause_only_where_the_limit_allows"), transaction.atomic():
            pause(referral, ben, limit, key)
    pause(referral, ben, amber, amber.key)
    with pytest.raises(IntegrityError, match="pause_one_at_a_time_of_referral"), transaction.atomic():
        pause(referral, ben, amber, amber.key)


def pause(referral: Referral, by: User, limit: Limit, key: str) -> ClockPause:
    now = timezone.now()
    return ClockPause.objects.create(referral=referral, key=key, limit=limit, reason="Waiting.", by=by, since=now)
