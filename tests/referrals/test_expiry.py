"""Drafts that nobody touches: a warning at 83 days, erasure at 90."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals.models import Draft
from referrals.services import drafts, expiry
from referrals.tasks import expire_drafts
from tests.cast import a_submission

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
SECRET = "Zebediah"


def day(number: float) -> datetime:
    return START + timedelta(days=number)


@pytest.fixture
def draft(tess: User) -> Draft:
    with time_machine.travel(START, tick=False):
        made = drafts.start(by=tess)
        return drafts.put(draft=made, kind="children", item={"id": "item1", "given_name": SECRET})


def test_it_warns_once_at_83_days_without_a_name(draft: Draft, tess: User):
    assert expiry.expire(now=day(82.99)) == (0, 0)
    assert expiry.expire(now=day(83)) == (1, 0)
    assert expiry.expire(now=day(84)) == (0, 0)
    message = Message.objects.get(kind="draft_expiring")
    assert message.recipient_user == tess
    assert SECRET not in f"{message.about} {message.path} {message.recipient_name}"


def test_it_erases_at_90_days_and_the_trail_says_so_without_content(draft: Draft):
    expiry.expire(now=day(83))
    assert expiry.expire(now=day(89.99)) == (0, 0)
    assert expiry.expire(now=day(90)) == (0, 1)
    assert not Draft.objects.exists()
    event = Event.objects.get(what="draft_expired")
    assert (event.actor_kind, event.detail["key"]) == ("system", str(draft.pk))
    assert SECRET not in str(event.detail)
    assert expiry.expire(now=day(91)) == (0, 0)


def test_it_starts_over_when_the_draft_is_saved_again(draft: Draft):
    expiry.expire(now=day(83))
    with time_machine.travel(day(85), tick=False):
        drafts.save(draft=draft, changes={"immediate_danger": False})
    assert expiry.expire(now=day(100)) == (0, 0)
    assert expiry.expire(now=day(85 + 83)) == (1, 0)
    assert expiry.expire(now=day(85 + 90)) == (0, 1)
    assert Message.objects.filter(kind="draft_expiring").count() == 2


def test_it_starts_over_when_a_colleague_takes_it_over(draft: Draft, leo: User):
    expiry.expire(now=day(83))
    with time_machine.travel(day(86), tick=False):
        drafts.take_over(by=leo, draft=draft, reason="Tess is away")
    assert expiry.expire(now=day(92)) == (0, 0)


def test_it_never_erases_without_seven_days_of_warning(draft: Draft):
    """The worker was down for a month: the warning goes first."""
    assert expiry.expire(now=day(120)) == (1, 0)
    assert expiry.expire(now=day(126.9)) == (0, 0)
    assert expiry.expire(now=day(127)) == (0, 1)


def test_it_leaves_what_was_sent(draft: Draft, tess: User):
    drafts.send(by=tess, draft=draft, submission=a_submission())
    assert expiry.expire(now=timezone.now() + timedelta(days=400)) == (0, 0)
    assert Draft.objects.exists()


def test_it_does_any_number_a_few_at_a_time(tess: User, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(expiry, "AT_ONCE", 2)
    with time_machine.travel(START, tick=False):
        for _ in range(5):
            drafts.start(by=tess)
    assert expiry.expire(now=day(83)) == (5, 0)
    assert expiry.expire(now=day(90)) == (0, 5)


def test_it_runs_by_itself_every_hour_beside_other_upkeep(draft: Draft):
    from mash.celery import app

    entry = app.conf.beat_schedule["expire-drafts"]
    assert entry["task"] == expire_drafts.name
    assert entry["options"]["queue"] == "upkeep"
    with time_machine.travel(day(83), tick=False):
        assert expire_drafts() == (1, 0)


def test_it_says_on_the_task_list_what_is_kept_until_when(draft: Draft, tess: User, client_for):
    html = client_for(tess).get(f"/drafts/{draft.token}/").content.decode()
    assert "kept until 31 May 2026" in html
    assert "Continue later" in html
    assert "Kept until 31 May 2026" in client_for(tess).get("/referrals/").content.decode()
