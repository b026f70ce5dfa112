"""What is held is held for a day."""

from datetime import timedelta

import time_machine
from django.utils import timezone

from accounts.models import User
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
