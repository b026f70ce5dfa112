"""What is owed to people, and the calls that close the loop."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Organisation, User
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls
from referrals.choices import ClosureReason, OutcomeKind, ReadHow, Service
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, Outcome, Reading, Referral
from referrals.selectors import accounts_kept, loop
from referrals.services import cases, decisions, queue, resending, restricting, submitting, telling
from referrals.submission import Referrer
from tests.cast import a_concern, a_submission
from tests.referrals.a_case import JUDGEMENTS, decided, offered

pytestmark = pytest.mark.django_db


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def silent(tess) -> User:
    """A teacher whose account has no address that can be used."""
    User.objects.filter(pk=tess.pk).update(email="not an address")
    tess.refresh_from_db()
    return tess


@pytest.fixture
def case(silent, ben, cleo) -> Case:
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    cases.accept(by=cleo, case=made)
    return made


@pytest.fixture
def call(case) -> CallTask:
    """The oldest of the three calls that are owed: received, decided, accepted."""
    return CallTask.objects.filter(about=case.referral.reference).earliest("pk")


def last() -> int:
    """What the page says of how far it showed."""
    return CallTask.objects.latest("pk").pk


def test_it_owes_a_call_where_no_email_can_go(case):
    assert list(CallTask.objects.values_list("why", "state").distinct()) == [("no_address", "open")]
    assert CallTask.objects.count() == 3


def test_it_settles_all_that_one_person_is_owed_with_one_call(case, call, cleo):
    telling.by_a_person(by=cleo, call=call, how=CallTask.How.TELEPHONE, note="Spoke at 4pm.")
    assert set(CallTask.objects.values_list("state", "done_by", "note")) == {("done", cleo.pk, "Spoke at 4pm.")}
    told = Reading.objects.filter(user=cleo, how=ReadHow.PHONE).values_list("outcome__kind", flat=True)
    assert set(told) == {OutcomeKind.RECEIVED, OutcomeKind.DECIDED, OutcomeKind.ACCEPTED}


def test_it_does_not_take_a_letter_for_a_reading(call, cleo):
    telling.by_a_person(by=cleo, call=call, how=CallTask.How.LETTER)
    assert not Reading.objects.exists()
    assert not CallTask.objects.filter(state="open").exists()


def test_it_wants_to_know_why_somebody_cannot_be_told(call, cleo):
    with pytest.raises(Refused) as refused:
        telling.by_a_person(by=cleo, call=call, how=CallTask.How.NOT_POSSIBLE)
    assert refused.value.field == "note"
    telling.by_a_person(by=cleo, call=call, how=CallTask.How.NOT_POSSIBLE, note="She has left the school.")
    assert not Reading.objects.exists()


def test_it_tells_the_second_who_called_first(call, cleo, carl):
    stale = CallTask.objects.get(pk=call.pk)
    telling.by_a_person(by=cleo, call=call, how=CallTask.How.TELEPHONE)
    with pytest.raises(SomeoneElse, match="Cleo Example has done this already"):
        telling.by_a_person(by=carl, call=stale, how=CallTask.How.TELEPHONE)


def test_it_says_when_they_have_read_it_meanwhile(case, call, silent, cleo):
    telling.read(by=silent, referral=case.referral, how=ReadHow.PRODUCT)
    with pytest.raises(SomeoneElse, match="read it meanwhile"):
        telling.by_a_person(by=cleo, call=call, how=CallTask.How.TELEPHONE)


def test_it_leaves_another_persons_calls_open(case, call, cleo):
    other = calls.owe(why=CallTask.Why.NO_ADDRESS, about=case.referral.reference, recipient_name="Somebody else")
    telling.by_a_person(by=cleo, call=call, how=CallTask.How.TELEPHONE)
    other.refresh_from_db()
    assert other.state == "open"


def test_it_asks_for_a_call_when_important_news_stays_unread(tess, ben, cleo, carl):
    made = offered(to=Service.CADT, sender=tess, triage=ben)
    cases.accept(by=cleo, case=made)
    cases.close(by=carl, case=made, reason=ClosureReason.NEEDS_MET, words="Safe.", note="Seen with their aunt.")
    by = dict(Message.objects.values_list("kind", "read_by"))
    assert by["referral_received"] is None and by["accepted"] is None
    assert by["decided"] > timezone.now() + timedelta(days=2) and by["closed"] > timezone.now() + timedelta(days=2)


# The pages


def test_it_lists_what_is_owed_by_reference_and_organisation_alone(case, cleo, client_for):
    page = text(client_for(cleo).get("/owed/"))
    assert "Mill Lane Primary" in page and "We have no address for them that works" in page and "1</span>" in page
    assert "Ada" not in page and "Byrne" not in page and "Tess" not in page


def test_it_lists_emails_on_their_way_with_their_age(referral, cleo, client_for):
    Message.objects.update(next_attempt_at=timezone.now())
    page = text(client_for(cleo).get("/owed/"))
    assert "We have received it" in page and "Less than a minute" in page


def test_it_shows_only_what_is_about_referrals_one_may_see(case, call, ben, gita, cleo, client_for):
    assert "Nobody is waiting for your call" in text(client_for(gita).get("/owed/"))
    assert client_for(gita).get(f"/owed/calls/{call.round_id}/").status_code == 404
    restricting.restrict(by=ben, referral=case.referral, restricted=True, reason="Staff.")
    Referral.objects.filter(pk=case.referral_id).update(owner=None, owned_since=None)
    for user, status in ((cleo, 404), (ben, 200)):
        assert client_for(user).get(f"/owed/calls/{call.round_id}/").status_code == status
    ledger = loop.ledger(cleo)
    assert (ledger.open_rounds, ledger.open_messages, ledger.share.of) == (0, 0, 0), "nor in the numbers"


@pytest.mark.parametrize("who", ["tess", "otto"])
def test_it_is_closed_to_those_who_owe_nothing(call, who, request, client_for):
    client = client_for(request.getfixturevalue(who))
    assert client.get("/owed/").status_code == 403
    assert client.get(f"/owed/calls/{call.round_id}/").status_code == 404


def test_it_gives_the_officer_for_allegations_their_calls(silent, lara, amira, client_for):
    from tests.cast import a_concern

    concern = a_concern("D19", category="allegation_against_worker")
    submitting.submit(by=silent, submission=a_submission(concerns=(concern,)))
    call = CallTask.objects.get()
    assert client_for(lara).get(f"/owed/calls/{call.round_id}/").status_code == 200
    assert client_for(amira).get(f"/owed/calls/{call.round_id}/").status_code == 404


def test_it_says_whom_to_call_and_what_to_say(call, cleo, client_for):
    page = text(client_for(cleo).get(f"/owed/calls/{call.round_id}/"))
    assert "Tess Example" in page and 'href="tel:01514960000"' in page
    assert "CADT will see Ada today." in page and "One call is enough for all of this" in page


def test_it_writes_the_call_down(call, cleo, client_for):
    client = client_for(cleo)
    page = text(
        client.post(f"/owed/calls/{call.round_id}/", {"how": "telephone", "note": "", "seen": last()}, follow=True)
    )
    assert "you dealt with Mill Lane Primary" in page and "Nobody is waiting for your call" in page
    page = text(client.get(f"/owed/calls/{call.round_id}/"))
    assert "Cleo Example has done this already" in page and "Write it down" not in page


def test_it_keeps_the_note_when_an_answer_is_missing(call, cleo, client_for):
    page = text(
        client_for(cleo).post(f"/owed/calls/{call.round_id}/", {"how": "", "note": "She was out", "seen": last()})
    )
    assert "Choose how you told them" in page and "She was out" in page


def test_it_counts_how_much_of_the_news_is_known(case, silent, cleo):
    assert (loop.share(cleo).known, loop.share(cleo).of, loop.share(cleo).percent) == (0, 3, 0)
    outcome = Outcome.objects.earliest("pk")
    Reading.objects.create(outcome=outcome, user=silent, how=ReadHow.PRODUCT, at=timezone.now())
    assert loop.share(cleo).percent == 33
    telling.read(by=silent, referral=case.referral, how=ReadHow.PRODUCT)
    assert loop.share(cleo).percent == 100


def test_it_turns_its_pages_by_key(tess, ben, cleo, monkeypatch):
    """Of each: that we have it, what was decided, and for the service that it cannot wait."""
    monkeypatch.setattr(loop, "SIZE", 2)
    for name in ("Al", "Bo", "Cy"):
        offered(to=Service.CADT, sender=tess, triage=ben, name=name)
    seen, after = [], ""
    for _ in range(5):
        ledger = loop.ledger(cleo, messages_after=after)
        seen += [one.row.pk for one in ledger.messages]
        after = ledger.messages_later
    assert len(seen) == len(set(seen)) == 9 and seen == sorted(seen) and after == ""


def test_it_costs_the_same_however_much_is_owed(silent, ben, cleo, client_for):
    client = client_for(cleo)
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    client.get("/owed/")
    with CaptureQueriesContext(connection) as one:
        client.get("/owed/")
    for name in ("Bo", "Cy", "Di", "Ed"):
        offered(to=Service.CADT, sender=silent, triage=ben, name=name)
    with CaptureQueriesContext(connection) as many:
        client.get("/owed/")
    assert len(many) == len(one) <= 16


def test_it_finds_the_agencys_own_telephone_when_nobody_gave_one(silent, ben, cleo, client_for):
    bare = Referrer(name="Tess Example", role="teacher")
    offered(to=Service.CADT, sender=silent, triage=ben, referrer=bare)
    call = CallTask.objects.earliest("pk")
    assert "0151 496 0001" in text(client_for(cleo).get(f"/owed/calls/{call.round_id}/"))


def test_it_dates_the_receipt_so_that_it_is_still_true_tomorrow(referral):
    words = Outcome.objects.get(kind=OutcomeKind.RECEIVED).words
    assert str(referral.decision_due_at.year) in words and "tomorrow" not in words


# Somebody who has left


@pytest.fixture
def left(tess, ben, cleo) -> Case:
    """The teacher has gone when triage decides."""
    referral = submitting.submit(by=tess, submission=a_submission("D19"))
    Message.objects.update(state="cancelled", settled_at=timezone.now(), next_attempt_at=None)
    User.objects.filter(pk=tess.pk).update(is_active=False)
    return decided(referral, to=Service.CADT, triage=ben)


def test_it_calls_at_once_about_news_for_somebody_who_has_left(left, tess):
    message = Message.objects.get(recipient_user=tess, kind=OutcomeKind.DECIDED)
    call = CallTask.objects.get()
    assert (message.state, message.attempts, message.sent_at) == ("failed", 0, None)
    assert (call.message, call.why, call.round.whom) == (message, "left", f"organisation:{tess.organisation_id}")
    kept = accounts_kept.draw_up()
    assert kept.balances and kept.media["email"].failed == 1


def test_it_calls_at_once_where_the_whole_organisation_is_closed(tess, ben):
    referral = submitting.submit(by=tess, submission=a_submission("D19"))
    Organisation.objects.filter(pk=tess.organisation_id).update(active=False)
    decided(referral, to=Service.CADT, triage=ben)
    assert CallTask.objects.get().why == "left"


def test_it_says_on_the_telephone_task_and_in_the_history_that_they_have_left(left, tess, cleo, client_for):
    client, call = client_for(cleo), CallTask.objects.get()
    assert "They have left, and their account is closed" in text(client.get("/owed/"))
    page = text(client.get(f"/owed/calls/{call.round_id}/"))
    assert "Ask who has taken over from <bdi>Tess Example</bdi>" in page and "CADT will see Ada today." in page
    history = text(client.get(f"/owed/messages/{call.message_id}/"))
    assert "It was not sent: a person is asked to call" in history
    assert ">Address</dt>" in history and "Sent to</dt>" not in history, "nothing went there"
    assert "To be read by" not in history, "somebody calls already"
    assert "They have left, and their account is closed" in history


def test_it_gives_the_number_of_the_organisation_and_not_of_somebody_who_has_left(tess, ben, cleo, client_for):
    """Hers may be her own mobile."""
    submission = a_submission("D19")
    submission = replace(submission, referrer=replace(submission.referrer, phone="07700 900123"))
    referral = submitting.submit(by=tess, submission=submission)
    User.objects.filter(pk=tess.pk).update(is_active=False)
    decided(referral, to=Service.CADT, triage=ben)
    path = f"/owed/calls/{CallTask.objects.get().round_id}/"
    page = text(client_for(cleo).get(path))
    assert "0151 496 0001" in page and "07700 900123" not in page
    Organisation.objects.update(phone="")
    page = text(client_for(cleo).get(path))
    assert "There is no telephone number" in page and "07700 900123" not in page


def test_it_asks_nobody_there_about_somebody_who_works_with_children(tess, lara, client_for):
    """Whoever does her work now may be the one it is about, or a friend of theirs."""
    worry = a_concern("D19", category="allegation_against_worker")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(worry,)))
    User.objects.filter(pk=tess.pk).update(is_active=False)
    User.objects.filter(pk=lara.pk).update(social_work_registration="SW1")
    lara.refresh_from_db()
    queue.claim(by=lara, referral=referral)
    decisions.decide(by=lara, subject=referral.subjects.get(), judgement=JUDGEMENTS[Service.CADT])
    call = CallTask.objects.get(why="left")
    page = text(client_for(lara).get(f"/owed/calls/{call.round_id}/"))
    assert "<bdi>Tess Example</bdi> has left" in page and "This is about somebody who works with children" in page
    assert "Only the designated officer for allegations says who may know. If that is you, settle it first" in page
    for invitation in ("Ask who has taken over", "Tell Mill Lane Primary", "0151 496 0001", "One call is enough"):
        assert invitation not in page


def test_the_call_to_somebody_who_has_left_ends_like_any_other(left, cleo):
    telling.by_a_person(by=cleo, call=CallTask.objects.get(), how=CallTask.How.TELEPHONE)
    assert Reading.objects.get().how == ReadHow.PHONE and not CallTask.objects.filter(state="open").exists()


def test_what_somebody_who_has_left_is_owed_may_be_sent_to_another_address(left, ben, tess):
    again = resending.resend(
        by=ben,
        message=Message.objects.get(recipient_user=tess, kind=OutcomeKind.DECIDED),
        address="new.teacher@school.example",
        reason="She has taken over.",
    )
    assert again.state == "owed" and again.recipient_email == "new.teacher@school.example"


def test_it_goes_no_more_to_the_account_that_they_left(left, ben, tess, client_for):
    message = Message.objects.get(recipient_user=tess, kind=OutcomeKind.DECIDED)
    with pytest.raises(NotNow, match="They have left"):
        resending.resend(by=ben, message=message, address=tess.email.upper(), reason="Once more.")
    page = text(client_for(ben).get(f"/owed/messages/{message.pk}/resend/"))
    assert "They have left" in page and tess.email not in page
