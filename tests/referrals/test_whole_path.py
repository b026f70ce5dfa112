"""One referral goes all the way, through the services alone."""

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import User
from mash.outbox.models import Message
from referrals import visible
from referrals.choices import CaseStage, ClosureReason, Lane, ReadHow, Stage, SubjectState, Way
from referrals.errors import Refused, SomeoneElse
from referrals.models import Case, Closure, Outcome, Party, Reading, Referral, Subject, Telling
from referrals.services import cases, decisions, indicators, queue, restricting, submitting, telling
from referrals.services.decisions import Judgement
from referrals.submission import Address
from tests.cast import a_child, a_concern, a_submission


def judge(**changes: object) -> Judgement:
    return Judgement(
        **{"way": Way.CADT, "level": 4, "words": "CADT will see the child today.", "agreement": "not_sought", **changes}
    )


def test_it_puts_a_level_4_worry_in_cadts_lane_at_once(referral: Referral) -> None:
    assert (referral.lane, referral.level, referral.stage) == (Lane.CADT, 4, Stage.RECEIVED)
    assert Message.objects.get(about=referral.reference).kind == "referral_received"


def test_it_sends_two_siblings_two_ways_and_closes_each_on_its_own_day(
    siblings: Referral, amira: User, ben: User, gita: User, cleo: User, carl: User, tess: User
) -> None:
    queue.take_next(by=amira)
    ada, bo = siblings.subjects.all()
    decisions.decide(by=amira, subject=ada, judgement=judge())
    decisions.decide(by=amira, subject=bo, judgement=judge(way=Way.GATEWAY, level=2, agreement="given"))
    ada.refresh_from_db()
    assert ada.state == SubjectState.PROPOSED, "Amira is no social worker: Level 4 waits for a signature"
    assert not Case.objects.filter(subject=ada).exists()
    assert ada.decision is not None
    decisions.countersign(by=ben, decision=ada.decision, agrees=True)
    siblings.refresh_from_db()
    assert siblings.stage == Stage.DECIDED
    to_cadt, to_gateway = Case.objects.get(subject=ada), Case.objects.get(subject=bo)
    cases.accept(by=cleo, case=to_cadt)
    cases.accept(by=gita, case=to_gateway)
    stepped = cases.step(by=gita, case=to_gateway, reason="He told us more.", words="CADT is taking over.")
    cases.accept(by=cleo, case=stepped)
    for case in (to_cadt, stepped):
        cases.close(
            by=carl, case=case, reason=ClosureReason.NEEDS_MET, words="The work is done.", note="Seen with their aunt."
        )
    kinds = list(Outcome.objects.filter(referral=siblings).values_list("kind", flat=True))
    assert kinds.count("closed") == 2 and kinds.count("accepted") == 3 and "stepped" in kinds
    telling.read(by=tess, referral=siblings, how=ReadHow.PRODUCT)
    assert Reading.objects.count() == len(kinds)


def test_it_lets_the_database_refuse_a_closure_that_leaves_the_referrer_untold(
    referral: Referral, ben: User, cleo: User
) -> None:
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    case = Case.objects.get()
    cases.accept(by=cleo, case=case)
    outcome = Outcome.objects.create(referral=referral, kind="closed", words="Done.", at=referral.submitted_at)
    Closure.objects.create(case=case, outcome=outcome, reason="other", by=cleo, at=referral.submitted_at)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="untold"):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_it_tells_the_loser_of_a_race_who_won(referral: Referral, amira: User, ben: User) -> None:
    queue.claim(by=amira, referral=referral)
    with pytest.raises(SomeoneElse, match="Amira"):
        queue.claim(by=ben, referral=referral)


def test_it_wants_a_reason_below_the_engine_and_a_second_person_below_level_4(
    referral: Referral, ben: User, carl: User
) -> None:
    queue.claim(by=ben, referral=referral)
    subject = referral.subjects.get()
    with pytest.raises(Refused, match="lower level"):
        decisions.decide(by=ben, subject=subject, judgement=judge(way=Way.GATEWAY, level=3, agreement="given"))
    decision = decisions.decide(
        by=ben, subject=subject, judgement=judge(way=Way.GATEWAY, level=3, agreement="given", reason="Seen by GP")
    )
    referral.refresh_from_db()
    assert (referral.stage, referral.lane) == (Stage.SECOND_PERSON, Lane.CADT)
    with pytest.raises(Refused, match="second person"):
        decisions.countersign(by=ben, decision=decision, agrees=True)
    decisions.countersign(by=carl, decision=decision, agrees=False, reason="The GP did not see the back.")
    subject.refresh_from_db()
    assert (subject.state, subject.decision) == (SubjectState.WAITING, None)


def test_it_puts_a_returned_child_back_in_the_queue(referral: Referral, ben: User, cleo: User) -> None:
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    cases.hand_back(by=cleo, case=Case.objects.get(), reason="Wrong borough.")
    referral.refresh_from_db()
    assert referral.stage == Stage.RECEIVED and Case.objects.get().stage == CaseStage.RETURNED


def test_it_hides_a_referral_from_other_agencies_and_colleagues(
    referral: Referral, pat: User, leo: User, tess: User
) -> None:
    assert not visible.submissions(pat).exists()
    assert visible.submissions(leo).exists() and visible.submissions(tess).exists()
    assert not visible.referrals(tess).exists()


def test_it_does_not_let_the_application_rewrite_what_was_sent(referral: Referral) -> None:
    for rows, change in (
        (Referral.objects, {"document": {}}),
        (Subject.objects, {"given_name": "X"}),
        (Party.objects, {"name": "X"}),
    ):
        with pytest.raises(Exception, match="permission denied"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        Telling.objects.all()._raw_delete("default")


def test_it_keeps_somebody_who_stepped_away_from_the_next_referral_about_the_family_too(
    referral: Referral, tess: User, amira: User, ben: User
) -> None:
    restricting.step_away(by=amira, referral=referral, reason="My sister's children.")
    at_home = submitting.submit(by=tess, submission=a_submission(children=(a_child(given_name="Bo"),)))
    elsewhere = submitting.submit(by=tess, submission=a_submission(children=(a_child(address=Address()),)))
    stranger = a_child(given_name="Cy", family_name="Other", address=Address(line1="9 Far Road", postcode="CH41 9ZZ"))
    other = submitting.submit(by=tess, submission=a_submission(children=(stranger,)))
    assert set(visible.referrals(amira)) == {other}
    assert set(visible.referrals(ben)) == {referral, at_home, elsewhere, other}


def test_it_lets_no_session_switch_the_rules_of_the_database_off(referral: Referral, ben: User, cleo: User) -> None:
    queue.claim(by=ben, referral=referral)
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=judge())
    case = Case.objects.get()
    cases.accept(by=cleo, case=case)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'pgtrigger_%%clos%%'")
        names = ",".join(row[0] for row in cursor.fetchall())
        assert names
        cursor.execute("SELECT set_config('pgtrigger.ignore', %s, true)", [f"{{{names}}}"])
        cursor.execute("UPDATE referrals_case SET stage = 'closed', ended_at = now() WHERE id = %s", [case.pk])
        with pytest.raises(IntegrityError, match="closure"):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_it_needs_a_second_person_below_level_4_even_when_the_sign_was_struck_out(
    referral: Referral, amira: User
) -> None:
    queue.claim(by=amira, referral=referral)
    sign = referral.concerns.get().indicators.get()
    indicators.withdraw(by=amira, indicator=sign, reason="The GP says so.")
    subject = referral.subjects.get()
    with pytest.raises(Refused, match="Level 4 before something was struck out"):
        decisions.decide(by=amira, subject=subject, judgement=judge(way=Way.ADVICE, level=1))
    decision = decisions.decide(
        by=amira, subject=subject, judgement=judge(way=Way.ADVICE, level=1, reason="A birthmark, seen by the GP.")
    )
    assert decision.needs_second_person
    assert referral.subjects.get().state == SubjectState.PROPOSED


def test_it_counts_earlier_referrals_but_none_that_are_closed_to_the_reader(tess: User, ben: User) -> None:
    def counted() -> int:
        sent = submitting.submit(by=tess, submission=a_submission("D05"))
        return int(sent.subjects.get().hub_assessment.facts["referrals_last_12_months"])

    assert counted() == 0
    assert counted() == 1
    restricting.restrict(by=ben, referral=Referral.objects.earliest("pk"), restricted=True, reason="A colleague.")
    worker = a_submission("D05", concerns=(a_concern("D05", category="allegation_against_worker"),))
    submitting.submit(by=tess, submission=worker)
    assert counted() == 1
