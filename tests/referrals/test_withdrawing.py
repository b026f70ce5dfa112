"""Taking a worry back: it ends below Level 4 while nobody has it, and is a wish otherwise."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from mash.outbox.models import Message
from referrals.choices import AmendmentKind, OutcomeKind, Service, Stage
from referrals.errors import NotNow, Refused
from referrals.models import Amendment, Outcome, Referral, StageChange, Telling
from referrals.services import amending, queue, submitting, withdrawing
from referrals.services.amending import Change
from tests.cast import a_child, a_concern, a_submission
from tests.referrals.a_case import offered

ClientFor = Callable[[User], Client]
WHY = {"reason": "I sent it twice"}


@pytest.fixture
def low(tess: User) -> Referral:
    """A Level 2 worry that nobody has taken."""
    return submitting.submit(by=tess, submission=a_submission("D05"))


def withdraw(tess: User, referral: Referral, *, ending: bool) -> Amendment:
    return withdrawing.withdraw(by=tess, referral=referral, ending=ending, reason="I sent it twice")


def test_it_ends_a_low_worry_that_nobody_has_and_tells_everybody_owed(low: Referral, tess: User, client_for: ClientFor):
    page = f"/referrals/{low.reference}/withdraw/"
    shown = client_for(tess).get(page).content.decode()
    assert "nobody will act on it" in shown
    answer = client_for(tess).post(page, {**WHY, "ending": "yes"}, follow=True).content.decode()
    low.refresh_from_db()
    assert low.stage == Stage.WITHDRAWN
    last = StageChange.objects.filter(referral=low).last()
    assert last is not None
    assert (last.new, last.by, last.reason) == (Stage.WITHDRAWN, tess, "I sent it twice")
    outcome = Outcome.objects.get(kind=OutcomeKind.WITHDRAWN)
    assert Telling.objects.filter(outcome=outcome).count() == low.parties.count() == 1
    assert Message.objects.get(kind="withdrawn").recipient_user == tess
    assert "Withdrawn" in answer
    assert "The hub decides by" not in answer
    assert f'href="{page}"' not in answer


def test_it_is_out_of_the_queue_and_its_file_says_so(low: Referral, tess: User, amira: User, client_for: ClientFor):
    withdraw(tess, low, ending=True)
    assert low.reference not in client_for(amira).get("/queue/").content.decode()
    page = client_for(amira).get(f"/queue/{low.reference}/").content.decode()
    assert "Withdrawn" in page
    assert "Overdue" not in page
    assert "New from the referrer" not in page
    assert "I sent it twice" in page
    assert queue.take_next(by=amira) == []


def test_it_is_a_wish_at_level_4_and_the_page_says_so_first(
    referral: Referral, tess: User, ben: User, client_for: ClientFor
):
    page = f"/referrals/{referral.reference}/withdraw/"
    assert "Until then everything goes on as it is" in client_for(tess).get(page).content.decode()
    client_for(tess).post(page, {**WHY, "ending": "no"})
    referral.refresh_from_db()
    assert referral.stage == Stage.RECEIVED
    assert Message.objects.get(kind="from_referrer").recipient_user == ben
    file = client_for(ben).get(f"/queue/{referral.reference}/").content.decode()
    assert "A wish to withdraw" in file
    assert "Nothing has stopped" in file


def high_sibling(tess: User) -> Referral:
    concerns = (a_concern("D05", about=(0,)), a_concern("D19", about=(1,)))
    children = (a_child(), a_child(given_name="Bo"))
    return submitting.submit(by=tess, submission=a_submission(children=children, concerns=concerns))


def no_level(tess: User) -> Referral:
    return submitting.submit(by=tess, submission=a_submission(concerns=(a_concern(),)))


def danger(tess: User) -> Referral:
    return submitting.submit(by=tess, submission=a_submission("D05", immediate_danger=True))


def allegation(tess: User) -> Referral:
    concern = a_concern("D05", category="allegation_against_worker")
    return submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))


@pytest.mark.parametrize("make", [high_sibling, no_level, danger, allegation])
def test_it_never_ends_what_may_be_serious(tess: User, make: Callable[[User], Referral]):
    referral = make(tess)
    assert not withdrawing.ends(referral)
    withdraw(tess, referral, ending=False)
    assert Referral.objects.get(pk=referral.pk).stage == Stage.RECEIVED


def test_it_is_a_wish_once_somebody_has_it(low: Referral, tess: User, amira: User):
    queue.claim(by=amira, referral=low)
    with pytest.raises(Refused, match="has changed since you opened the page"):
        withdraw(tess, low, ending=True)
    assert not Amendment.objects.exists()
    withdraw(tess, low, ending=False)
    low.refresh_from_db()
    assert (low.stage, low.owner) == (Stage.IN_TRIAGE, amira)
    assert Message.objects.get(kind="from_referrer").recipient_user == amira


def test_it_keeps_the_reason_when_the_promise_has_changed(low, tess, amira, client_for):
    queue.claim(by=amira, referral=low)
    page = client_for(tess).post(f"/referrals/{low.reference}/withdraw/", {**WHY, "ending": "yes"}).content.decode()
    assert "This has changed" in page
    assert "I sent it twice" in page
    assert "Until then everything goes on as it is" in page


def test_it_is_a_wish_after_a_service_sent_a_child_back(tess: User, ben: User, gita: User):
    from referrals.services import cases

    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.hand_back(by=gita, case=case, reason="Not ours")
    referral = Referral.objects.get(pk=case.referral_id)
    assert referral.stage == Stage.RECEIVED
    assert not withdrawing.ends(referral)


def more(tess: User, referral: Referral) -> Amendment:
    return amending.add(by=tess, referral=referral, words="There is a new bruise")


def correction(tess: User, referral: Referral) -> Amendment:
    change = Change(answer="Worry: What you have seen", was="A scratch", should_be="A bruise", reason="I looked again")
    return amending.correct(by=tess, referral=referral, change=change)


@pytest.mark.parametrize("tell", [more, correction])
def test_it_is_a_wish_until_what_was_told_since_is_looked_at(
    low: Referral, tess: User, ben: User, tell: Callable[[User, Referral], Amendment]
):
    added = tell(tess, low)
    assert not withdrawing.ends(low)
    with pytest.raises(Refused, match="has changed since you opened the page"):
        withdraw(tess, low, ending=True)
    amending.answer(by=ben, amendment=added)
    withdraw(tess, low, ending=True)
    low.refresh_from_db()
    assert low.stage == Stage.WITHDRAWN


def test_it_is_asked_once(referral: Referral, tess: User):
    withdraw(tess, referral, ending=False)
    with pytest.raises(NotNow, match="asked for this already"):
        withdraw(tess, referral, ending=False)


def test_it_needs_a_reason_and_ones_own_referral(low: Referral, tess: User, pat: User, client_for: ClientFor):
    page = client_for(tess).post(f"/referrals/{low.reference}/withdraw/", {"ending": "yes", "reason": ""})
    assert "Say why you want to withdraw it" in page.content.decode()
    with pytest.raises(NotNow):
        withdraw(pat, low, ending=True)


def test_it_is_answered_in_words_that_the_referrer_reads(referral, tess, ben, client_for):
    row = withdraw(tess, referral, ending=False)
    page = f"/queue/added/{row.pk}/"
    assert "Tell them what you will do" in client_for(ben).post(page, {"words": ""}).content.decode()
    client_for(ben).post(page, {"words": "We will go on, and this is why."})
    shown = client_for(tess).get(f"/referrals/{referral.reference}/").content.decode()
    assert "We will go on, and this is why." in shown


def test_it_takes_more_after_the_end_and_a_manager_looks(low: Referral, tess: User, ben: User, client_for: ClientFor):
    withdraw(tess, low, ending=True)
    amending.add(by=tess, referral=low, words="It was real after all")
    assert Message.objects.get(kind="from_referrer").recipient_user == ben
    assert "New from referrers, to look at" in client_for(ben).get("/owed/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_it_either_ends_or_is_taken_up_and_never_both(low: Referral, tess: User, amira: User):
    def take() -> None:
        try:
            queue.claim(by=amira, referral=low)
        except Refused:
            pass
        finally:
            connection.close()

    def back() -> None:
        try:
            withdraw(tess, Referral.objects.get(pk=low.pk), ending=True)
        except Refused:
            pass
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(take), pool.submit(back)]:
            done.result()
    row = Referral.objects.get(pk=low.pk)
    ended = Amendment.objects.filter(referral=low, kind=AmendmentKind.WITHDRAWAL).exists()
    assert (row.stage, row.owner, ended) in [(Stage.WITHDRAWN, None, True), (Stage.IN_TRIAGE, amira, False)]
