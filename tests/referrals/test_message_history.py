"""What became of one message, and sending it once more."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.audit.models import Event
from mash.outbox.models import Attempt, CallRound, CallTask, Message
from mash.outbox.services import calls
from referrals.choices import ReadHow
from referrals.errors import NotNow
from referrals.selectors import rounds
from referrals.services import resending, restricting, telling

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def sent(referral) -> Message:
    """A receipt that a provider took and that came back."""
    message = Message.objects.get(about=referral.reference, kind="referral_received")
    now = timezone.now()
    Attempt.objects.create(message=message, at=now, outcome="unreachable")
    Attempt.objects.create(message=message, at=now, outcome="accepted", possibly_duplicate=True)
    Message.objects.filter(pk=message.pk).update(
        state="bounced", sent_at=now, settled_at=now, next_attempt_at=None, provider_id="<1@x>", attempts=2
    )
    calls.owe_for([message], why=CallTask.Why.BOUNCED)
    message.refresh_from_db()
    return message


def test_it_says_what_happened_in_plain_words_and_not_what_it_said(sent, amira, client_for):
    page = text(client_for(amira).get(f"/owed/messages/{sent.pk}/"))
    for words in ("Email: We have received it", "could not be reached", "It may have gone twice", "It came back"):
        assert words in page
    assert "A telephone call is owed" in page and "Send it once more" in page
    assert "Ada" not in page and "A person will decide" not in page


def test_it_does_not_exist_for_those_who_may_not_see_what_it_is_about(
    sent, referral, ben, amira, gita, tess, client_for
):
    assert client_for(gita).get(f"/owed/messages/{sent.pk}/").status_code == 404
    assert client_for(tess).get(f"/owed/messages/{sent.pk}/").status_code == 404
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Staff.")
    assert client_for(amira).get(f"/owed/messages/{sent.pk}/").status_code == 404
    assert client_for(amira).get(f"/owed/messages/{sent.pk}/resend/").status_code == 404


def test_it_goes_once_more_to_a_corrected_address(sent, amira, client_for):
    answers = {"address": "office@school.example", "reason": "They spelt it wrong."}
    page = text(client_for(amira).post(f"/owed/messages/{sent.pk}/resend/", answers, follow=True))
    assert "It is on its way again" in page
    again = Message.objects.latest("pk")
    assert (again.recipient_email, again.state, again.about) == ("office@school.example", "owed", sent.about)
    event = Event.objects.get(what="message_sent_again")
    assert event.detail == {"first": sent.pk, "reason": "They spelt it wrong."}


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({"address": "", "reason": "x"}, "Enter the email address"),
        ({"address": "nobody", "reason": "x"}, "Enter an address or number that it could go to"),
        ({"address": "a@b.example", "reason": ""}, "Say why it is sent again"),
    ],
)
def test_it_keeps_what_was_typed_when_something_is_wrong(sent, amira, client_for, answers, error):
    page = text(client_for(amira).post(f"/owed/messages/{sent.pk}/resend/", answers))
    assert error in page and answers["address"] in page
    assert Message.objects.filter(about=sent.about).count() == 1


def test_it_is_not_sent_again_while_it_is_on_its_way_or_known(referral, tess, amira):
    message = Message.objects.get(about=referral.reference)
    with pytest.raises(NotNow, match="It has not gone yet"):
        resending.resend(by=amira, message=message, address="a@b.example", reason="x")
    telling.read(by=tess, referral=referral, how=ReadHow.PRODUCT)
    Message.objects.filter(pk=message.pk).update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
    message.refresh_from_db()
    with pytest.raises(NotNow, match="They know it by now"):
        resending.resend(by=amira, message=message, address="a@b.example", reason="x")


def test_it_is_not_sent_by_somebody_who_owes_nothing(sent, otto):
    with pytest.raises(PermissionDenied):
        resending.resend(by=otto, message=sent, address="a@b.example", reason="x")


def test_it_tells_by_telephone_what_the_first_one_told(sent, amira):
    again = resending.resend(by=amira, message=sent, address="a@b.example", reason="x")
    calls.lapse([sent.pk])
    calls.owe_for([again], why=CallTask.Why.SILENT)
    (thing,) = rounds.page(amira, CallRound.objects.get(state="open")).things
    assert "A person will decide what happens next" in thing.news[0][2]


def test_it_costs_the_same_however_often_it_was_tried(sent, amira, client_for):
    client = client_for(amira)
    client.get(f"/owed/messages/{sent.pk}/")
    with CaptureQueriesContext(connection) as one:
        client.get(f"/owed/messages/{sent.pk}/")
    Attempt.objects.bulk_create([Attempt(message=sent, outcome="temporary") for _ in range(50)])
    with CaptureQueriesContext(connection) as many:
        client.get(f"/owed/messages/{sent.pk}/")
    assert len(many) == len(one)
