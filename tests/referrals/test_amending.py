"""Adding and correcting after sending: old and new kept, and whoever holds it told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.audit.models import Event
from mash.outbox import words
from mash.outbox.models import Message
from referrals.choices import AmendmentKind, ClosureReason, OutcomeKind, Service
from referrals.errors import NotNow, Refused
from referrals.models import Amendment, Outcome, Referral
from referrals.selectors import amendments as selectors
from referrals.services import amending, cases, queue, restricting, submitting
from referrals.services.amending import Change
from tests.cast import a_concern, a_submission
from tests.referrals.a_case import offered

ClientFor = Callable[[User], Client]
SECRET = "Zebediah saw it"


def told() -> set[tuple[str, str]]:
    rows = Message.objects.filter(kind="from_referrer").select_related("recipient_user")
    return {(row.recipient_user.name.split()[0], row.path) for row in rows}


def html(client: Client, page: str) -> str:
    return client.get(page).content.decode()


def put_right(tess: User, referral: Referral, **changes: str) -> Amendment:
    given = {
        "answer": "Ada Byrne: Date of birth",
        "was": "4 May 2019",
        "should_be": "4 May 2018",
        "reason": "Typed wrong",
    }
    return amending.correct(by=tess, referral=referral, change=Change(**{**given, **changes}))


def test_it_puts_one_answer_right_and_leaves_what_was_sent(referral: Referral, tess: User, client_for: ClientFor):
    document, client = referral.document, client_for(tess)
    page = html(client, f"/referrals/{referral.reference}/amend/")
    assert "Put right" in page
    address = f"/referrals/{referral.reference}/correct/?answer=children.0.age_kind"
    assert "4 May 2019" in html(client, address)
    answer = client.post(address, {"should_be": "4 May 2018", "reason": "The mother told me"}, follow=True)
    assert "What was added later" in answer.content.decode()
    row = Amendment.objects.get()
    assert (row.was, row.should_be, row.reason) == ("4 May 2019", "4 May 2018", "The mother told me")
    assert (row.by, row.subject, row.answer) == (tess, referral.subjects.get(), "Ada Byrne: Date of birth")
    referral.refresh_from_db()
    assert referral.document == document
    assert Event.objects.filter(what="referral_amended", about_id=referral.pk).count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"should_be": ""}, "what it should say"),
        ({"should_be": "4 May 2019"}, "says already"),
        ({"reason": ""}, "how you know"),
    ],
)
def test_it_refuses_a_correction_that_says_too_little(referral: Referral, tess: User, changes, said):
    with pytest.raises(Refused, match=said):
        put_right(tess, referral, **changes)
    assert not Amendment.objects.exists()


def test_it_keeps_what_was_typed_when_something_is_missing(referral: Referral, tess: User, client_for: ClientFor):
    address = f"/referrals/{referral.reference}/correct/?answer=children.0.age_kind"
    page = client_for(tess).post(address, {"should_be": "June 2018", "reason": ""}).content.decode()
    assert "There is a problem" in page
    assert "June 2018" in page
    assert client_for(tess).get(address.replace("age_kind", "nonsense")).status_code == 404
    assert client_for(tess).get(f"/referrals/{referral.reference}/correct/").status_code == 302


def test_it_asks_which_child_something_new_is_about(siblings: Referral, tess: User, client_for: ClientFor):
    page, bo = f"/referrals/{siblings.reference}/more/", siblings.subjects.get(given_name="Bo")
    assert "Select which child" in client_for(tess).post(page, {"words": "More"}).content.decode()
    client_for(tess).post(page, {"words": "More", "about": str(bo.pk)})
    client_for(tess).post(page, {"words": "For both", "about": "all"})
    assert list(Amendment.objects.values_list("subject", "should_be")) == [(bo.pk, "More"), (None, "For both")]


def test_it_sends_a_worry_about_a_worker_to_a_referral_of_its_own(
    referral: Referral, tess: User, client_for: ClientFor
):
    page = f"/referrals/{referral.reference}/more/"
    words = " ".join(client_for(tess).get(page).content.decode().split())
    assert "somebody who works with children" in words and "Your safeguarding lead can read what you add here" in words
    assert 'href="/referrals/new/">Start a referral of its own</a>' in words
    concern = a_concern("D19", category="allegation_against_worker")
    own = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    page = f"/referrals/{own.reference}/more/"
    assert "Your safeguarding lead" not in client_for(tess).get(page).content.decode()


def test_it_tells_whose_desk_it_is_on_and_no_email_says_what(referral: Referral, tess: User, amira: User, ben: User):
    queue.claim(by=amira, referral=referral)
    amending.add(by=tess, referral=referral, words=SECRET)
    assert told() == {("Amira", f"/queue/{referral.reference}/")}
    mail = words.of(Message.objects.get(kind="from_referrer"))
    assert SECRET not in f"{mail.subject}{mail.body}"
    assert "Ada" not in f"{mail.subject}{mail.body}"


def test_it_tells_the_managers_when_nobody_has_it(referral: Referral, tess: User, amira: User, ben: User, otto: User):
    amending.add(by=tess, referral=referral, words=SECRET)
    assert told() == {("Ben", f"/queue/{referral.reference}/")}


def test_it_tells_the_worker_of_a_live_case_and_the_managers_of_one_that_waits(tess, ben, cleo, carl, gita):
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    amending.add(by=tess, referral=case.referral, words="First")
    assert told() == {("Carl", f"/cases/{case.pk}/")}
    cases.accept(by=cleo, case=case)
    amending.add(by=tess, referral=case.referral, words="Second")
    assert told() == {("Carl", f"/cases/{case.pk}/"), ("Cleo", f"/cases/{case.pk}/")}


def test_it_still_takes_it_after_the_work_has_ended(tess, ben, cleo, carl, client_for):
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    cases.accept(by=cleo, case=case)
    cases.close(
        by=carl, case=case, reason=ClosureReason.NEEDS_MET, words="The work has ended.", note="Seen with their aunt."
    )
    amending.add(by=tess, referral=case.referral, words=SECRET)
    assert told() == {("Ben", f"/queue/{case.referral.reference}/")}
    assert "New from referrers, to look at" in html(client_for(ben), "/owed/")
    assert SECRET not in html(client_for(ben), "/owed/")


def test_it_tells_nobody_who_may_not_see_it(referral: Referral, tess: User, ben: User):
    Referral.objects.filter(pk=referral.pk).update(barred=[ben.pk])
    amending.add(by=tess, referral=referral, words="More")
    assert told() == set()


def test_it_stands_out_on_the_file_the_queue_and_the_case_until_somebody_looked(tess, ben, cleo, client_for, referral):
    row = amending.add(by=tess, referral=referral, words=SECRET)
    client = client_for(ben)
    file = f"/queue/{referral.reference}/"
    assert SECRET in html(client, file)
    assert "New from the referrer" in html(client, "/queue/")
    client.post(f"/queue/added/{row.pk}/", {"words": ""})
    assert "New from the referrer" not in html(client, "/queue/")
    assert "Added later by the referrer, and looked at (1)" in html(client, file)
    assert "The hub looked at it" in html(client_for(tess), f"/referrals/{referral.reference}/")
    assert not Outcome.objects.filter(kind=OutcomeKind.ANSWERED).exists()


def test_it_shows_a_case_worker_what_is_about_that_child_or_all(tess, ben, cleo, client_for):
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    amending.add(by=tess, referral=case.referral, words=SECRET)
    page = html(client_for(cleo), f"/cases/{case.pk}/")
    assert "New from the referrer" in page
    assert SECRET in page
    assert selectors.waiting(cleo)


def test_it_answers_the_referrer_in_words_when_there_are_any(referral: Referral, tess: User, amira: User):
    row = amending.add(by=tess, referral=referral, words=SECRET)
    amending.answer(by=amira, amendment=row, words="Thank you. We have called the school.")
    assert Outcome.objects.get(kind=OutcomeKind.ANSWERED).words == "Thank you. We have called the school."
    assert Message.objects.get(kind="answered").recipient_user == tess
    with pytest.raises(NotNow, match="Amira Example has looked at this already"):
        amending.answer(by=amira, amendment=row)


def test_it_is_looked_at_only_by_whoever_may_see_it(referral, tess, amira, ben, gita, pat, client_for):
    restricting.restrict(by=ben, referral=referral, restricted=True, reason="A parent works here")
    row = amending.add(by=tess, referral=referral, words=SECRET)
    for user in (amira, gita):
        assert client_for(user).get(f"/queue/added/{row.pk}/").status_code == 404
        with pytest.raises(NotNow):
            amending.answer(by=user, amendment=row)
    for page in ("amend", "more", "withdraw"):
        assert client_for(pat).get(f"/referrals/{referral.reference}/{page}/").status_code == 404
    with pytest.raises(NotNow):
        amending.add(by=pat, referral=referral, words="x")


def test_it_takes_more_from_somebody_who_comes_back_with_a_code(referral: Referral, ben: User):
    from mash.audit.actors import SYSTEM

    row = amending.add_by_code(by=SYSTEM, referral=referral, words="It happened again")
    assert (row.by, row.api_key, row.kind) == (None, None, AmendmentKind.MORE)
    assert told() == {("Ben", f"/queue/{referral.reference}/")}


def test_it_can_never_be_changed_or_erased(referral: Referral, tess: User):
    row = put_right(tess, referral)
    for sql in ("UPDATE referrals_amendment SET was = ''", "DELETE FROM referrals_amendment"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    row.refresh_from_db()


def test_it_costs_the_queue_the_same_with_and_without_news(tess, amira, client_for, referral):
    client = client_for(amira)
    client.get("/queue/")
    with CaptureQueriesContext(connection) as before:
        client.get("/queue/")
    for n in range(5):
        amending.add(by=tess, referral=referral, words=f"{n}")
    with CaptureQueriesContext(connection) as after:
        client.get("/queue/")
    assert len(before) == len(after)


def test_it_tells_a_holder_once_until_somebody_has_looked(referral: Referral, tess: User, amira: User, ben: User):
    mails = Message.objects.filter(kind="from_referrer", recipient_user=amira)
    queue.claim(by=amira, referral=referral)
    first = amending.add(by=tess, referral=referral, words="One")
    second = amending.add(by=tess, referral=referral, words="Two")
    assert mails.count() == 1
    put_right(tess, referral)
    assert mails.count() == 2, "a correction is always told"
    for row in (first, second):
        amending.answer(by=amira, amendment=row)
    amending.add(by=tess, referral=referral, words="Three")
    assert mails.count() == 3
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        amending.add(by=tess, referral=referral, words="Four")
    assert mails.count() == 4, "what waits for a day is told again"
    queue.hand_over(by=amira, referral=referral, to=ben, reason="Leave")
    with time_machine.travel(timezone.now() + timedelta(hours=26)):
        amending.add(by=tess, referral=referral, words="Five")
    assert Message.objects.filter(kind="from_referrer", recipient_user=ben).count() == 1, "a new holder knows nothing"


def test_who_presses_twice_has_said_it_once(siblings: Referral, tess: User, client_for: ClientFor) -> None:
    client, page = client_for(tess), f"/referrals/{siblings.reference}/more/"
    typed = {"words": "He was not in school.", "about": "all", "danger": ""}
    first, second = (client.post(page, typed) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    put_right(tess, siblings)
    put_right(tess, siblings)
    assert list(Amendment.objects.values_list("kind", flat=True)) == [AmendmentKind.MORE, AmendmentKind.CORRECTION]
    with time_machine.travel(timezone.now() + timedelta(minutes=3)):
        amending.add(by=tess, referral=siblings, words="He was not in school.")
    assert Amendment.objects.count() == 3, "said again later, it is said again"
