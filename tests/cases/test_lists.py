"""The lists of cases: what waits, whose it is, what is overdue; the same cost for one row and for fifty."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from referrals.choices import Service
from referrals.models import Case
from referrals.selectors import cases as listings
from referrals.services import allocating, cases, clock_warnings, decisions, queue, submitting
from tests.cast import a_child, a_submission
from tests.referrals.a_case import JUDGEMENTS, offered

pytestmark = pytest.mark.django_db
TWO = (a_child(given_name="Ada"), a_child(given_name="Bo"))
MONDAY = datetime(2027, 6, 7, 9, 0, tzinfo=UTC)


@pytest.fixture
def many(tess, ben):
    def made(number: int, *, to: Service = Service.GATEWAY) -> list[Case]:
        return [offered(to=to, sender=tess, triage=ben, name=f"Child{n}") for n in range(number)]

    return made


def shown(user, **asked) -> list[int]:
    return listings.ids(listings.listing(user, **asked).rows)


def test_it_puts_each_case_in_one_list_with_its_number(many, gus, gita):
    first, second, third = many(3)
    allocating.take_in(by=gus, case=second)
    cases.accept(by=gita, case=third)
    found = listings.listing(gus)
    assert (found.offered, found.waiting, found.open) == (1, 1, 1)
    lists = {show: shown(gus, show=show) for show in ("offered", "waiting", "open")}
    assert lists == {"offered": [first.pk], "waiting": [second.pk], "open": [third.pk]}
    assert shown(gus, show="open", mine=True) == [] and shown(gita, show="open", mine=True) == [third.pk]


def test_it_puts_first_what_nobody_looked_at_for_longest_and_says_who_did(many, gus, gita, time_machine):
    first, second = many(2)
    for case in (first, second):
        allocating.take_in(by=gus, case=case)
    allocating.look_again(by=gita, case=first, note="No new risk.")
    found = listings.listing(gus, show="waiting").rows
    assert [row.case.pk for row in found] == [second.pk, first.pk]
    assert [row.looked_by for row in found] == ["", "Gita Example"]
    assert {row.clock_title for row in found} == {"A worker is named"}


def test_it_keeps_what_is_overdue_or_to_be_looked_at_again(many, gus, gita, time_machine):
    time_machine.move_to(MONDAY)
    old = many(1)[0]
    allocating.take_in(by=gus, case=old)
    time_machine.move_to(MONDAY + timedelta(days=8))
    new = many(2)[1]
    allocating.take_in(by=gus, case=new)
    clock_warnings.warn()
    found = listings.listing(gus, show="waiting", only="overdue")
    assert (listings.ids(found.rows), found.late, found.to_look_at) == ([old.pk], 1, 1)
    assert shown(gus, show="waiting", only="review") == [old.pk]
    allocating.look_again(by=gita, case=old, note="No new risk.")
    assert shown(gus, show="waiting", only="review") == []
    assert set(shown(gus, show="waiting", only="nonsense")) == {new.pk, old.pk}


@pytest.mark.parametrize("show", ["offered", "waiting", "open"])
@pytest.mark.parametrize("only", ["", "overdue"])
def test_it_asks_the_database_as_often_for_one_row_as_for_fifty(many, gus, gita, show, only, time_machine):
    def move(rows):
        for case in rows if show != "offered" else []:
            allocating.take_in(by=gus, case=case)
            if show == "open":
                allocating.allocate(by=gus, case=case, worker=gita, reason="R")

    def cost() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            found = listings.listing(gus, show=show, only=only)
        return len(found.rows), len(asked)

    time_machine.move_to(MONDAY)
    move(many(1))
    time_machine.move_to(MONDAY + timedelta(days=200))
    clock_warnings.warn()
    one = cost()
    time_machine.move_to(MONDAY)
    rows = many(12)
    move(rows)
    time_machine.move_to(MONDAY + timedelta(days=200))
    clock_warnings.warn()
    several = cost()
    expected = (1, 13) if only == "" or show != "open" else (0, 0)
    assert (one[0], several[0]) == expected and one[1] == several[1]


def test_it_pages_by_place_and_loses_nobody(many, gus, monkeypatch):
    monkeypatch.setattr(listings, "SIZE", 2)
    rows = many(5)
    for case in rows:
        allocating.take_in(by=gus, case=case)
    seen, after = [], ""
    while True:
        page = listings.listing(gus, show="waiting", after=after)
        seen += listings.ids(page.rows)
        after = page.later
        if not after:
            break
    assert seen == [case.pk for case in rows]


# Danger now


@pytest.fixture
def in_danger(tess, ben, carl) -> Case:
    """The last to come, at Level 4 like the others."""
    for name in ("Bo", "Cy", "Di"):
        offered(to=Service.CADT, sender=tess, triage=ben, name=name)
    return offered(to=Service.CADT, sender=tess, triage=ben, name="Jory", immediate_danger=True)


@pytest.mark.parametrize("show", ["offered", "waiting", "open"])
def test_it_puts_danger_now_first_and_marks_it(in_danger, carl, client_for, show):
    for case in Case.objects.select_related("referral", "subject").order_by("pk") if show != "offered" else ():
        allocating.take_in(by=carl, case=case)
        if show == "open":
            allocating.allocate(by=carl, case=case, worker=carl, reason="R")
    assert shown(carl, show=show)[0] == in_danger.pk
    page = client_for(carl).get("/cases/", {"show": show}).content.decode()
    assert ("Danger now, when it was sent" if show == "open" else "Danger now: look at once") in page


def test_the_file_calls_for_a_look_only_until_somebody_has_the_case(in_danger, carl, client_for):
    address, client = f"/queue/{in_danger.referral.reference}/", client_for(carl)
    assert "Danger now: look at once" in client.get(address).content.decode()
    cases.accept(by=carl, case=in_danger)
    page = client.get(address).content.decode()
    assert "Danger now: look at once" not in page and "Danger now, when it was sent" in page


def test_it_pages_past_danger_and_loses_nobody(in_danger, tess, ben, carl, monkeypatch):
    for name, danger in (("Ed", True), ("Flo", False), ("Gil", True)):
        offered(to=Service.CADT, sender=tess, triage=ben, name=name, immediate_danger=danger)
    for size in (1, 2, 3):
        monkeypatch.setattr(listings, "SIZE", size)
        seen, after = [], ""
        while True:
            page = listings.listing(carl, after=after)
            seen += [row.case.subject.given_name for row in page.rows]
            after = page.later
            if not after:
                break
        assert seen == ["Jory", "Ed", "Gil", "Bo", "Cy", "Di", "Flo"]


def test_it_shows_the_referrals_own_clock_while_a_brother_is_undecided(tess, ben, carl, client_for, time_machine):
    time_machine.move_to(MONDAY)
    referral = submitting.submit(by=tess, submission=a_submission(children=TWO))
    queue.claim(by=ben, referral=referral)
    ada, bo = referral.subjects.order_by("position")
    decisions.decide(by=ben, subject=ada, judgement=JUDGEMENTS[Service.CADT])
    time_machine.move_to(MONDAY + timedelta(days=3))
    page = client_for(carl).get("/cases/").content.decode()
    assert "information: overdue" in page and "app-rag--red" in page
    decisions.decide(by=ben, subject=bo, judgement=JUDGEMENTS[Service.CADT])
    assert "app-rag" not in client_for(carl).get("/cases/").content.decode()
