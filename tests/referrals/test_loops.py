"""How many loops are closed, how and how soon; and nothing of it for who may not know."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, User
from accounts.policy import Role
from mash.lib.workingdays import LONDON, is_working_day
from mash.outbox.models import CallTask
from referrals.choices import OutcomeKind, ReadHow, Service
from referrals.models import Outcome, Party, Reading, Referral, Telling
from referrals.selectors import loops, loops_page
from referrals.services import restricting, submitting, telling, withdrawing
from referrals.services.telling import News
from tests.cast import a_child, a_concern, a_submission, person
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db
NOW = datetime(2048, 11, 18, 12, tzinfo=UTC)
OCTOBER = datetime(2048, 10, 14, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def november() -> Iterator[None]:
    with time_machine.travel(NOW):
        yield


@pytest.fixture
def analyst(hub: Organisation) -> User:
    return person("Ana", hub, Role.ANALYST)


def told(referral: Referral, count: int, *, at: datetime = OCTOBER) -> list[Outcome]:
    """So many loops that began then, and that nobody has closed."""
    with time_machine.travel(at, tick=False):
        news = News(OutcomeKind.DECIDED, "We decided.")
        return [telling.tell(referral=referral, news=news) for _ in range(count)]


def read(outcomes: list[Outcome], by: User, *, how: str = ReadHow.PRODUCT, at: datetime = OCTOBER) -> None:
    Reading.objects.bulk_create(Reading(outcome=one, user=by, how=how, at=at) for one in outcomes)


def text(client, path: str = "/loops/") -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def main(client, path: str = "/loops/") -> str:
    return text(client, path).partition("<main")[2].partition("</main>")[0]


# What a loop is, and when it is closed


def test_it_counts_news_that_must_be_read_and_no_receipt(tess, ben):
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    assert loops_page.page(ben).total.loops == "1"
    assert Outcome.objects.filter(referral=case.referral).count() == 2


def test_it_is_closed_by_the_first_reading_and_says_how(referral, tess, ben):
    one, two, three, _open = told(referral, 4)
    read([one], tess, at=OCTOBER + timedelta(days=1))
    read([one, two], ben, how=ReadHow.PHONE, at=OCTOBER + timedelta(days=2))
    read([three], tess)
    page = loops_page.page(ben)
    assert (page.total.loops, page.total.closed, page.total.still_open, page.total.share) == ("4", "3", "1", "75%")
    assert dict(page.ways)["Read here"] == "2" and dict(page.ways)["Told by telephone or in person"] == "1"
    assert (page.total.median, page.total.most) == ("1", "2")


def test_it_is_closed_by_a_letter_that_was_written_down(silent, ben):
    case = offered(to=Service.CADT, sender=silent, triage=ben)
    message = Telling.objects.get(outcome__kind=OutcomeKind.DECIDED).message
    telling.by_a_person(by=ben, call=CallTask.objects.get(message=message), how=CallTask.How.LETTER)
    page = loops_page.page(ben)
    assert (page.total.closed, dict(page.ways)["Told by letter"]) == ("1", "1")
    assert case.referral.outcomes.filter(readings=None).exists()


def test_it_is_not_closed_by_a_call_that_came_to_nothing(silent, ben):
    offered(to=Service.CADT, sender=silent, triage=ben)
    call = CallTask.objects.earliest("pk")
    telling.by_a_person(by=ben, call=call, how=CallTask.How.NOT_POSSIBLE, note="Gone.")
    assert loops_page.page(ben).total.closed == "0"


@pytest.fixture
def silent(tess: User) -> User:
    User.objects.filter(pk=tess.pk).update(email="not an address")
    tess.refresh_from_db()
    return tess


def test_it_counts_who_cannot_be_told_apart(referral, ben):
    outcome = told(referral, 1)[0]
    party = Party.objects.create(referral=referral, name="Nobody", cannot_be_told="They gave no name.")
    Telling.objects.create(outcome=outcome, party=party, untold_because="They gave no name.")
    page = loops_page.page(ben)
    assert (page.total.loops, page.untold) == ("1", "1")


def test_it_says_how_old_the_open_ones_are(referral, ben):
    told(referral, 1, at=NOW - timedelta(days=1)), told(referral, 2, at=NOW - timedelta(days=90))
    assert dict(loops_page.page(ben).ages) == {
        "Up to 3 working days": "1",
        "4 to 10 working days": "0",
        "11 to 20 working days": "0",
        "More than 20 working days": "2",
    }


DAYS = st.integers(0, 300)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(st.tuples(DAYS, st.one_of(st.none(), st.integers(0, 40))), min_size=1, max_size=8))
def test_it_counts_as_somebody_would_by_hand(made, referral, tess, ben):
    """The share and the days, against a plain loop over the calendar."""
    with transaction.atomic():
        expected, closed = [], 0
        for back, later in made:
            began = NOW - timedelta(days=back)
            outcome = told(referral, 1, at=began)[0]
            ended = NOW if later is None else min(NOW - timedelta(seconds=1), began + timedelta(days=later))
            if later is not None:
                read([outcome], tess, at=ended)
                closed += 1
            expected.append(_by_hand(began, ended))
        scope = Referral.objects.filter(pk=referral.pk)
        found = loops.cells(scope, since=NOW - timedelta(days=366), until=NOW + timedelta(seconds=1))
        transaction.set_rollback(True)
    assert sorted(cell.days for cell in found for _ in range(cell.loops)) == sorted(expected)
    assert sum(cell.loops for cell in found if cell.how) == closed


def _by_hand(began: datetime, ended: datetime) -> int:
    day, last, count = began.astimezone(LONDON).date(), ended.astimezone(LONDON).date(), 0
    while day < last:
        day += timedelta(days=1)
        count += is_working_day(day)
    return count


# Who sees what


def test_it_counts_for_a_manager_what_they_may_see(referral, ben, carl, gus):
    told(referral, 3)
    assert [loops_page.page(user).total.loops for user in (ben, carl, gus)] == ["3", "3", "0"]


@pytest.mark.parametrize("act", ["restrict", "lift", "read", "withdraw"])
def test_it_lets_no_act_of_today_change_a_month_that_is_over(act, referral, tess, ben, analyst, client_for):
    """Whoever compares two readings of the page would learn of the one referral between them."""
    read(told(referral, 30)[:20], tess)
    told(submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="Bo"),))), 12)
    if act == "lift":
        restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff.")
    client = client_for(analyst)
    before = main(client), text(client, "/loops/loops-closed.csv")
    assert "42" in before[0]
    if act == "read":
        telling.read(by=tess, referral=referral, how=ReadHow.PRODUCT)
    elif act == "withdraw":
        ending = withdrawing.ends(referral)
        withdrawing.withdraw(by=tess, referral=referral, reason="A mistake.", ending=ending)
    else:
        restricting.restrict(by=ben, referral=referral, restricted=act == "restrict", reason="Staff.")
    assert (main(client), text(client, "/loops/loops-closed.csv")) == before


def test_it_counts_no_worry_about_somebody_who_works_with_children(tess, analyst, ben, lara):
    about_worker = a_concern("D19", category="allegation_against_worker")
    told(submitting.submit(by=tess, submission=a_submission(concerns=(about_worker,))), 20)
    assert loops_page.page(analyst).total is None
    assert loops_page.page(ben).total.loops == "0" and loops_page.page(lara).total.loops == "20"


def test_it_shows_an_analyst_the_months_that_are_over_as_they_were(referral, tess, analyst):
    outcomes = told(referral, 20)
    told(referral, 20, at=NOW)
    read(outcomes[:12], tess)
    read(outcomes[12:], tess, at=NOW)
    page = loops_page.page(analyst)
    assert (page.total.loops, page.total.closed, page.total.still_open) == ("20", "12", "8")


def test_it_shows_an_analyst_no_small_number_in_page_or_file(referral, tess, pat, analyst, client_for):
    by_police = _of_another(pat)
    read(told(referral, 30)[:20], tess)
    read(told(by_police, 4, at=OCTOBER - timedelta(days=40))[:1], pat)
    client = client_for(analyst)
    page = text(client)
    assert "All organisations" in page and "Merebrook Police" not in page
    cells = re.findall(r"<(?:td|dd)[^>]*>(?:more than )?([0-9]+)<", page.split("What these words mean")[0])
    rows = list(csv.reader(io.StringIO(client.get("/loops/loops-closed.csv").content.decode("utf-8-sig"))))
    counts = [cell for row in rows[1:] for cell in row[2:5] if cell.isdigit()]
    assert cells and counts
    assert all(int(cell) >= 6 for cell in counts)


def _of_another(user: User) -> Referral:
    return submitting.submit(by=user, submission=a_submission(children=(a_child(given_name="Bo"),)))


def test_it_says_that_there_are_too_few(referral, analyst, client_for):
    told(referral, 5)
    assert "There are too few to show" in text(client_for(analyst))


def test_it_ignores_an_organisation_that_an_analyst_asks_for(referral, tess, analyst, client_for):
    told(referral, 20)
    everything = main(client_for(analyst))
    assert everything == main(client_for(analyst), f"/loops/?organisation={tess.organisation_id}")
    assert "By organisation" in everything


def test_it_shows_a_manager_one_organisation_by_month(referral, tess, pat, ben, client_for):
    told(referral, 2), told(_of_another(pat), 3, at=OCTOBER - timedelta(days=40))
    page = main(client_for(ben), f"/loops/?organisation={tess.organisation_id}")
    assert (
        "Mill Lane Primary" in page
        and "By organisation" not in page
        and "October 2048" in page
        and "September 2048" not in page
    )
    for odd in ("x", "-1", "9" * 30, "0"):
        assert "Merebrook Police" in text(client_for(ben), f"/loops/?organisation={odd}")


def test_it_lets_no_cell_of_the_file_be_a_formula(referral, tess, ben, client_for):
    Organisation.objects.filter(pk=tess.organisation_id).update(name="=cmd|'/c calc'!A1")
    told(referral, 1)
    assert ",'=cmd" in client_for(ben).get("/loops/loops-closed.csv").content.decode()


def test_it_costs_the_same_for_one_organisation_and_for_many(referral, pat, ben, client_for):
    client = client_for(ben)
    told(referral, 1)
    text(client)
    with CaptureQueriesContext(connection) as one:
        text(client)
    other = _of_another(pat)
    told(referral, 9), told(other, 9), told(other, 9, at=OCTOBER - timedelta(days=60))
    with CaptureQueriesContext(connection) as many:
        text(client)
    assert len(many) == len(one)


@pytest.mark.parametrize(("who", "status"), [("tess", 403), ("amira", 403), ("otto", 403), ("lara", 403), ("gus", 200)])
def test_it_is_for_managers_and_those_who_count(who, status, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert [client.get(path).status_code for path in ("/loops/", "/loops/loops-closed.csv")] == [status, status]


def test_it_measures_from_the_news_and_not_from_now(referral, tess, ben):
    """A Friday's news read on the Monday took one working day."""
    friday = datetime(2048, 10, 16, 16, tzinfo=UTC)
    read(told(referral, 1, at=friday), tess, at=friday + timedelta(days=3))
    assert loops_page.page(ben).total.median == "1"
