"""When messages do not go out: the managers are told by what still works, once; and whoever tells people sees it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.outbox import windows, words
from mash.outbox.models import Message, Trouble
from referrals.models import NightNumber, Referral
from referrals.selectors import owed_banner
from referrals.services import owed_trouble

pytestmark = pytest.mark.django_db
TOLD = "owed_late"


@pytest.fixture(autouse=True)
def texts(settings: Any) -> None:
    """Email by SMTP, texts by another provider."""
    settings.EMAIL_PROVIDER, settings.NOTIFY_API_KEY, settings.VOICE_WEBHOOK_URL = "smtp", "k" * 80, ""


@pytest.fixture
def stuck(referral: Referral) -> Message:
    """An email that has waited too long, with a carrier that tries in vain."""
    long_ago = timezone.now() - windows.NOTHING_GOES - timedelta(minutes=1)
    message = Message.objects.get()
    # When it was owed is written once: another that was owed then stands for it.
    return Message.objects.create(
        key="stuck",
        kind="decided",
        about=referral.reference,
        recipient_email=message.recipient_email,
        owed_at=long_ago,
        next_attempt_at=timezone.now() + timedelta(minutes=5),
    )


def telephone(ben: User) -> None:
    NightNumber.objects.create(user=ben, phone="07700 900201", by=ben, at=timezone.now())


def goes(message: Message) -> None:
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(
        state="sent", next_attempt_at=None, attempts=1, provider_id="x", sent_at=now
    )


def told() -> list[tuple[str, str]]:
    return list(Message.objects.filter(kind=TOLD).values_list("channel", "recipient_user__name"))


def test_it_texts_the_managers_of_triage_once_when_mail_is_down(stuck, ben, carl, amira):
    telephone(ben)
    assert (owed_trouble.look(), owed_trouble.look()) == (1, 0)
    assert told() == [("sms", "Ben Example")]
    row = Trouble.objects.get()
    assert (row.channel, row.told_by, row.ended_at) == ("email", "sms", None)
    text = words.short(Message.objects.get(kind=TOLD))
    assert "do not go out" in text and stuck.about not in text.replace(" ", "")


def test_it_tells_nobody_by_the_medium_that_fails(stuck, ben):
    assert owed_trouble.look() == 1
    assert told() == [] and Trouble.objects.get().told_by == ""


def test_it_does_not_use_a_medium_of_the_same_provider(stuck, ben, settings):
    settings.EMAIL_PROVIDER = "notify"
    telephone(ben)
    owed_trouble.look()
    assert told() == []


def test_it_writes_an_email_when_texts_are_down(stuck, ben):
    goes(stuck)
    now = timezone.now()
    Message.objects.create(
        key="text", kind="decided", about="X", channel="sms", owed_at=stuck.owed_at, next_attempt_at=now
    )
    owed_trouble.look()
    assert told() == [("email", "Ben Example")] and Trouble.objects.get().channel == "sms"


def test_it_ends_and_begins_again_and_is_told_again_only_after_a_while(stuck, ben):
    telephone(ben)
    owed_trouble.look()
    Message.objects.filter(kind=TOLD).update(state="cancelled", next_attempt_at=None, settled_at=timezone.now())
    Message.objects.filter(pk=stuck.pk).update(state="cancelled", next_attempt_at=None, settled_at=timezone.now())
    owed_trouble.look()
    assert Trouble.objects.get().ended_at is not None
    again = Message.objects.create(key="again", kind="decided", about="X", owed_at=stuck.owed_at)
    assert (owed_trouble.look(), Trouble.objects.get().ended_at) == (0, None)
    assert len(told()) == 1
    Trouble.objects.update(ended_at=timezone.now() - windows.ALERT_AGAIN - timedelta(minutes=1))
    assert again.state == "owed" and owed_trouble.look() == 1
    assert Trouble.objects.count() == 2


def test_it_finds_nothing_wrong_while_messages_go(referral, ben):
    assert owed_trouble.look() == 0 and not Trouble.objects.exists() and owed_banner.banner() is None


# The banner


def test_it_shows_a_banner_to_those_who_tell_people_and_to_nobody_else(stuck, ben, cleo, tess, otto, client_for):
    owed_trouble.look()
    for user, path, shown in (
        (ben, "/queue/", True),
        (cleo, "/cases/", True),
        (tess, "/referrals/", False),
        (otto, "/", False),
    ):
        page = client_for(user).get(path, follow=True).content.decode()
        assert ("Messages do not go out" in page) is shown, user
    assert "(by email)" in client_for(ben).get("/owed/").content.decode()


def test_it_shows_it_when_no_carrier_comes(referral, ben, client_for):
    late = timezone.now() - windows.OVERDUE - timedelta(seconds=10)
    Message.objects.create(key="late", kind="decided", about="X", owed_at=late, next_attempt_at=late)
    assert "Messages do not go out" in client_for(ben).get("/owed/").content.decode()


def test_it_is_gone_when_they_go(stuck):
    assert owed_banner.banner() is not None
    goes(stuck)
    assert owed_banner.banner() is None


def test_it_costs_one_look_while_messages_go(referral):
    with CaptureQueriesContext(connection) as asked:
        owed_banner.banner()
    assert len(asked) == 1
