"""A person's own filters of the queue: kept, counted, removed."""

import re
from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from referrals.errors import Refused
from referrals.models import Referral, SavedFilter
from referrals.selectors import queue as selectors
from referrals.selectors.wanted import Wanted
from referrals.services import queue, saved_filters
from tests.queue.homes import send

ClientFor = Callable[[User], Client]
GATEWAY = {"lane": "gateway", "waiting": "yes"}


def shown(html: str) -> dict[str, tuple[str, int]]:
    """The reader's filters: where each leads, and its number."""
    part = re.search(r'<nav aria-label="Your filters">(.*?)</nav>', html, re.S)
    links = re.findall(r'href="([^"]+)"[^>]*>(.+?) \(([\d,]+)\)<', part.group(1)) if part else []
    return {name: (address, int(number)) for address, name, number in links}


def test_it_keeps_a_filter_and_leads_back_to_it(client_for: ClientFor, tess: User, amira: User) -> None:
    send(tess, "D05", home=1), send(tess, "D05", home=2), send(tess, "D19", home=3)
    client = client_for(amira)
    response = client.post("/queue/filters/", {**GATEWAY, "name": " Gateway,  nobody’s "}, follow=True)
    assert response.redirect_chain == [("/queue/?lane=gateway&waiting=yes", 302)]
    html = response.content.decode()
    assert "“Gateway, nobody’s” is kept among your filters." in html
    assert shown(client.get("/queue/").content.decode()) == {
        "Gateway, nobody’s": ("/queue/?lane=gateway&amp;waiting=yes", 2)
    }


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(level="4"), Wanted(lane="cadt"), Wanted(mine=True)])
def test_its_numbers_are_those_of_the_page_it_leads_to(tess: User, amira: User, ben: User, wanted: Wanted) -> None:
    rows = [send(tess, *codes, home=n) for n, codes in enumerate((["D19"], ["D05"], ["D05"], [], ["D19"]))]
    queue.claim(by=amira, referral=rows[1])
    Referral.objects.filter(pk=rows[4].pk).update(restricted=True)
    kept = {
        saved_filters.save(by=amira, name=f"No {n}", wanted=each).pk: each
        for n, each in enumerate(
            (Wanted(lane="gateway"), Wanted(level="4"), Wanted(mine=True), Wanted(lane="cadt", waiting=True))
        )
    }
    page = selectors.page(amira, wanted)
    for one in page.saved:
        expected = selectors.under(amira, kept[one.pk]).count()
        assert one.link.label == f"{one.name} ({expected})"
        assert one.link.current == (kept[one.pk] == wanted)
    lanes = {lane.label: lane for lane in page.lanes}
    assert f"All ({selectors.under(amira, Wanted(level=wanted.level, mine=wanted.mine)).count()})" in lanes
    assert not selectors.page(ben, wanted).saved


def test_it_costs_the_same_with_none_and_with_twelve(client_for: ClientFor, tess: User, amira: User) -> None:
    send(tess, "D05")
    client, prices = client_for(amira), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            client.get("/queue/")
        prices.append(len(caught))
        for n in range(saved_filters.MOST if len(prices) == 1 else 0):
            saved_filters.save(by=amira, name=f"Filter {n}", wanted=Wanted(level="4", mine=bool(n % 2)))
    assert prices[0] == prices[1]


def test_equal_filters_are_equal_whatever_the_order_of_the_address() -> None:
    one = Wanted.of({"waiting": "yes", "level": "4", "lane": "cadt", "after": "x", "colour": "red"})
    assert one.query() == "lane=cadt&level=4&waiting=yes"
    assert Wanted.read(one.query()) == Wanted(lane="cadt", level="4", waiting=True)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({**GATEWAY, "name": " "}, "Enter a name for this filter"),
        ({**GATEWAY, "name": "x" * 41}, "must be 40 characters or fewer"),
        ({**GATEWAY, "name": "MONDAY"}, "You have a filter of this name."),
        ({"lane": "nowhere", "name": "All"}, "Choose a lane or something to show"),
    ],
)
def test_it_says_what_to_mend_on_the_same_queue(
    client_for: ClientFor, tess: User, amira: User, sent: dict[str, str], message: str
) -> None:
    send(tess, "D05", home=1, name="Gate"), send(tess, "D19", home=2, name="Harm")
    saved_filters.save(by=amira, name="Monday", wanted=Wanted(level="4"))
    html = client_for(amira).post("/queue/filters/", sent).content.decode()
    assert "There is a problem" in html and message in html
    assert ("Harm Byrne" in html) == ("waiting" not in sent) and "Gate Byrne" in html
    assert SavedFilter.objects.count() == 1


def test_nobody_keeps_more_than_twelve(amira: User) -> None:
    for n in range(saved_filters.MOST):
        saved_filters.save(by=amira, name=str(n), wanted=Wanted(level="4"))
    with pytest.raises(Refused, match="You have 12 filters"):
        saved_filters.save(by=amira, name="one more", wanted=Wanted(level="4"))


def test_a_filter_is_its_owners_alone(client_for: ClientFor, tess: User, amira: User, ben: User) -> None:
    send(tess, "D19")
    mine = saved_filters.save(by=amira, name="Mine", wanted=Wanted(level="4"))
    saved_filters.save(by=ben, name="mine", wanted=Wanted(level="4"))
    assert "Mine (1)" not in client_for(ben).get("/queue/").content.decode()
    assert client_for(ben).post(f"/queue/filters/{mine.pk}/remove/").status_code == 404
    assert client_for(amira).get(f"/queue/filters/{mine.pk}/remove/").status_code == 405
    html = client_for(amira).post(f"/queue/filters/{mine.pk}/remove/", follow=True).content.decode()
    assert "“Mine” is no longer among your filters." in html and "Your filters" not in html
    assert list(SavedFilter.objects.values_list("owner", flat=True)) == [ben.pk]


def test_the_database_keeps_a_name_once(amira: User) -> None:
    saved_filters.save(by=amira, name="Mine", wanted=Wanted(level="4"))
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedFilter.objects.create(owner=amira, name="mINE", query="level=4")
