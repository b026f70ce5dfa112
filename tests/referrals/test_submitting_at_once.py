"""The same person in several tabs, really at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from accounts.models import User
from referrals.models import Draft, Outcome, Referral
from referrals.services import drafts
from tests.referrals.test_submitting import CHILD, Journey

TABS = 6

pytestmark = pytest.mark.django_db(transaction=True)


def together(act: Callable[[int], Any]) -> list[Any]:
    """`act(n)` in every tab, let go at once."""
    start = Barrier(TABS)

    def one(number: int) -> Any:
        start.wait()
        try:
            return act(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(TABS) as pool:
        return list(pool.map(one, range(TABS)))


@pytest.fixture
def tabs(transactional_db: None, tess: User, client_for: Callable[[User], Client]) -> list[Journey]:
    draft = drafts.start(by=tess)
    return [Journey(client_for(tess), draft) for _ in range(TABS)]


def test_it_makes_one_referral_of_six_clicks_at_once(tabs: list[Journey]) -> None:
    tabs[0].fill()
    seen = tabs[0].get("check/").context["form"]["seen"].value()
    answers = together(lambda n: tabs[n].post("check/", {"seen": seen, "declaration": "yes"}))
    assert {answer.status_code for answer in answers} == {302}
    assert len({answer["Location"] for answer in answers}) == 1
    assert Referral.objects.count() == Outcome.objects.count() == 1


def test_it_keeps_every_child_that_six_tabs_add_at_once(tabs: list[Journey]) -> None:
    names = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo"]
    together(lambda n: tabs[n].post("children/add/", CHILD | {"key": f"aaaa{n}", "given_name": names[n]}))
    assert sorted(child["given_name"] for child in tabs[0].data()["children"]) == names


def test_it_adds_one_child_of_six_clicks_at_once(tabs: list[Journey]) -> None:
    together(lambda n: tabs[n].post("children/add/", CHILD))
    assert len(tabs[0].data()["children"]) == 1


def test_it_starts_one_draft_of_six_clicks_at_once(tabs: list[Journey]) -> None:
    token = "6a2f41a3-c54c-4cb8-9d6a-0f5f2b0f7f00"
    answers = together(lambda n: tabs[n].client.post("/referrals/new/", {"token": token}))
    assert {answer["Location"] for answer in answers} == {f"/drafts/{token}/danger/"}
    assert Draft.objects.filter(pk=token).count() == 1
