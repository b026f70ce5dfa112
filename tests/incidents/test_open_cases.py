"""A child who has a case already: the people of that case are told and read it; no second case is made of it."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import User
from mash.outbox.models import Message
from referrals import visible, words
from referrals.choices import CaseStage, OutcomeKind, ReadHow, Service, Way
from referrals.errors import NotNow, Refused
from referrals.models import Case, NewInformation, NewInformationRead, Outcome, Referral
from referrals.selectors import clocks_file, open_cases, submissions
from referrals.services import cases, decisions, queue, restricting, submitting, telling
from referrals.services import open_cases as services
from referrals.services.decisions import Judgement
from tests.cast import a_child, a_submission
from tests.referrals.a_case import CODES, offered

pytestmark = pytest.mark.django_db


def again(sender: User, triage: User, code: str = "D19") -> Referral:
    """Ada is told of once more, and it is on the triage worker's desk."""
    referral = submitting.submit(by=sender, submission=a_submission(code))
    queue.claim(by=triage, referral=referral)
    return referral


def new(case: Case, **changes: object) -> Judgement:
    return Judgement(
        **{
            "way": Way.OPEN_CASE,
            "level": 4,
            "words": "Her worker has it.",
            "agreement": "not_sought",
            "person": case.person,
            **changes,
        }
    )


@pytest.fixture
def open_case(tess, ben, cleo, carl) -> Case:
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    cases.accept(by=cleo, case=case)
    return case


@pytest.fixture
def told(open_case, pat, ben) -> Referral:
    """What the police told of Ada, sent to her open case."""
    referral = again(pat, ben)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(open_case))
    referral.refresh_from_db()
    return referral


def test_it_goes_to_the_open_case_and_makes_no_other(open_case, told):
    assert told.stage == "decided"
    assert list(Case.objects.values_list("pk", flat=True)) == [open_case.pk]
    assert NewInformation.objects.get().case == open_case
    assert clocks_file.of_case(open_case.worker, open_case), "the clocks of the one case run on"
    assert told.services == ["cadt"], "whoever has the case may read what came"


def test_it_owes_the_worker_and_the_managers_a_message_that_becomes_a_call(open_case, told, cleo, carl, gus):
    rows = Message.objects.filter(kind="new_information")
    assert {row.recipient_user for row in rows} == {cleo, carl}
    assert {row.path for row in rows} == {f"/cases/{open_case.pk}/"}
    assert all(row.read_by for row in rows)


def test_it_closes_the_referrers_loop_in_words_and_shows_no_other_agencys(told, pat):
    outcome = Outcome.objects.get(referral=told, kind=OutcomeKind.DECIDED)
    assert outcome.words == "Her worker has it."
    assert [tell.party.user for tell in outcome.tellings.all()] == [pat]
    [(_, standing)] = submissions.children(told)
    assert standing.words == "Passed on"
    telling.read(by=pat, referral=told, how=ReadHow.PRODUCT)
    assert outcome.readings.count() == 1


def test_it_tells_no_service_and_no_stage_before_the_service_has_taken_it_in(open_case, told, pat, cleo, client_for):
    """The case came of what a school told: the police learn of it no sooner than its people have the news."""
    pages = [client_for(pat).get(path).content.decode() for path in ("/referrals/", f"/referrals/{told.reference}/")]
    assert all("Passed on" in page and "CADT" not in page and "named worker" not in page for page in pages)
    services.read(by=cleo, case=open_case, upto=10**9)
    [(_, standing)] = submissions.children(told)
    assert standing.words == "CADT is helping"
    Referral.objects.filter(pk=open_case.referral_id).update(restricted=True)
    [(_, standing)] = submissions.children(told)
    assert standing.words == "Passed on"


def test_its_file_says_who_has_it_now(told, ben, client_for):
    page = client_for(ben).get(f"/queue/{told.reference}/").content.decode()
    assert "Ada Byrne: the people of the case that was open have it." in page
    assert "nothing more is planned" not in page


def test_it_stays_on_the_case_until_the_worker_and_a_manager_have_read_it(open_case, told, cleo, carl, gita):
    shown = open_cases.of_case(cleo, open_case)
    assert [one.waits_for for one in shown.waiting] == ["Cleo Example and a CADT manager"]
    assert open_cases.with_unread([open_case]) == {open_case.pk}
    services.read(by=cleo, case=open_case, upto=shown.to_read)
    services.read(by=cleo, case=open_case, upto=shown.to_read)
    assert NewInformationRead.objects.count() == 1
    assert open_cases.of_case(cleo, open_case).to_read is None
    assert [one.waits_for for one in open_cases.of_case(carl, open_case).waiting] == ["a CADT manager"]
    services.read(by=carl, case=open_case, upto=shown.to_read)
    assert open_cases.of_case(carl, open_case).waiting == [] and open_cases.with_unread([open_case]) == set()
    assert not Message.objects.filter(kind="new_information", read_at=None).exists()


def test_it_is_read_up_to_what_the_page_showed(open_case, told, pat, ben, cleo):
    shown = open_cases.of_case(cleo, open_case).to_read
    later = again(pat, ben)
    decisions.decide(by=ben, subject=later.subjects.get(), judgement=new(open_case))
    services.read(by=cleo, case=open_case, upto=shown)
    assert len(open_cases.of_case(cleo, open_case).waiting) == 2
    assert NewInformationRead.objects.count() == 1


def test_only_the_people_of_the_service_say_that_they_read_it(open_case, told, gita, ben, tess):
    for nobody in (ben, tess):
        with pytest.raises(PermissionDenied):
            services.read(by=nobody, case=open_case, upto=10**9)
    with pytest.raises(NotNow):
        services.read(by=gita, case=open_case, upto=10**9)


def test_it_refuses_to_send_a_child_twice_to_one_service(open_case, pat, ben):
    referral = again(pat, ben)
    with pytest.raises(Refused, match="has a case in CADT already") as refused:
        decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(open_case, way=Way.CADT))
    assert refused.value.field == "way"
    assert Case.objects.count() == 1


def test_it_refuses_new_information_without_an_open_case(tess, pat, ben, open_case, cleo, carl):
    cases.close(by=carl, case=open_case, reason="needs_met", words="Ada is safe.", note="Seen with their aunt.")
    referral = again(pat, ben)
    with pytest.raises(Refused, match="has no open case"):
        decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(open_case))


def test_level_4_is_never_left_to_gateway(tess, pat, ben, gita):
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.accept(by=gita, case=case)
    referral = again(pat, ben)
    with pytest.raises(Refused, match="A Level 4 decision goes to CADT"):
        decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(case))
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(case, way=Way.CADT))
    assert Case.objects.filter(person=case.person, service=Service.CADT).count() == 1


def test_it_waits_for_its_second_person_and_then_goes_to_the_case(open_case, pat, amira, ben, cleo):
    referral = again(pat, amira)
    subject = referral.subjects.get()
    made = decisions.decide(by=amira, subject=subject, judgement=new(open_case))
    assert made.needs_social_worker and not NewInformation.objects.exists()
    decisions.countersign(by=ben, decision=made, agrees=True)
    assert NewInformation.objects.get().decision == made


def test_a_case_that_ends_before_the_signature_sends_it_back(open_case, pat, amira, ben, cleo, carl):
    referral = again(pat, amira)
    made = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=new(open_case))
    cases.close(by=carl, case=open_case, reason="needs_met", words="Ada is safe.", note="Seen with their aunt.")
    with pytest.raises(NotNow, match="has ended meanwhile"):
        decisions.countersign(by=ben, decision=made, agrees=True)
    decisions.countersign(by=ben, decision=made, agrees=False, reason="Decide again.")
    referral.refresh_from_db()
    assert referral.stage == "in_triage"


def test_two_decisions_signed_one_after_the_other_make_one_case(tess, pat, amira, ben, carl):
    first, second = again(tess, amira), again(pat, amira)
    judged = Judgement(way="cadt", level=4, words="CADT acts.", agreement="not_sought")
    one = decisions.decide(by=amira, subject=first.subjects.get(), judgement=judged)
    two = decisions.decide(
        by=amira,
        subject=second.subjects.get(),
        judgement=Judgement(
            way="cadt", level=4, words="CADT acts.", agreement="not_sought", person=first.subjects.get().person
        ),
    )
    for made in (one, two):
        decisions.countersign(by=ben, decision=made, agrees=True)
    case = Case.objects.get()
    assert NewInformation.objects.get().decision == two and case.referral == first
    assert words.signed(one, agrees=True) == "Signed. Ada Byrne: CADT has been asked to take the case."
    assert "The people who have the case are told" in words.signed(two, agrees=True), "and nobody is asked to take it"


def test_a_step_up_takes_what_was_new_along(tess, pat, ben, gita, cleo):
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.accept(by=gita, case=case)
    referral = again(pat, ben, CODES[Service.GATEWAY])
    judged = new(case, level=2, reason="It is a small thing.")
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judged)
    moved = cases.step(by=gita, case=case, reason="It is worse.", words="CADT takes over.")
    referral.refresh_from_db()
    assert referral.services == ["cadt", "gateway"]
    assert [one.may_open for one in open_cases.of_case(cleo, moved).waiting] == [True]


def test_everybody_whose_words_came_to_it_is_told_when_it_ends(open_case, told, pat, cleo, carl, tess):
    cases.close(by=carl, case=open_case, reason="needs_met", words="Tess’s own words.", note="Seen with their aunt.")
    ended = Outcome.objects.filter(kind=OutcomeKind.CLOSED)
    words = {row.referral_id: row.words for row in ended}
    assert words == {open_case.referral_id: "Tess’s own words.", told.pk: services.ENDED}
    [(_, standing)] = submissions.children(told)
    assert standing.words == "Work has ended"


def test_a_child_who_comes_back_later_is_not_told_of_the_old_end_again(open_case, told, pat, ben, cleo, carl, tess):
    cases.close(by=carl, case=open_case, reason="needs_met", words="Safe.", note="Seen with their aunt.")
    third = again(tess, ben)
    decisions.decide(by=ben, subject=third.subjects.get(), judgement=new(open_case, way=Way.CADT))
    case = Case.objects.get(stage=CaseStage.OFFERED)
    cases.accept(by=cleo, case=case)
    cases.close(by=carl, case=case, reason="needs_met", words="Safe again.", note="Seen with their aunt.")
    assert Outcome.objects.filter(kind=OutcomeKind.CLOSED, referral=told).count() == 1


# A case that whoever decides may not see


@pytest.fixture
def hidden(open_case, ben) -> Case:
    restricting.restrict(by=ben, referral=open_case.referral, restricted=True, reason="Staff family.")
    return open_case


@pytest.fixture
def unknowing(hidden, pat, amira, ben) -> Referral:
    """What the police tell of Ada, whom the hub knows, decided by somebody who may not see that she has a case."""
    referral = again(pat, amira)
    referral.subjects.update(person=hidden.person)
    made = decisions.decide(by=amira, subject=referral.subjects.get(), judgement=new(hidden, way=Way.CADT))
    if made.waits_for_signature:
        decisions.countersign(by=ben, decision=made, agrees=True)
    referral.refresh_from_db()
    return referral


def test_it_is_for_the_decider_and_the_referrer_as_if_there_were_no_other(hidden, unknowing, amira, client_for):
    own = Case.objects.get(referral=unknowing)
    assert (own.stage, own.service) == (CaseStage.OFFERED, Service.CADT)
    [(_, standing)] = submissions.children(unknowing)
    assert (standing.words, standing.more) == ("Sent to CADT", "CADT has been asked, and has yet to accept.")
    assert not visible.cases(amira).filter(pk=hidden.pk).exists()
    for path in (f"/queue/{unknowing.reference}/", f"/cases/{own.pk}/", f"/owed/?about={unknowing.reference}"):
        page = client_for(amira).get(path).content.decode()
        assert "New information" not in page and "something new for an open case" not in page, path
    assert not Message.objects.filter(kind="new_information", about=unknowing.reference).exists()
    assert open_cases.with_unread([own]) == set()


def test_the_people_of_the_hidden_case_are_told_and_see_both(hidden, unknowing, cleo, carl, client_for):
    own = Case.objects.get(referral=unknowing)
    rows = Message.objects.filter(kind="new_information")
    assert {(row.recipient_user, row.about) for row in rows} >= {(cleo, hidden.referral.reference)}
    page = client_for(cleo).get(f"/cases/{hidden.pk}/").content.decode()
    assert "Whoever decided may not see this case" in page and f"/cases/{own.pk}/" in page
    assert open_cases.with_unread([hidden, own]) == {hidden.pk}
    services.read(by=cleo, case=hidden, upto=10**9)
    assert not rows.filter(recipient_user=cleo, read_at=None).exists()


def test_the_end_of_the_hidden_case_tells_nobody_whose_own_goes_on(hidden, unknowing):
    services.tell_of_end(hidden)
    assert not Outcome.objects.filter(kind=OutcomeKind.CLOSED, referral=unknowing).exists()


def test_who_sees_both_may_send_the_child_to_the_service_and_is_told_what_the_answer_would_tell(
    hidden, pat, ben, client_for
):
    """A decision for the hidden case stands on a file that others read."""
    referral = again(pat, ben)
    page = client_for(ben).get(f"/queue/{referral.reference}/").content.decode()
    assert "closed to others who read this referral: this answer would tell them of it" in page
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(hidden, way=Way.CADT))
    assert Case.objects.get(referral=referral).stage == CaseStage.OFFERED
    assert NewInformation.objects.get().case == hidden


def test_news_for_a_hidden_case_is_owed_on_its_own_file_alone(hidden, pat, ben):
    referral = again(pat, ben)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=new(hidden))
    abouts = Message.objects.filter(kind="new_information").values_list("about", flat=True)
    assert set(abouts) == {hidden.referral.reference}


# The pages


def test_the_decision_offers_it_only_where_a_case_is_open(open_case, pat, ben, client_for):
    referral = again(pat, ben)
    page = client_for(ben).get(f"/queue/{referral.reference}/").content.decode()
    assert "New information for the open case" in page and "CADT, Cleo Example" in page
    other = submitting.submit(by=pat, submission=a_submission(children=(a_child(given_name="Zed", family_name="Zu"),)))
    queue.claim(by=ben, referral=other)
    assert "New information for the open case" not in client_for(ben).get(f"/queue/{other.reference}/").content.decode()


def test_triage_sends_it_on_from_the_screen_and_the_worker_says_that_they_read_it(
    open_case, pat, ben, cleo, client_for
):
    referral = again(pat, ben)
    subject = referral.subjects.get()
    answers = {
        "children": str(subject.pk),
        f"who_{subject.pk}": str(open_case.person_id),
        "way": "open_case",
        "words_open_case": "Her worker knows.",
        "level": "4",
        "agreement": "not_sought",
        "seen": "on",
    }
    page = client_for(ben).post(f"/queue/{referral.reference}/decide/", answers, follow=True).content.decode()
    assert "The people who have the case are told" in page
    assert "New information" in client_for(cleo).get("/cases/?show=open").content.decode()
    case = client_for(cleo).get(f"/cases/{open_case.pk}/").content.decode()
    assert "New information" in case and "Merebrook Police" in case and "I have read this" in case
    upto = str(NewInformation.objects.get().pk)
    after = client_for(cleo).post(f"/cases/{open_case.pk}/read/", {"upto": upto}, follow=True).content.decode()
    assert "It is kept that you have read it" in after and "I have read this" not in after
    assert "Not read yet by a CADT manager" in after


def test_garbage_is_no_reading(open_case, told, cleo, client_for):
    for upto in ("", "x", "-1", "9" * 30, "²"):
        assert client_for(cleo).post(f"/cases/{open_case.pk}/read/", {"upto": upto}).status_code == 302
    assert not NewInformationRead.objects.exists()
