"""What became of one message, and sending it once more."""

import threading

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from mash.audit.models import Event
from mash.outbox.models import Attempt, CallRound, CallTask, Message
from mash.outbox.services import calls, messages
from referrals.choices import ReadHow
from referrals.errors import NotNow, Refused
from referrals.selectors import message_history, rounds
from referrals.services import resending, restricting, telling

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def came_back(message: Message) -> None:
    """A provider took it on the second try, and then it came back."""
    now = timezone.now()
    Attempt.objects.create(message=message, at=now, outcome="unreachable")
    Attempt.objects.create(message=message, at=now, outcome="accepted", possibly_duplicate=True)
    Message.objects.filter(pk=message.pk).update(
        state="bounced", sent_at=now, settled_at=now, next_attempt_at=None, provider_id="<1@x>", attempts=2
    )
    calls.owe_for([message], why=CallTask.Why.BOUNCED)
    message.refresh_from_db()


@pytest.fixture
def sent(referral) -> Message:
    """A receipt that a provider took and that came back."""
    message = Message.objects.get(about=referral.reference, kind="referral_received")
    came_back(message)
    return message


def test_it_says_what_happened_in_plain_words_and_not_what_it_said(sent, amira, client_for):
    page = text(client_for(amira).get(f"/owed/messages/{sent.pk}/"))
    for words in ("Email: We have received it", "could not be reached", "It may have gone twice", "It came back"):
        assert words in page
    assert "A telephone call is owed" in page and "Send it once more" in page
    assert "Ada" not in page and "A person will decide" not in page


def test_of_what_happened_at_the_same_moment_the_last_stands_first(referral, amira):
    message = Message.objects.get(about=referral.reference, kind="referral_received")
    with time_machine.travel(timezone.now(), tick=False):
        came_back(message)
    assert [entry.title for entry in message_history.page(amira, message).entries] == [
        "A telephone call is owed",
        "It came back",
        "Accepted by the provider",
        "The provider could not be reached: it is tried again",
        "Owed",
    ]


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
    assert event.detail == {"first": sent.pk, "reason": "They spelt it wrong.", "on_record": False}


def test_it_shows_who_sent_it_where_and_why(sent, referral, amira, carl, client_for):
    resending.resend(by=amira, message=sent, address="office@school.example", reason="They spelt it wrong.")
    again = Message.objects.latest("pk")
    for pk in (sent.pk, again.pk):
        page = text(client_for(carl).get(f"/owed/messages/{pk}/"))
        assert "Sent once more to office@school.example" in page and "They spelt it wrong." in page
        assert "not on record" in page and "Amira Example" in page


def test_it_says_nothing_of_the_record_for_an_address_that_is_on_it(sent, amira, client_for):
    page = text(client_for(amira).get(f"/owed/messages/{sent.pk}/resend/"))
    assert "On record: tess@mill.example" in page
    resending.resend(by=amira, message=sent, address="Tess@mill.example", reason="Their post was full.")
    assert Event.objects.get(what="message_sent_again").detail["on_record"] is True
    assert "not on record" not in text(client_for(amira).get(f"/owed/messages/{sent.pk}/"))


def test_it_is_sent_once_more_once(sent, amira, client_for):
    """A form that is sent four times sends one message, also when the first of them has gone meanwhile."""
    again = resending.resend(by=amira, message=sent, address="a@b.example", reason="x")
    Message.objects.filter(pk=again.pk).update(
        state="failed", settled_at=timezone.now(), next_attempt_at=None, provider_id=""
    )
    with pytest.raises(NotNow, match="sent once more already"):
        resending.resend(by=amira, message=sent, address="a@b.example", reason="x")
    page = text(client_for(amira).get(f"/owed/messages/{sent.pk}/"))
    assert f"/owed/messages/{again.pk}/" in page and "/resend/" not in page
    again.refresh_from_db()
    third = resending.resend(by=amira, message=again, address="a@b.example", reason="x")
    assert third.key == f"{sent.key}/again-2"


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_message_of_four_presses_at_once(sent, amira):
    answers = at_once(4, lambda: resending.resend(by=amira, message=sent, address="a@b.example", reason="x"))
    assert sorted(type(one).__name__ for one in answers) == ["Message", "NotNow", "NotNow", "NotNow"]
    assert Message.objects.filter(key__contains="/again-").count() == 1


def at_once(times, act):
    """What came of the same act in so many threads."""
    start, found = threading.Barrier(times), []

    def one() -> None:
        start.wait()
        try:
            found.append(act())
        except NotNow as refused:
            found.append(refused)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def alarm(referral, cleo) -> Message:
    """A call about a night alarm that could not be made, to the private telephone of whoever was on call."""
    with transaction.atomic():
        made = messages.owe(
            messages.Owed(
                key="night:1:sms",
                kind="night_danger",
                about=referral.reference,
                to=cleo,
                phone="07700 900301",
                channel="sms",
            )
        )
    Message.objects.filter(pk=made.pk).update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
    calls.owe_for([made], why=CallTask.Why.FAILED)
    made.refresh_from_db()
    return made


def test_it_names_the_colleague_and_keeps_their_number(alarm, amira, cleo, client_for):
    row = CallRound.objects.get(organisation_id=cleo.organisation_id)
    for path in (f"/owed/messages/{alarm.pk}/", f"/owed/calls/{row.pk}/"):
        page = text(client_for(amira).get(path))
        assert "Cleo Example" in page and "07700" not in page
        assert "The referrer" not in page and "the referrer" not in page


def test_it_keeps_a_colleagues_number_where_a_message_would_be_sent_again(alarm, amira, client_for):
    page = text(client_for(amira).get(f"/owed/messages/{alarm.pk}/resend/"))
    assert "Send it once more" in page and "900301" not in page


@pytest.mark.parametrize("number", ["+44 909 879 0000", "+88213 100000", "+33 1 23 45 67 89", "0704 123 4567"])
def test_it_calls_no_number_abroad_and_none_that_earns(sent, amira, number):
    Message.objects.filter(pk=sent.pk).update(state="bounced")
    text_message = Message.objects.create(
        key="t1", kind="decided", about=sent.about, channel="voice", recipient_phone="0151 496 0000",
        state="failed", settled_at=timezone.now(), next_attempt_at=None,
    )  # fmt: skip
    with pytest.raises(Refused, match="ordinary telephone number"):
        resending.resend(by=amira, message=text_message, address=number, reason="x")
    assert resending.resend(by=amira, message=text_message, address="07700 900123", reason="x")


def test_it_is_sent_again_five_times_at_most(sent, amira):
    last = sent
    for _ in range(resending.MOST_REPEATS):
        last = resending.resend(by=amira, message=last, address="a@b.example", reason="x")
        Message.objects.filter(pk=last.pk).update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
        last.refresh_from_db()
    with pytest.raises(NotNow, match="Telephone them"):
        resending.resend(by=amira, message=last, address="a@b.example", reason="x")


def test_it_does_not_send_what_was_for_a_colleague_to_anybody_else(alarm, amira, client_for):
    assert "/resend/" not in text(client_for(amira).get(f"/owed/messages/{alarm.pk}/"))
    with pytest.raises(NotNow, match="for a colleague"):
        resending.resend(by=amira, message=alarm, address="07700 900999", reason="x")


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
