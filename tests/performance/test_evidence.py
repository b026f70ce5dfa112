"""What the database says after a run."""

from datetime import timedelta

import pytest
from django.test import override_settings

from accounts.models import User
from mash.outbox.models import Message
from mash.outbox.services import delivery
from mash.performance.chaos import evidence
from referrals.models import Referral
from tests.support.mail import Sink

pytestmark = pytest.mark.django_db


def test_it_reads_each_referral_with_its_referrer(referral: Referral) -> None:
    assert evidence.stored() == [(referral.reference, referral.referrer_email)]


def test_it_reads_a_message_that_went(referral: Referral, tess: User, smtp_sink: Sink) -> None:
    delivery.deliver(Message.objects.get().pk)
    [owed] = evidence.owed()
    assert (owed.about, owed.state, list(owed.abandoned), owed.marked) == (referral.reference, "sent", [], False)
    assert [owed.mail] == [mail["Message-ID"] for mail in smtp_sink.messages]
    assert owed.sent_at is not None
    assert evidence.balances()


@override_settings(EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend")
def test_it_reads_when_a_dead_carrier_was_replaced(referral: Referral) -> None:
    message = Message.objects.get()
    with delivery.claimed(message.pk) as held:
        assert held is not None
        assert held.claimed_at is not None
        Message.objects.update(claimed_at=held.claimed_at - timedelta(minutes=2))
    delivery.deliver(message.pk)
    [owed] = evidence.owed()
    assert (len(owed.abandoned), owed.marked, owed.state) == (1, True, "sent")
