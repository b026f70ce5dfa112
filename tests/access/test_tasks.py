"""What is held is held for a day."""

from datetime import timedelta
from typing import Any

import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from mash.access import held
from mash.access.held import MOST_EACH
from mash.access.models import HeldPost
from mash.access.tasks import forget_held
from mash.celery import app


def test_it_forgets_what_was_held_for_longer_than_a_day(tess: User) -> None:
    with time_machine.travel(timezone.now() - timedelta(hours=25)):
        HeldPost.objects.create(user=tess, path="/drafts/", body="a=1")
    kept = HeldPost.objects.create(user=tess, path="/drafts/", body="a=2")
    assert forget_held() == 1
    assert list(HeldPost.objects.all()) == [kept]


def test_it_is_on_the_clock() -> None:
    assert forget_held.name in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_it_holds_a_few_pages_of_each_person_and_no_more(client: Client, tess: User, client_for: Any) -> None:
    browser = client_for(tess)
    browser.get("/referrals/")
    del browser.cookies["sessionid"]
    for number in range(MOST_EACH + 3):
        browser.post("/referrals/new/", {"number": number})
    assert HeldPost.objects.filter(user=tess).count() == MOST_EACH
    assert held.fields(HeldPost.objects.latest("held_at")) == [("number", str(MOST_EACH + 2))]
