"""Advice without a referral: who asks, who answers, what is owed, and what comes of it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.lib.workingdays import add_working_days
from mash.outbox.models import Message
from mash.outbox.services import sweeper
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Consultation, Draft, Exchange
from referrals.selectors import consultations as selectors
from referrals.services import consultations, drafts, submitting
from tests.advice.conftest import WORRY, a_question, advise, ask
from tests.cast import a_submission

FRIDAY_NIGHT = datetime(2026, 11, 20, 22, 0, tzinfo=UTC)


def test_it_is_answered_within_one_working_day(tess: User) -> None:
    with time_machine.travel(FRIDAY_NIGHT, tick=False):
        row = ask(tess)
    assert row.due_at == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
    assert (row.state, row.organisation) == ("waiting", tess.organisation)


def test_it_asks_once_what_is_sent_twice(tess: User, leo: User) -> None:
    token = uuid4()
    rows = [consultations.ask(by=tess, question=a_question(), token=token) for _ in range(2)]
    other = consultations.ask(by=leo, question=a_question(), token=token)
    assert rows[0] == rows[1] != other
    assert Event.objects.filter(what="consultation_asked").count() == 2


def test_it_does_not_take_a_worry_about_somebody_who_works_with_children(tess: User) -> None:
    with pytest.raises(Refused) as refusal:
        ask(tess, category="allegation_against_worker")
    assert refusal.value.field == "category"
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.create(
            token=uuid4(),
            reference="X",
            asked_by=tess,
            organisation=tess.organisation,
            asked_at=timezone.now(),
            due_at=timezone.now(),
            question="?",
            category="allegation_against_worker",
            age_group="baby",
        )


@pytest.mark.parametrize("somebody", ["amira", "gita", "otto"])
def test_it_is_asked_by_those_who_refer(somebody: str, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        ask(request.getfixturevalue(somebody))


def test_it_keeps_the_advice_with_who_gave_it(question: Consultation, ben: User, amira: User) -> None:
    advise(amira, question)
    said = Exchange.objects.get()
    assert (said.by, said.social_worker, said.should_refer) == (amira, False, False)
    advise(ben, question, "And ask the school nurse.")
    assert Exchange.objects.last().social_worker, "Ben is a registered social worker"
    assert [event.detail for event in Event.objects.filter(what="consultation_answered")] == [
        {"should_refer": False},
        {"should_refer": False},
    ]


def test_it_owes_the_asker_the_news_and_a_call_when_it_is_not_read(question: Consultation, ben: User) -> None:
    advise(ben, question, should_refer=True)
    message = Message.objects.get(about=question.reference)
    said = Exchange.objects.get()
    assert (message.kind, message.recipient_user) == ("consultation_answered", question.asked_by)
    assert message.read_by == add_working_days(said.at, 1) and message.path == f"/advice/{question.reference}/"
    advise(ben, question, "On second thoughts, wait.")
    assert Message.objects.order_by("pk").last().read_by > message.read_by


def test_it_makes_a_call_of_silence_and_lets_the_hub_say_the_answer(
    question: Consultation, ben: User, amira: User, lara: User
) -> None:
    from mash.outbox.models import CallTask
    from referrals import visible
    from referrals.selectors import rounds

    advise(ben, question)
    Message.objects.update(state="sent", next_attempt_at=None, sent_at=timezone.now(), attempts=1, provider_id="1")
    with time_machine.travel(timezone.now() + timedelta(days=9)):
        sweeper.sweep()
    call = CallTask.objects.get()
    (thing,) = rounds.page(amira, call.round).things
    assert thing.news == [("Our advice", "", "Meet the parents.")]
    assert list(visible.calls(amira)) == [call] and not visible.calls(lara)


def test_it_needs_no_call_once_it_is_read(question: Consultation, ben: User, tess: User) -> None:
    advise(ben, question)
    assert selectors.told(question) == "They have not read it yet."
    consultations.read(by=tess, consultation=question)
    assert selectors.told(question) == "They have read it." and Message.objects.get().read_at


def test_it_gives_the_hub_a_working_day_again_only_after_an_answer(
    question: Consultation, tess: User, ben: User
) -> None:
    consultations.add(by=tess, consultation=question, text="It is worse on Mondays.")
    question.refresh_from_db()
    first = question.due_at
    assert question.state == "waiting"
    advise(ben, question)
    with time_machine.travel(timezone.now() + timedelta(days=14)):
        consultations.add(by=tess, consultation=question, text="We tried that.")
    question.refresh_from_db()
    assert question.state == "waiting" and question.due_at > first


def test_it_says_once_what_is_sent_twice(question: Consultation, tess: User, ben: User) -> None:
    for _ in range(2):
        consultations.add(by=tess, consultation=question, text="More.")
    for _ in range(2):
        advise(ben, question)
    assert Exchange.objects.count() == 2 and Message.objects.count() == 1


def test_it_tells_the_second_who_has_it(question: Consultation, amira: User, ben: User) -> None:
    consultations.take(by=amira, consultation=question, holder=None)
    for act in (
        lambda: consultations.take(by=ben, consultation=question, holder=None),
        lambda: advise(ben, question),
    ):
        with pytest.raises(SomeoneElse, match="Amira Example has had this question since today"):
            act()
    consultations.take(by=ben, consultation=question, holder=amira.pk)
    question.refresh_from_db()
    assert question.holder == ben


def test_it_tells_the_second_who_answered_first(question: Consultation, amira: User, ben: User) -> None:
    advise(amira, question, seen=0)
    with pytest.raises(SomeoneElse, match="Amira Example answered this"):
        advise(ben, question, "Call us.", seen=0)
    assert Exchange.objects.count() == 1
    with pytest.raises(SomeoneElse, match="Amira Example answered this"):
        consultations.take(by=ben, consultation=question, holder=None)


def test_it_does_not_answer_what_was_not_read(question: Consultation, tess: User, ben: User) -> None:
    consultations.add(by=tess, consultation=question, text="He has a bruise.")
    with pytest.raises(Refused, match="Tess Example added something"):
        advise(ben, question, seen=0)


def test_it_does_not_let_anybody_answer_themselves(question: Consultation, tess: User) -> None:
    tess.roles = ["practitioner", "triage_worker"]
    with pytest.raises(Refused, match="asked this yourself"):
        advise(tess, question)


def test_it_begins_one_referral_with_what_was_asked(question: Consultation, tess: User, leo: User) -> None:
    consultations.add(by=tess, consultation=question, text="It is worse on Mondays.")
    draft = consultations.begin_referral(by=tess, consultation=question)
    [worry] = draft.data["concerns"]
    assert (worry["category"], worry["narrative"]) == ("education", f"{WORRY}\n\nIt is worse on Mondays.")
    assert "indicators" not in worry, "the signs are still to be gone through"
    assert consultations.begin_referral(by=tess, consultation=question) == draft
    with pytest.raises(SomeoneElse, match="Tess Example has begun"):
        consultations.begin_referral(by=leo, consultation=question)
    drafts.discard(draft=draft)
    assert consultations.begin_referral(by=leo, consultation=question).owner == leo


def test_it_lists_those_advised_to_refer_until_a_referral_has_come(
    question: Consultation, tess: User, ben: User
) -> None:
    advise(ben, question, should_refer=True)
    assert list(selectors.advised_not_referred(ben)) == [question]
    consultations.finish(by=tess, consultation=question)
    assert list(selectors.advised_not_referred(ben)) == [question], "that the asker ended it changes nothing"
    draft = consultations.begin_referral(by=tess, consultation=question)
    assert list(selectors.advised_not_referred(ben)) == [question]
    referral = submitting.submit(by=tess, submission=a_submission())
    Draft.objects.filter(pk=draft.pk).update(referral=referral, data={})
    assert not selectors.advised_not_referred(ben)
    row = Consultation.objects.select_related("draft__referral").get()
    assert selectors.came_of_it(tess, row).referral == referral
    with pytest.raises(NotNow, match="already come of this"):
        consultations.begin_referral(by=tess, consultation=question)


def test_it_takes_later_advice_for_the_last_word(question: Consultation, ben: User) -> None:
    advise(ben, question, should_refer=True)
    advise(ben, question, "We spoke: no referral is needed.")
    question.refresh_from_db()
    assert question.advised_at is None and not selectors.advised_not_referred(ben)


def test_it_ends_with_the_referral_that_came_or_with_why_none_did(
    question: Consultation, tess: User, ben: User
) -> None:
    advise(ben, question, should_refer=True)
    for outcome in ("referral", "advice"):
        with pytest.raises(Refused) as refusal:
            consultations.close(by=ben, consultation=question, outcome=outcome)
        assert refusal.value.field == "not_referred_because"
    elsewhere = submitting.submit(by=ben, submission=a_submission())
    with pytest.raises(Refused) as refusal:
        consultations.close(by=ben, consultation=question, outcome="referral", reference=elsewhere.reference)
    assert refusal.value.field == "reference"
    theirs = submitting.submit(by=tess, submission=a_submission())
    row = consultations.close(by=ben, consultation=question, outcome="referral", reference=theirs.reference)
    assert (row.referral, row.state, row.closed_by) == (theirs, "closed", ben)
    assert not selectors.advised_not_referred(ben)
    with pytest.raises(SomeoneElse, match="Ben Example ended this"):
        consultations.close(by=ben, consultation=question, outcome="not_needed")
    with pytest.raises(NotNow):
        advise(ben, question, "One more thing.")


def test_it_lets_the_hub_say_what_came_of_one_that_the_asker_ended(
    question: Consultation, tess: User, ben: User
) -> None:
    advise(ben, question, should_refer=True)
    consultations.finish(by=tess, consultation=question)
    why = "Health have sent one."
    row = consultations.close(by=ben, consultation=question, outcome="referral", not_referred_because=why)
    assert row.closed_by == tess and not selectors.advised_not_referred(ben)


@pytest.mark.parametrize(("answered", "outcome"), [(False, "not_needed"), (True, "advice")])
def test_it_says_how_it_ended_when_the_asker_needs_no_more(
    question: Consultation, tess: User, ben: User, answered: bool, outcome: str
) -> None:
    if answered:
        advise(ben, question)
    assert consultations.finish(by=tess, consultation=question).outcome == outcome


def test_it_is_kept_from_the_lead_as_soon_as_its_draft_is_about_a_worker(question: Consultation, tess: User) -> None:
    draft = consultations.begin_referral(by=tess, consultation=question)
    [worry] = draft.data["concerns"]
    drafts.put(draft=draft, kind="concerns", item={**worry, "category": "allegation_against_worker"})
    draft = drafts.put(draft=draft, kind="concerns", item=worry)
    question.refresh_from_db()
    assert question.private
    assert consultations.ask(by=tess, question=a_question(), token=uuid4(), draft=draft).private


def test_it_hides_a_question_from_everybody_else(
    question: Consultation, leo: User, pat: User, gita: User, ben: User
) -> None:
    from referrals import visible

    private = ask(question.asked_by, private=True)
    assert set(visible.consultations(leo)) == {question}
    assert set(visible.consultations(question.asked_by)) == set(visible.consultations(ben)) == {question, private}
    assert not visible.consultations(pat) and not visible.consultations(gita)
    with pytest.raises(PermissionDenied):
        consultations.add(by=pat, consultation=question, text="Mine?")
    with pytest.raises(PermissionDenied):
        consultations.finish(by=leo, consultation=private)
