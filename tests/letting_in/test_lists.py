"""Lists: the same number of queries for one row and for many, pages that continue, and searches that forgive."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import api_keys
from accounts.models import AccessReview, Organisation, User
from accounts.policy import API_SCOPES
from accounts.services import invitations

pytestmark = pytest.mark.django_db


def add(number: int, school: Organisation, leo: User) -> None:
    """So many of everything that the lists show."""
    start = Organisation.objects.count()
    for n in range(start, start + number):
        more = Organisation.objects.create(name=f"School {n:03}", kind="school")
        User.objects.create_user(f"p{n}@x.example", name=f"Person {n:03}", organisation=school, roles=["practitioner"])
        invitations.invite(
            by=leo, organisation=school, name=f"New {n}", email=f"n{n}@x.example", roles=["practitioner"]
        )
        api_keys.issue(organisation=school, name=f"Key {n}", scopes=API_SCOPES, by=leo)
        AccessReview.objects.create(organisation=more, quarter=date(2026, 10, 1))


def cost(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize(
    "address",
    [
        "/organisations/",
        "/organisations/{}/",
        "/people/",
        "/people/?q=person",
        "/organisations/{}/keys/",
        "/reviews/",
        "/reviews/{review}/",
        "/teams/",
    ],
)
def test_a_page_costs_the_same_for_one_row_and_for_fifty(address, school, leo, tess, polly, client_for):
    review = AccessReview.objects.create(organisation=school, quarter=date(2026, 10, 1))
    browser, at = client_for(polly), address.format(school.pk, review=review.pk)
    add(1, school, leo)
    cost(browser, at)
    one = cost(browser, at)
    add(49, school, leo)
    assert cost(browser, at) == one


def walk(browser: Client, address: str, rows: Callable[[object], list[str]]) -> list[str]:
    found: list[str] = []
    while address:
        page = browser.get(address)
        found += rows(page)
        address = address.partition("?")[0] + page.context["next"] if page.context["next"] else ""
    return found


def test_each_organisation_is_on_one_page(school, leo, polly, client_for):
    add(120, school, leo)
    names = walk(client_for(polly), "/organisations/", lambda page: [row.name for row in page.context["listing"].rows])
    assert len(names) == len(set(names)) == Organisation.objects.count()
    assert names == sorted(names, key=str.lower)


def test_people_of_one_name_are_each_on_one_page(school, leo, client_for):
    for n in range(110):
        User.objects.create_user(f"s{n}@x.example", name="Sam Same", organisation=school, roles=["practitioner"])
    ids = walk(client_for(leo), "/people/", lambda page: [row.pk for row in page.context["listing"].rows])
    assert len(ids) == len(set(ids)) == User.objects.filter(organisation=school).count()


@pytest.mark.parametrize(
    "query", ["?after=x", "?after=9999999999999999999999", "?q=%00", "?show=nonsense", "?before=-1"]
)
@pytest.mark.parametrize("address", ["/organisations/", "/people/", "/reviews/"])
def test_an_address_that_somebody_made_up_is_the_first_page(address, query, polly, client_for):
    assert client_for(polly).get(address + query).status_code == 200


def test_a_lead_sees_their_own_people_and_no_others(leo, tess, pat, hal, amira, client_for):
    rows = client_for(leo).get("/people/").context["listing"].rows
    assert {row.pk for row in rows} == {leo.pk, tess.pk}
    assert client_for(leo).get("/people/?q=Pat").context["listing"].rows == []


def test_it_finds_by_name_address_and_organisation(leo, tess, pat, polly, client_for):
    browser = client_for(polly)
    for typed, who in (("tess", tess), (pat.email[:8], pat), ("police", pat)):
        assert [row.pk for row in browser.get("/people/", {"q": typed}).context["listing"].rows] == [who.pk]
