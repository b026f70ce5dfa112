"""Reading, on real connections, beside what is told at the same moment."""

from threading import Event
from typing import Any

import pytest

from accounts.models import User
from mash.outbox.models import Message
from referrals.choices import ReadHow
from referrals.models import Reading, Referral
from referrals.services import decisions, queue, telling
from tests.referrals.test_following import judge
from tests.referrals.test_queue_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT, LONG = 1.5, 60
"""Seconds: for what must not come while the other side waits, and for what surely comes."""


def test_news_that_comes_while_older_news_is_read_is_not_taken_for_read(
    referral: Referral, tess: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.claim(by=ben, referral=referral)
    reading, decided, real = Event(), Event(), telling.messages.mark_read

    def later(**terms: Any) -> int:
        reading.set()
        decided.wait(MOMENT)
        return real(**terms)

    def decide() -> None:
        assert reading.wait(LONG)
        decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
        decided.set()

    monkeypatch.setattr(telling.messages, "mark_read", later)
    answers = at_once([lambda: telling.read(by=tess, referral=referral, how=ReadHow.PRODUCT), decide])
    assert answers == [None, None]
    assert not Reading.objects.filter(outcome__kind="decided").exists()
    assert Message.objects.get(kind="decided").read_at is None
    assert Message.objects.get(kind="referral_received").read_at
