"""News in a shared inbox: who gets it, what the link shows, and what pressing the button closes."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from mash.audit.models import Event
from mash.lib.references import grouped
from mash.outbox import words
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import calls, messages, sweeper
from referrals.choices import OutcomeKind, ReadHow, Service
from referrals.models import Outcome, Reading, Referral
from referrals.selectors import rounds
from referrals.services import acknowledging, restricting, telling
from referrals.services.telling import READ_WITHIN, News
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db
INBOX = "safeguarding@mill.example"
LATER = timedelta(days=READ_WITHIN + 6)


@pytest.fixture
def school(school: Organisation) -> Organisation:
    Organisation.objects.filter(pk=school.pk).update(shared_inbox=INBOX)
    school.refresh_from_db()
    return school


@pytest.fixture
def referral(tess: User, ben: User) -> Referral:
    """Tess sent it, and the hub has decided."""
    return offered(to=Service.CADT, sender=tess, triage=ben).referral


@pytest.fixture
def inbox(referral: Referral) -> Message:
    return Message.objects.get(kind=acknowledging.KIND)


def link(message: Message) -> str:
    """The path in the email to the inbox."""
    found = re.search(r"(/got-it/\S+/)", words.of(message).body)
    assert found is not None
    return found[1]


def token_of(message: Message) -> str:
    """A link that was made while the message might have one."""
    return signing.dumps({"message": message.pk}, salt=acknowledging.SALT)


def press(path: str, **headers: str) -> Any:
    return Client(enforce_csrf_checks=True).post(path, headers=headers)


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_news_that_must_be_read_goes_to_the_inbox_as_well(
    referral: Referral, inbox: Message, school: Organisation
) -> None:
    assert (inbox.recipient_email, inbox.organisation_id, inbox.recipient_user) == (INBOX, school.pk, None)
    to_tess = Message.objects.filter(about=referral.reference, kind="decided").get()
    assert to_tess.recipient_email == "tess@mill.example", "and to her as ever"
    kinds = Message.objects.filter(about=referral.reference).values_list("kind", flat=True)
    assert sorted(kinds) == ["decided", "inbox_news", "referral_received"], "a receipt needs no reader"


def test_without_an_inbox_there_is_none(school: Organisation, tess: User, ben: User) -> None:
    Organisation.objects.update(shared_inbox="")
    offered(to=Service.CADT, sender=tess, triage=ben)
    assert not Message.objects.filter(kind=acknowledging.KIND).exists()


@pytest.mark.parametrize("closed", ["allegation", "restricted"])
def test_what_an_organisation_may_not_know_never_reaches_its_inbox(
    referral: Referral, inbox: Message, closed: str
) -> None:
    news = News(OutcomeKind.CLOSED, "It has ended.")
    telling.tell(referral=referral, news=news)
    assert Message.objects.filter(kind=acknowledging.KIND).count() == 2
    setattr(referral, closed, True)
    telling.tell(referral=referral, news=news)
    assert Message.objects.filter(kind=acknowledging.KIND).count() == 2
    assert Message.objects.filter(kind="closed").count() == 2, "and to her as ever"


def test_the_email_holds_the_reference_and_two_links_and_no_more(inbox: Message, referral: Referral) -> None:
    said = words.of(inbox)
    for secret in ("Mill Lane", "Tess", *(str(subject) for subject in referral.subjects.all())):
        assert secret not in said.subject + said.body
    assert len(re.findall(r"https?://", said.body)) == 2
    assert "got-it" not in inbox.path, "the link is stored nowhere"


def test_opening_the_link_says_nothing(inbox: Message, client: Client) -> None:
    """Scanners open links, some of them many times."""
    for _ in range(3):
        page = text(client.get(link(inbox)))
        assert client.head(link(inbox)).status_code == 200
    assert "We have got this" in page and not Reading.objects.exists()
    assert not Message.objects.exclude(read_at=None).exists()


def test_the_page_shows_the_reference_and_never_the_outcome(
    inbox: Message, client: Client, referral: Referral, tess: User
) -> None:
    answer = client.get(link(inbox))
    page = text(answer)
    outcome = Outcome.objects.get(referral=referral, kind="decided")
    for secret in (outcome.words[:30], "Mill Lane", tess.name, *(str(one) for one in referral.subjects.all())):
        assert secret not in page
    assert answer["Cache-Control"] == "no-store" and answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies


def test_pressing_closes_the_loop_of_that_news_alone(
    inbox: Message, referral: Referral, school: Organisation, client: Client
) -> None:
    assert press(link(inbox)).status_code == 302
    reading = Reading.objects.get()
    assert (reading.organisation, reading.how, reading.user, reading.outcome.kind) == (
        school,
        ReadHow.INBOX,
        None,
        "decided",
    )
    read = Message.objects.exclude(read_at=None).values_list("kind", flat=True)
    assert sorted(read) == ["decided", "inbox_news"]
    page = text(client.get(link(inbox)))
    assert "We will not call you about it" in page and grouped(referral.reference) in page
    event = Event.objects.get(what="news_acknowledged")
    assert (event.actor_label, event.organisation_id) == (f"Shared inbox of {school}", school.pk)


def test_pressing_twice_is_pressing_once(inbox: Message) -> None:
    for _ in range(3):
        press(link(inbox))
    assert Reading.objects.count() == 1 and Event.objects.filter(what="news_acknowledged").count() == 1


def test_nobody_calls_about_what_an_inbox_has_got(inbox: Message, referral: Referral) -> None:
    Message.objects.filter(state="owed").update(
        state="sent", sent_at=timezone.now(), provider_id="<1@x>", attempts=1, next_attempt_at=None
    )
    press(link(inbox))
    with time_machine.travel(timezone.now() + LATER):
        sweeper.chase(limit=10)
    assert not CallTask.objects.exists()


def test_what_came_back_from_the_inbox_is_read_out_on_the_telephone_and_closes_the_loop(
    referral: Referral, inbox: Message, cleo: User
) -> None:
    to_tess = Message.objects.filter(about=referral.reference, kind="decided")
    went = {"state": "sent", "next_attempt_at": None, "sent_at": timezone.now(), "provider_id": "<1@x>", "attempts": 1}
    to_tess.update(**went)
    calls.owe_for([inbox], why=CallTask.Why.BOUNCED)
    row = CallRound.objects.get()
    page = rounds.page(cleo, row)
    assert [said for thing in page.things for _, _, said in thing.news] == ["CADT will see Ada today."]
    telling.in_a_round(by=cleo, row=row, seen=page.seen, how=CallTask.How.TELEPHONE)
    assert Reading.objects.get().outcome.kind == "decided"
    with time_machine.travel(timezone.now() + LATER, tick=False):
        sweeper.chase(limit=10)
    assert not CallTask.objects.filter(state="open").exists(), "one call is enough"


def test_silence_of_the_inbox_alone_makes_one_call_and_pressing_then_lapses_it(inbox: Message) -> None:
    Message.objects.filter(state="owed").update(
        state="sent", sent_at=timezone.now(), provider_id="<1@x>", attempts=1, next_attempt_at=None
    )
    with time_machine.travel(timezone.now() + LATER):
        sweeper.chase(limit=10)
        assert CallTask.objects.get().why == "silent"
        press(link(inbox))
    assert CallTask.objects.get().state == "lapsed"


def test_her_own_reading_stays_her_own(inbox: Message, tess: User, client_for: Any) -> None:
    press(link(inbox))
    assert not Reading.objects.filter(user=tess).exists()
    assert "News for you" in text(client_for(tess).get("/referrals/"))


def test_a_link_works_for_thirty_days(inbox: Message, client: Client) -> None:
    path = link(inbox)
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        assert client.get(path).status_code == 200
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert client.get(path).status_code == press(path).status_code == 410
    assert not Reading.objects.exists()


@pytest.mark.parametrize("change", ["forged", "cut", "words", "another purpose"])
def test_a_link_that_is_not_ours_is_no_page(inbox: Message, client: Client, change: str) -> None:
    token = link(inbox).split("/")[2]
    forged = {
        "forged": token[:-3] + ("aaa" if token[-3:] != "aaa" else "bbb"),
        "cut": token[: len(token) // 2],
        "words": "please",
        "another purpose": signing.dumps({"message": inbox.pk}, salt="something else"),
    }[change]
    assert client.get(f"/got-it/{forged}/").status_code == press(f"/got-it/{forged}/").status_code == 404
    assert not Reading.objects.exists()


def test_a_link_to_another_kind_of_message_opens_nothing(referral: Referral, client: Client) -> None:
    to_tess = Message.objects.get(about=referral.reference, kind="decided")
    assert acknowledging.says(to_tess) == {"got_it": ""}
    assert client.get(f"/got-it/{token_of(to_tess)}/").status_code == 404


def test_another_site_cannot_press(inbox: Message) -> None:
    assert press(link(inbox), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not Reading.objects.exists()


def test_what_was_sent_again_closes_the_same_loop(inbox: Message, ben: User) -> None:
    Message.objects.filter(pk=inbox.pk).update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
    again = messages.resend(by=ben, message=inbox)
    press(link(again))
    assert Reading.objects.get().how == ReadHow.INBOX
    assert Message.objects.filter(kind=acknowledging.KIND, read_at=None).count() == 0


# Only the inbox on record, and only while the organisation may know


def test_it_sends_no_button_to_another_address_and_takes_no_press_from_there(inbox: Message, ben: User) -> None:
    Message.objects.filter(pk=inbox.pk).update(state="failed", settled_at=timezone.now(), next_attempt_at=None)
    again = messages.resend(by=ben, message=inbox, email="somebody@home.example")
    body = words.of(again).body
    assert "/got-it/" not in body and "press" not in body and again.path in body
    assert press(f"/got-it/{token_of(again)}/").status_code == 404
    assert not Reading.objects.exists() and not Message.objects.exclude(read_at=None).exists()


def test_it_takes_no_press_from_an_inbox_that_is_the_organisations_no_more(
    inbox: Message, school: Organisation
) -> None:
    path = link(inbox)
    Organisation.objects.filter(pk=school.pk).update(shared_inbox="new@mill.example")
    assert press(path).status_code == 404
    Organisation.objects.filter(pk=school.pk).update(shared_inbox=INBOX.upper())
    assert press(path).status_code == 302, "capitals are no other inbox"


@pytest.mark.parametrize("since", ["restricted", "closed"])
def test_it_neither_opens_nor_closes_what_they_may_not_know_any_more(
    inbox: Message, referral: Referral, school: Organisation, client: Client, since: str
) -> None:
    path = link(inbox)
    if since == "closed":
        Organisation.objects.filter(pk=school.pk).update(active=False)
    else:
        Referral.objects.filter(pk=referral.pk).update(restricted=True)
    for answer in (client.get(path), press(path)):
        assert answer.status_code == 404
        assert grouped(referral.reference) not in answer.content.decode()
    assert not Reading.objects.exists() and not Event.objects.filter(what="news_acknowledged").exists()
    assert "/got-it/" not in words.of(inbox).body


def test_it_does_not_even_say_thank_you_after_a_restriction(
    inbox: Message, referral: Referral, client: Client, ben: User
) -> None:
    path = link(inbox)
    press(path)
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="Asked by the police.")
    assert client.get(path).status_code == 404
