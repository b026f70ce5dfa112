"""Reading, on real connections, beside what is told at the same moment."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from threading import Event as Moment
from typing import Any

import pytest

from accounts.models import Organisation, User
from mash.audit.models import Event
from mash.outbox.models import Message
from referrals.choices import ReadHow
from referrals.models import Reading, Referral
from referrals.services import acknowledging, decisions, queue, telling
from tests.referrals.test_following import judge
from tests.referrals.test_queue_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MOMENT, LONG = 1.5, 60
"""Seconds: for what must not come while the other side waits, and for what surely comes."""


def test_news_that_comes_while_older_news_is_read_is_not_taken_for_read(
    referral: Referral, tess: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue.claim(by=ben, referral=referral)
    reading, decided, real = Moment(), Moment(), telling.messages.mark_read

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


def test_those_who_press_at_once_say_it_once(
    school: Organisation, referral: Referral, tess: User, ben: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of them has looked before the first has written."""
    Organisation.objects.filter(pk=school.pk).update(shared_inbox="safeguarding@mill.example")
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    inbox = Message.objects.get(kind=acknowledging.KIND)
    token = str(acknowledging.says(inbox)["got_it"]).rstrip("/").rpartition("/")[2]
    looked, real = Barrier(3), acknowledging._about

    def together(news: Any) -> list[int]:
        with suppress(BrokenBarrierError):
            looked.wait(MOMENT)
        return real(news)

    monkeypatch.setattr(acknowledging, "_about", together)
    answers = at_once([lambda: acknowledging.acknowledge(token=token)] * 3)
    assert all(isinstance(one, acknowledging.News) for one in answers), answers
    assert Reading.objects.filter(how=ReadHow.INBOX).count() == 1
    assert Event.objects.filter(what="news_acknowledged").count() == 1
