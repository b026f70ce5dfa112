"""What is decided at once about brothers and sisters is told at once: one message each, and a loop for every child."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation, User
from mash.lib.references import grouped
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import calls, sweeper
from referrals.choices import OutcomeKind
from referrals.models import Case, Outcome, Reading, Referral, Subject, Telling
from referrals.selectors import accounts_kept, not_known, rounds
from referrals.services import acknowledging, cases, decisions, queue, restricting, submitting, telling
from referrals.services.telling import News
from tests.cast import a_child, a_submission
from tests.public.posts import send
from tests.referrals.test_following import judge

pytestmark = pytest.mark.django_db
NAMES = ("Ada", "Bo", "Cy")
WAY_OUT = timedelta(days=telling.READ_WITHIN + 6)


@pytest.fixture
def referral(school: Organisation, tess: User, ben: User) -> Referral:
    """Three children of one family, on Ben's desk; their school has a shared inbox."""
    Organisation.objects.filter(pk=school.pk).update(shared_inbox="safeguarding@mill.example")
    children = tuple(a_child(given_name=name) for name in NAMES)
    referral = submitting.submit(by=tess, submission=a_submission("D19", children=children))
    queue.claim(by=ben, referral=referral)
    return referral


def each(referral: Referral) -> list[Subject]:
    return list(referral.subjects.order_by("position"))


def decide(referral: Referral, by: User, *names: str) -> None:
    """In words of its own for each child."""
    said = {one: judge(words=f"For {one.given_name}.") for one in each(referral) if one.given_name in names}
    decisions.decide_all(by=by, judgements=said)


def news(kind: str = "decided") -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def sent() -> None:
    """All of it went."""
    went = {"state": "sent", "next_attempt_at": None, "sent_at": timezone.now(), "provider_id": "<1@x>", "attempts": 1}
    Message.objects.filter(state="owed").update(**went)


def said(row: CallRound, by: User) -> list[str]:
    return [words for thing in rounds.page(by, row).things for _, _, words in thing.news]


def tell(by: User, page: rounds.RoundPage) -> None:
    """`by` has telephoned, and said what the page showed."""
    telling.in_a_round(by=by, row=page.row, seen=page.seen, upto=page.upto, how=CallTask.How.TELEPHONE)


def test_who_referred_and_their_inbox_get_one_message_for_all(referral: Referral, ben: User) -> None:
    decide(referral, ben, *NAMES)
    assert (len(news()), len(news(acknowledging.KIND))) == (1, 1)
    told = Telling.objects.filter(outcome__kind="decided")
    assert [one.message for one in told] == news() * 3
    assert sorted(one.outcome.words for one in told) == ["For Ada.", "For Bo.", "For Cy."]
    assert accounts_kept.draw_up().balances


def test_what_is_decided_later_is_told_later(referral: Referral, ben: User) -> None:
    decide(referral, ben, "Ada", "Bo")
    decide(referral, ben, "Cy")
    assert (len(news()), len(news(acknowledging.KIND))) == (2, 2)
    first, second = news()
    assert [one.outcome.words for one in first.tellings.order_by("pk")] == ["For Ada.", "For Bo."]
    assert [one.outcome.words for one in second.tellings.all()] == ["For Cy."]


def test_nothing_is_said_of_a_child_for_whom_a_second_person_must_sign(
    referral: Referral, ben: User, cleo: User
) -> None:
    ada, bo, cy = each(referral)
    nothing = judge(way="no_further_action", level=1, words="For Bo.", reason="A neighbour was mistaken.")
    said = {ada: judge(words="For Ada."), bo: nothing, cy: judge(words="For Cy.")}
    _, waits, _ = decisions.decide_all(by=ben, judgements=said)
    assert waits.waits_for_signature
    assert [one.words for one in Outcome.objects.filter(kind="decided").order_by("pk")] == ["For Ada.", "For Cy."]
    assert len(news()) == 1
    decisions.countersign(by=cleo, decision=waits, agrees=True)
    assert [one.outcome.words for one in news()[1].tellings.all()] == ["For Bo."]


def test_reading_it_closes_every_loop(
    referral: Referral, ben: User, tess: User, client_for: Callable[[User], Client]
) -> None:
    decide(referral, ben, *NAMES)
    sent()
    client_for(tess).get(f"/referrals/{referral.reference}/")
    assert set(Reading.objects.values_list("outcome__words", flat=True)) >= {"For Ada.", "For Bo.", "For Cy."}
    assert news()[0].read_at


def test_one_press_in_the_inbox_closes_every_loop_of_what_was_told_together_and_no_other(
    referral: Referral, ben: User, client: Client
) -> None:
    decide(referral, ben, "Ada", "Bo")
    decide(referral, ben, "Cy")
    sent()
    first, second = news(acknowledging.KIND)
    path = str(acknowledging.says(first)["got_it"])
    for _ in range(2):
        assert client.post(path).status_code == 302
    read = Reading.objects.order_by("outcome").values_list("outcome__words", "how")
    assert list(read) == [("For Ada.", "inbox"), ("For Bo.", "inbox")]
    closed, still_open = news()
    first.refresh_from_db()
    second.refresh_from_db()
    assert closed.read_at and first.read_at and not (still_open.read_at or second.read_at)
    with time_machine.travel(timezone.now() + WAY_OUT):
        sweeper.chase(limit=10)
    assert {one.message_id for one in CallTask.objects.filter(state="open")} <= {still_open.pk, second.pk}


@pytest.mark.parametrize("came_back", ["decided", acknowledging.KIND])
def test_one_telephone_call_tells_of_every_child(referral: Referral, ben: User, cleo: User, came_back: str) -> None:
    decide(referral, ben, *NAMES)
    sent()
    calls.owe_for(news(came_back), why=CallTask.Why.BOUNCED)
    row = CallRound.objects.get()
    assert CallTask.objects.count() == 1
    assert said(row, cleo) == ["For Ada.", "For Bo.", "For Cy."]
    tell(cleo, rounds.page(cleo, row))
    assert Reading.objects.filter(outcome__kind="decided").count() == 3
    with time_machine.travel(timezone.now() + WAY_OUT):
        sweeper.chase(limit=10)
    assert not CallTask.objects.filter(state="open").exists()


def ada_was_returned(referral: Referral, ben: User, carl: User) -> Message:
    """Ada's news came back from Tess. CADT returned her, and then she and Bo were decided together, in this message."""
    decide(referral, ben, "Ada")
    sent()
    calls.owe_for(news(), why=CallTask.Why.BOUNCED)
    cases.hand_back(by=carl, case=Case.objects.get(), reason="Not ours.")
    decide(referral, ben, "Ada", "Bo")
    sent()
    return news()[1]


def test_a_call_that_says_nothing_of_a_brother_leaves_him_to_be_told(
    referral: Referral, ben: User, carl: User, cleo: User
) -> None:
    second = ada_was_returned(referral, ben, carl)
    row = CallRound.objects.get()
    assert said(row, cleo) == ["For Ada."]
    tell(cleo, rounds.page(cleo, row))
    second.refresh_from_db()
    assert second.read_at is None and not Outcome.objects.get(words="For Bo.").readings.exists()
    with time_machine.travel(timezone.now() + WAY_OUT):
        sweeper.chase(limit=10)
    assert CallTask.objects.filter(message=second, state="open").exists()


def test_what_came_back_meanwhile_about_a_brother_stays_owed(
    referral: Referral, ben: User, carl: User, cleo: User
) -> None:
    second = ada_was_returned(referral, ben, carl)
    page = rounds.page(cleo, CallRound.objects.get())
    calls.owe_for([second], why=CallTask.Why.BOUNCED)
    tell(cleo, page)
    assert [one.message for one in CallTask.objects.filter(state="open")] == [second]


def test_who_may_not_be_told_is_told_of_none(client: Client) -> None:
    referral, _ = send(client, "anonymous", story="Two children next door.")
    telling.tell_all(referral=referral, news=[News(OutcomeKind.DECIDED, words) for words in ("One.", "Another.")])
    assert not news()
    untold = Telling.objects.exclude(untold_because="").filter(outcome__kind="decided")
    assert [one.outcome.words for one in untold.order_by("pk")] == ["One.", "Another."]


def test_what_was_restricted_since_is_not_the_inboxs_to_close(referral: Referral, ben: User, client: Client) -> None:
    decide(referral, ben, *NAMES)
    path: Any = acknowledging.says(news(acknowledging.KIND)[0])["got_it"]
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="A colleague's child.")
    assert client.post(path).status_code == 404
    assert not Reading.objects.exists()


def test_its_own_page_names_the_referral_once(
    referral: Referral, ben: User, cleo: User, client_for: Callable[[User], Client]
) -> None:
    decide(referral, ben, *NAMES)
    page = client_for(cleo).get(f"/owed/messages/{news()[0].pk}/").content.decode()
    assert grouped(referral.reference) in page and "notices in one batch" not in page


def test_the_list_of_what_is_not_known_has_one_line_for_what_was_told_together(
    referral: Referral, ben: User, cleo: User
) -> None:
    decide(referral, ben, "Ada", "Bo")
    decide(referral, ben, "Cy")
    together, alone = not_known.page(cleo).lines
    assert [together.message, alone.message] == [one.pk for one in news()]
    assert together.what == f"{alone.what}, for 2 children"
