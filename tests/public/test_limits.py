"""Limits against abuse: nobody is shut out, and nobody's address is kept."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from mash.access.models import Tally
from referrals.models import Amendment, Receipt
from referrals.views import public
from tests.public.posts import filled, post, send
from tests.public.test_coming_back import come_back

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_stretch() -> Iterator[None]:
    """All within one stretch of every limit."""
    with time_machine.travel(timezone.now().replace(minute=1) + timedelta(hours=1), tick=False):
        yield


PLACE = "203.0.113.77"


def test_it_marks_what_comes_after_five_in_an_hour_from_one_place_and_refuses_none(client: Client) -> None:
    for n in range(7):
        send(client, "anonymous", story=f"Worry {n}")
    marked = Receipt.objects.order_by("pk").values_list("one_of_several", flat=True)
    assert list(marked) == [False] * 5 + [True] * 2


def test_it_answers_429_with_a_telephone_number_after_thirty_in_an_hour(client: Client) -> None:
    typed = filled(client, "anonymous")
    statuses = [post(client, "anonymous", typed).status_code for _ in range(31)]
    assert statuses == [200] * 30 + [429]
    response = post(client, "anonymous", typed)
    page = response.content.decode()
    assert "0151 496 0100" in page
    assert "not been sent" in page
    assert int(response["Retry-After"]) > 0
    assert "Exit this page" in page and "no-store" in response["Cache-Control"], "as on every page for the public"
    assert "You can send it again" in page
    assert f'name="story" value="{typed["story"]}"' in page, "nothing that was typed is lost"
    assert post(client, "anonymous", typed, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_it_counts_wrong_codes_and_always_opens_for_the_right_one(client: Client) -> None:
    _, code = send(client, "anonymous")
    statuses = [come_back(client, "ABCD-EFGH-JKMN-PQRST").status_code for _ in range(12)]
    assert statuses == [200] * 10 + [429] * 2
    over = come_back(client, "ABCD-EFGH-JKMN-PQRST").content.decode()
    assert "Exit this page" in over and 'href="/come-back/">Write your code again' in over
    assert come_back(client, code).status_code == 302
    assert come_back(Client(), "0" * 17, REMOTE_ADDR="203.0.113.9").status_code == 200


def test_it_keeps_no_network_address(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        typed = filled(client, "anonymous")
        post(client, "anonymous", typed, REMOTE_ADDR=PLACE, HTTP_USER_AGENT="Canary/1")
        come_back(client, "ABCD-EFGH-JKMN-PQRST", REMOTE_ADDR=PLACE)
    assert PLACE not in caplog.text
    assert Tally.objects.count() >= 2
    assert not [row for row in Tally.objects.values() if PLACE in str(row)]


def test_it_cannot_be_turned_back_into_an_address(client: Client) -> None:
    """There are few enough network addresses to try every one: the digest needs a key."""
    post(client, "anonymous", filled(client, "anonymous"), REMOTE_ADDR=PLACE)
    assert not Tally.objects.filter(key=hashlib.sha256(PLACE.encode()).hexdigest()).exists()


def test_it_counts_a_form_that_took_its_time_by_itself(client: Client) -> None:
    start = timezone.now().replace(minute=1) + timedelta(hours=1)
    with time_machine.travel(start, tick=False):
        typed = filled(client, "anonymous")
        assert [post(client, "anonymous", {}).status_code for _ in range(31)][-1] == 429
        assert post(client, "anonymous", typed).status_code == 429, "at once"
    with time_machine.travel(start + timedelta(minutes=3), tick=False):
        assert post(client, "anonymous", {**typed, "token": "made up"}).status_code == 429
        assert [post(client, "anonymous", typed).status_code for _ in range(31)] == [200] * 30 + [429]


def test_it_takes_a_great_many_from_one_place_and_no_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that took their time count by themselves: a machine that waits must end somewhere as well."""
    monkeypatch.setattr(public, "PLACES", replace(public.PLACES, most=3))
    forms = [filled(client, "anonymous", story=f"Worry {n}") for n in range(4)]
    with time_machine.travel(timezone.now() + timedelta(minutes=3), tick=False):
        assert [post(client, "anonymous", typed).status_code for typed in forms] == [200] * 3 + [429]
        changed = post(client, "anonymous", {**forms[0], "story": "Changed"})
        assert changed.status_code == 429, "one form sent with other words is another"
        assert post(client, "anonymous", forms[3], REMOTE_ADDR="203.0.113.9").status_code == 200


def test_it_keeps_ten_additions_in_an_hour_and_then_names_the_telephone(client: Client) -> None:
    _, code = send(client, "anonymous")
    come_back(client, code)
    answers = [client.post("/come-back/news/", {"story": f"More {n}"}) for n in range(12)]
    over = answers[-1].content.decode()
    assert ">More 11<" in over and "read it to us on the phone" in over, "nothing that was typed is lost"
    assert [answer.status_code for answer in answers] == [302] * 10 + [429] * 2
    assert Amendment.objects.count() == 10
    assert "0151 496 0100" in answers[-1].content.decode()
    assert client.get("/come-back/news/").status_code == 200
