"""What has come since the queue was opened: counted for its reader alone, and without a trace."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from referrals.models import Referral
from referrals.selectors import live
from referrals.services import queue
from tests.queue.homes import send

ClientFor = Callable[[User], Client]
ALONE = {"X-Automatic": "1"}


def new(client: Client, since: str, query: str = "") -> int:
    response = client.get(f"/queue/since/?{query}&since={since}", headers=ALONE)
    assert response.status_code == 200 and response.headers["Cache-Control"] == "no-store"
    return int(response.json()["new"])


def test_it_counts_what_has_come_under_the_filter(client_for: ClientFor, tess: User, amira: User) -> None:
    send(tess, "D19", home=1)
    opened, client = live.mark(), client_for(amira)
    assert new(client, opened) == 0
    for n in range(2, 5):
        send(tess, "D05" if n < 4 else "D19", home=n)
    assert [new(client, opened, query) for query in ("", "lane=gateway", "level=4", "mine=yes")] == [3, 2, 1, 0]
    assert new(client, live.mark()) == 0


def test_the_page_carries_its_own_moment_and_filter(client_for: ClientFor, tess: User, amira: User) -> None:
    html = client_for(amira).get("/queue/?lane=gateway&level=2").content.decode()
    since = html.partition('data-live-since="')[2].partition('"')[0]
    assert 'data-live-query="lane=gateway&amp;level=2"' in html and 'href="/queue/?lane=gateway&amp;level=2"' in html
    send(tess, "D05")
    assert new(client_for(amira), since, "lane=gateway&level=2") == 1


def test_it_counts_what_came_back_and_not_what_was_only_taken(client_for: ClientFor, tess: User, amira: User) -> None:
    taken, returned = send(tess, "D05", home=1), send(tess, "D05", home=2)
    for one in (taken, returned):
        queue.claim(by=amira, referral=one)
    opened, client = live.mark(), client_for(amira)
    assert new(client, opened) == 0
    queue.put_back(by=amira, referral=Referral.objects.get(pk=returned.pk), reason="Not mine")
    assert new(client, opened) == 1


def test_it_counts_nothing_that_the_reader_may_not_see(
    client_for: ClientFor, tess: User, amira: User, ben: User, gita: User, lara: User
) -> None:
    opened = live.mark()
    hidden = send(tess, "D19", home=1)
    Referral.objects.filter(pk=hidden.pk).update(restricted=True)
    own = send(tess, "D19", home=2)
    Referral.objects.filter(pk=own.pk).update(barred=[amira.pk])
    send(tess, "D19", home=3, category="allegation_against_worker")
    send(tess, "D05", home=4)
    assert [new(client_for(user), opened) for user in (amira, ben, gita, lara)] == [1, 3, 1, 1]


@pytest.mark.parametrize("since", ["", "x", "-1", "1.2", "９", "9" * 40, "%00"])
def test_garbage_is_nothing_new(client_for: ClientFor, tess: User, amira: User, since: str) -> None:
    send(tess, "D05")
    assert new(client_for(amira), since) == 0


def test_it_leaves_no_trace_and_keeps_no_session_alive(
    client_for: ClientFor, tess: User, amira: User, settings: LazySettings
) -> None:
    send(tess, "D05")
    client, opened = client_for(amira), live.mark(timezone.now() - timedelta(hours=1))
    seen = client.session["seen_at"]
    with time_machine.travel(time.time() + settings.IDLE_MINUTES_HUB * 60 - 5, tick=True):
        assert new(client, opened) == 1
        assert client.session["seen_at"] == seen
    assert not Event.objects.filter(what__in=["list:queue", "read:queue_since"]).exists()
    assert Event.objects.filter(actor_id=amira.pk).count() == 0
    with time_machine.travel(time.time() + settings.IDLE_MINUTES_HUB * 60 + 5, tick=True):
        answer = client.get(f"/queue/since/?since={opened}", headers=ALONE)
    assert answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]


def test_it_is_not_for_partners(client_for: ClientFor, tess: User, otto: User) -> None:
    assert [client_for(user).get("/queue/since/").status_code for user in (tess, otto)] == [403, 403]
