"""The access review of each quarter."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.errors import NotNow, Refused
from accounts.models import AccessAnswer, AccessReview, User
from accounts.policy import Role
from accounts.services import people, reviews, rights
from accounts.services.people import FIELDS
from accounts.tasks import look_after
from mash.audit.models import Event
from mash.outbox.models import Message
from tests.cast import person

pytestmark = pytest.mark.django_db
OPENS = date(2027, 1, 1)


@pytest.fixture
def opened(leo, tess, school) -> AccessReview:
    """The school's review of the first quarter of 2027, on its first day."""
    User.objects.update(date_joined=datetime(2026, 11, 1, tzinfo=UTC))
    reviews.open_due(today=OPENS)
    return AccessReview.objects.get(organisation=school)


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_it_knows_the_quarter(day, first):
    assert reviews.quarter_of(day) == first


def test_it_opens_once_and_tells_the_leads_and_the_administrators_once(opened, leo, polly):
    User.objects.update(date_joined=datetime(2026, 11, 1, tzinfo=UTC))
    for day in (OPENS, OPENS + timedelta(days=1), OPENS + timedelta(days=13)):
        reviews.open_due(today=day)
    told = Message.objects.filter(kind="access_review")
    assert sorted(told.values_list("recipient_user", flat=True)) == sorted([leo.pk, polly.pk])
    reviews.open_due(today=OPENS + timedelta(days=14))
    assert told.count() == 4, "a reminder each, after 14 days"
    reviews.open_due(today=OPENS + timedelta(days=60))
    assert told.count() == 4
    reviews.open_due(today=date(2027, 4, 1))
    assert AccessReview.objects.filter(organisation=leo.organisation).count() == 2


def test_it_does_not_open_for_an_organisation_that_joined_since_or_has_left(opened, high, school):
    hal = person("Hal", high, Role.SAFEGUARDING_LEAD)
    User.objects.filter(pk=hal.pk).update(date_joined=datetime(2027, 1, 1, 9, tzinfo=UTC))
    assert reviews.open_due(today=OPENS) == 1
    assert not AccessReview.objects.filter(organisation=high).exists()
    type(school).objects.filter(pk=school.pk).update(active=False)
    assert reviews.open_due(today=OPENS + timedelta(days=20)) == 0
    assert Message.objects.filter(kind="access_review", key__endswith="reminder").count() == 0


def test_it_asks_for_an_answer_about_each(opened, leo, tess):
    with pytest.raises(Refused, match="Leo Example, Tess Example"):
        reviews.finish(by=leo, review=opened)
    for who in (leo, tess):
        reviews.keep(by=leo, review=opened, person=who)
    done = reviews.finish(by=leo, review=opened)
    assert (done.finished_by, done.finished_at is not None) == (leo, True)
    with pytest.raises(NotNow, match="Leo Example has finished"):
        reviews.finish(by=leo, review=opened)
    assert Event.objects.filter(what="access_kept").count() == 2
    assert Event.objects.filter(what="review_finished").count() == 1


def test_a_change_and_a_leave_are_answers_too(opened, leo, tess, school, polly):
    with time_machine.travel(datetime(2027, 1, 5, 10, tzinfo=UTC)):
        people.change(
            by=polly,
            person=leo,
            seen=rights.mark(leo, FIELDS),
            name="Leo Marsh",
            roles=leo.roles,
            team=None,
            registration="",
        )
        people.let_go(by=leo, person=tess, seen=rights.mark(tess, FIELDS), to=None)
        assert dict(AccessAnswer.objects.values_list("user", "found")) == {leo.pk: "changed", tess.pk: "let_go"}
        reviews.finish(by=polly, review=opened)


def test_nobody_says_more_of_themselves_than_that_it_is_right(opened, leo):
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessAnswer.objects.create(review=opened, user=leo, found="changed", by=leo)


def test_it_is_for_those_whose_people_they_are(opened, leo, hal, tess, pat, client_for):
    with pytest.raises(PermissionDenied):
        reviews.keep(by=tess, review=opened, person=leo)
    with pytest.raises(NotNow, match="not in this review"):
        reviews.keep(by=leo, review=opened, person=pat)
    assert client_for(hal).get(f"/reviews/{opened.pk}/").status_code == 404
    assert client_for(tess).get(f"/reviews/{opened.pk}/").status_code == 404


def test_the_page_takes_answers_and_the_end(opened, leo, tess, client_for):
    browser, address = client_for(leo), f"/reviews/{opened.pk}/"
    assert "2 without an answer" in browser.get(address).content.decode()
    refused = browser.post(address, {"finish": "yes"}).content.decode()
    assert "<title>Error: " in refused and "There is a problem" in refused
    assert "Not everybody has an answer yet" in refused
    for who in (leo, tess):
        assert browser.post(address, {"keep": str(who.pk)})["Location"] == address
    assert "Everybody has an answer" in browser.get(address).content.decode()
    assert browser.post(address, {"finish": "yes"})["Location"] == "/reviews/"
    for odd in ({}, {"keep": "x"}, {"keep": "9" * 30}, {"keep": "0"}):
        assert browser.post(address, odd).status_code == 200


def test_it_is_told_on_the_first_page_after_sign_in(opened, leo, tess, client_for):
    page = client_for(leo).get("/", follow=True).content.decode()
    assert "access review of January to March 2027" in page.lower() or "January to March 2027" in page
    assert f'href="/reviews/{opened.pk}/"' in page
    assert "January to March 2027" not in client_for(tess).get("/", follow=True).content.decode()


def test_the_administrator_sees_who_is_overdue(opened, polly, client_for):
    with time_machine.travel(datetime(2027, 1, 28, 12, tzinfo=UTC)):
        assert "overdue" not in client_for(polly).get("/reviews/").content.decode().lower()
    with time_machine.travel(datetime(2027, 1, 29, 12, tzinfo=UTC)):
        assert "1 overdue" in client_for(polly).get("/reviews/").content.decode()


def test_the_job_does_all_of_it(leo, tess):
    User.objects.update(date_joined=datetime(2026, 1, 1, tzinfo=UTC))
    look_after()
    look_after()
    assert AccessReview.objects.count() == 1
