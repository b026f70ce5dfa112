"""The directory of local services: what fits, who keeps it, and what nobody has checked for long."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User
from accounts.policy import Role
from referrals.districts import district
from referrals.errors import Refused, SomeoneElse
from referrals.models import LocalService
from referrals.selectors import directory as selectors
from referrals.services import directory
from tests.advice.conftest import a_service, half_a_year_ago
from tests.cast import person

Listed = Callable[..., LocalService]
LINKS = "/local-help/"


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def browser(tess: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(tess)


@pytest.fixture
def keeper(polly: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(polly)


def typed(**changes: Any) -> dict[str, Any]:
    return {**a_service(), "districts": "MB1, mb3 4xy", **changes}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        *[("MB1", "MB1"), ("mb1 2ab", "MB1"), ("MB12AB", "MB1"), ("MB122AB", "MB12"), ("ch41 1aa", "CH41")],
        *[
            ("EC1A 1BB", "EC1A"),
            ("W1A", "W1A"),
            ("", ""),
            ("Harbour", ""),
            ("1 Mill Lane", ""),
            ("M١", ""),
            ("ZZ99 3VZ", ""),
        ],
    ],
)
def test_it_reads_the_first_half_of_a_postcode(text: str, found: str) -> None:
    assert district(text) == found


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Borough", "Near", "Far", "Teens"}),
        ("?worry=housing", {"Far"}),
        ("?age=3", {"Borough", "Near", "Far"}),
        ("?age=15", {"Borough", "Near", "Far", "Teens"}),
        ("?postcode=mb1+2ab", {"Borough", "Near", "Teens"}),
        ("?worry=education&age=3&postcode=MB1", {"Borough", "Near"}),
        ("?worry=nonsense&age=ninety&postcode=here&after=%00", {"Borough", "Near", "Far", "Teens"}),
        ("?after=99999999999999999999", {"Borough", "Near", "Far", "Teens"}),
    ],
)
def test_it_shows_what_fits(list_service: Listed, browser: Client, query: str, shown: set[str]) -> None:
    list_service(name="Borough")
    list_service(name="Near", districts=["MB1"])
    list_service(name="Far", districts=["MB9"], categories=["housing"])
    list_service(name="Teens", age_from=11)
    page = browser.get(LINKS + query)
    assert {entry.service.name for entry in page.context["listing"].entries} == shown


def test_it_says_what_it_could_not_use(list_service: Listed, browser: Client) -> None:
    page = words(browser.get(f"{LINKS}?age=seven&postcode=here"))
    assert "write it in years, like 7" in page and "write the first half, like MB1" in page


def test_it_puts_what_is_near_before_what_is_everywhere(list_service: Listed, tess: User) -> None:
    list_service(name="Everywhere")
    list_service(name="Zebra Street", districts=["MB1"])
    found = selectors.fitting(tess, categories=["education"], ages=[7], districts=["MB1"])
    assert [entry.service.name for entry in found] == ["Zebra Street", "Everywhere"]
    found = selectors.fitting(tess, categories=["education"], ages=[], districts=[])
    assert len(found) == 2, "what nobody knows shuts nothing out"


@pytest.mark.parametrize("somebody", ["tess", "leo", "amira", "gita", "otto"])
def test_it_is_kept_by_the_partnership_administrator_alone(
    somebody: str, request: pytest.FixtureRequest, list_service: Listed, client_for: Callable[[User], Client]
) -> None:
    user, row = request.getfixturevalue(somebody), list_service()
    for act in (
        lambda: directory.add(by=user, answers=a_service(name="Other")),
        lambda: directory.retire(by=user, service=row),
        lambda: directory.confirm(by=user, service=row, seen=directory.stamp(row.changed_at)),
    ):
        with pytest.raises(PermissionDenied):
            act()
    client = client_for(user)
    assert client.get(LINKS).status_code == 200
    assert client.get("/local-services/").status_code == client.get("/local-services/add/").status_code == 403
    assert client.post(f"/local-services/{row.pk}/retire/").status_code == 403


def test_it_adds_one_by_its_page(keeper: Client, polly: User) -> None:
    assert keeper.post("/local-services/add/", typed()).status_code == 302
    assert keeper.post("/local-services/add/", typed()).status_code == 302, "sent twice, it is added once"
    row = LocalService.objects.get()
    assert (row.districts, row.checked_by, row.checked_on.isoformat()) == (["MB1", "MB3"], polly, str(row.checked_on))
    assert row.active and "Harbour Family Hub" in words(keeper.get("/local-services/"))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "Enter the name of the service"),
        ({"does": ""}, "Say what the service does"),
        ({"categories": []}, "Select at least one worry"),
        ({"categories": ["allegation_against_worker"]}, "Select one of the answers in the list"),
        ({"age_from": "9", "age_to": "4"}, "This age must be the same as the first one, or older"),
        ({"age_to": "99"}, "must be between 0 and 25"),
        ({"phone": ""}, "Enter a phone number, a website or an email address"),
        ({"web": "javascript:alert(1)"}, "Enter a web address, like https://www.example.org"),
        ({"web": "http://[::1"}, "Enter a web address, like https://www.example.org"),
        ({"districts": "MB1, Harbour"}, "“Harbour” is not the first half of a postcode"),
        ({"access": "magic"}, "Select one of the answers in the list"),
        ({"does": "x" * 601}, "must be 600 characters or fewer"),
    ],
)
def test_it_says_what_is_wrong_and_keeps_what_was_typed(keeper: Client, changes: dict[str, Any], says: str) -> None:
    page = keeper.post("/local-services/add/", typed(**changes))
    assert page.status_code == 200 and says in words(page) and not LocalService.objects.exists()
    assert "Weekdays 9am to 5pm" in words(page) and "<title>Error: " in words(page)


def test_it_has_one_of_each_name(list_service: Listed, keeper: Client, polly: User) -> None:
    row = list_service()
    page = keeper.post("/local-services/add/", typed(name="HARBOUR family hub"))
    assert "There is a service with this name already" in words(page)
    directory.retire(by=polly, service=row)
    again = directory.add(by=polly, answers=a_service())
    with pytest.raises(Refused, match="this name already"):
        directory.bring_back(by=polly, service=row)
    directory.retire(by=polly, service=again)
    assert directory.bring_back(by=polly, service=row).active


def test_it_takes_what_is_retired_out_of_sight(list_service: Listed, keeper: Client, browser: Client) -> None:
    row = list_service()
    assert keeper.post(f"/local-services/{row.pk}/retire/").status_code == 302
    keeper.get("/local-services/")  # the page that says what was done
    assert "Harbour" not in words(browser.get(LINKS)) and "Harbour" not in words(keeper.get(LINKS))
    assert "Harbour" in words(keeper.get("/local-services/?show=retired"))
    assert "Nobody is shown this" in words(keeper.get(f"/local-services/{row.pk}/"))
    keeper.post(f"/local-services/{row.pk}/bring-back/")
    assert "Harbour" in words(browser.get(LINKS))


def test_it_marks_what_nobody_has_checked_for_half_a_year(
    list_service: Listed, keeper: Client, browser: Client
) -> None:
    row = list_service()
    assert "May be out of date" not in words(browser.get(LINKS))
    LocalService.objects.update(checked_on=half_a_year_ago())
    assert "May be out of date" in words(browser.get(LINKS))
    assert "To be checked (1)" in words(keeper.get("/local-services/?show=old"))
    seen = keeper.get(f"/local-services/{row.pk}/").context["form"]["seen"].value()
    keeper.post(f"/local-services/{row.pk}/check/", {"seen": seen})
    assert "To be checked (0)" in words(keeper.get("/local-services/"))


def test_it_does_not_lose_a_colleagues_change_unnoticed(
    list_service: Listed, keeper: Client, hub: Organisation, polly: User
) -> None:
    row = list_service()
    page = f"/local-services/{row.pk}/"
    seen = keeper.get(page).context["form"]["seen"].value()
    paul = person("Paul", hub, Role.PARTNERSHIP_ADMINISTRATOR)
    directory.change(by=paul, service=row, answers=a_service(phone="0151 496 0999"), seen=seen)
    with pytest.raises(SomeoneElse, match="Paul Example changed this"):
        directory.confirm(by=polly, service=row, seen=seen)
    refused = keeper.post(page, typed(seen=seen, hours="Always"))
    assert "Paul Example changed this today" in words(refused) and "Always" in words(refused)
    assert LocalService.objects.get().phone == "0151 496 0999"
    again = typed(seen=refused.context["form"]["seen"].value(), hours="Always")
    assert keeper.post(page, again).status_code == 302
    assert LocalService.objects.get().hours == "Always"


@pytest.mark.parametrize("address", ["/local-help/", "/local-services/"])
def test_it_costs_the_same_at_any_length(list_service: Listed, keeper: Client, address: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert keeper.get(address).status_code == 200
        return len(seen)

    list_service(name="Service 0")
    first = cost()
    for number in range(1, 50):
        list_service(name=f"Service {number}")
    assert cost() == first <= 10


@pytest.mark.parametrize("address", ["/local-help/", "/local-services/"])
def test_it_turns_the_pages_without_losing_any(
    list_service: Listed, keeper: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "SIZE", 2)
    for name in ("beta", "Alpha", "gamma", "Delta", "epsilon"):
        list_service(name=name)
    names, place = [], address
    while place:
        listing = keeper.get(place).context["listing"]
        names += [entry.service.name for entry in listing.entries]
        place = f"{address}{listing.later}" if listing.later else ""
    assert names == ["Alpha", "beta", "Delta", "epsilon", "gamma"]
