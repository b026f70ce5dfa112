"""A child's time in a service, through the services alone."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.policy import Role
from mash.outbox.models import Message
from referrals import visible
from referrals.choices import CaseStage, ClosureReason, Lane, OutcomeKind, Service, Stage, SubjectState
from referrals.duties import Agreed
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import (
    AgreementOnCase,
    Case,
    Closure,
    Movement,
    Outcome,
    Party,
    Referral,
    StageChange,
    Subject,
    Telling,
)
from referrals.selectors import case as pages
from referrals.services import cases, decisions, queue, restricting, submitting, telling
from tests.cast import a_child, a_concern, a_submission, person
from tests.referrals.a_case import JUDGEMENTS, decided, offered

pytestmark = pytest.mark.django_db
THEY_AGREE = Agreed(status="given", who="Mum")
NEEDS_MET = ClosureReason.NEEDS_MET


@pytest.fixture
def to_gateway(tess, ben) -> Case:
    return offered(to=Service.GATEWAY, sender=tess, triage=ben)


@pytest.fixture
def to_cadt(tess, ben) -> Case:
    return offered(to=Service.CADT, sender=tess, triage=ben)


def check_constraints() -> None:
    """What the database would say at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def kinds(case: Case) -> list[str]:
    return list(Outcome.objects.filter(subject=case.subject).values_list("kind", flat=True))


# Accepting


def test_it_makes_whoever_accepts_the_worker_and_tells_the_referrer(to_gateway, gita):
    cases.accept(by=gita, case=to_gateway)
    to_gateway.refresh_from_db()
    assert (to_gateway.stage, to_gateway.worker) == (CaseStage.OPEN, gita)
    assert kinds(to_gateway)[-1] == OutcomeKind.ACCEPTED
    assert Message.objects.filter(about=to_gateway.referral.reference, kind="accepted").count() == 1


def test_it_tells_the_second_who_accepted(to_gateway, gita, gus):
    stale = Case.objects.get(pk=to_gateway.pk)
    cases.accept(by=gita, case=to_gateway)
    with pytest.raises(SomeoneElse, match="Gita"):
        cases.accept(by=gus, case=stale)
    assert kinds(to_gateway).count(OutcomeKind.ACCEPTED) == 1


@pytest.mark.django_db(transaction=True)
def test_it_lets_one_of_fifty_accept_and_tells_the_others_who(to_cadt, hub):
    workers = [person(f"Worker{n}", hub, Role.CADT_WORKER) for n in range(50)]
    ready = threading.Barrier(50)

    def one(worker):
        try:
            mine = Case.objects.select_related("referral", "subject").get(pk=to_cadt.pk)
            ready.wait(timeout=60)
            cases.accept(by=worker, case=mine)
            return worker.name
        except SomeoneElse as late:
            return late
        finally:
            connection.close()

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(one, workers))
    winners = [answer for answer in answers if isinstance(answer, str)]
    losers = [answer.message for answer in answers if isinstance(answer, SomeoneElse)]
    assert (len(winners), len(losers)) == (1, 49)
    assert all(message.startswith(f"{winners[0]} has just dealt with this") for message in losers)
    assert Case.objects.get(pk=to_cadt.pk).worker.name == winners[0]
    assert Outcome.objects.filter(kind=OutcomeKind.ACCEPTED).count() == 1


@pytest.mark.parametrize("who", ["cleo", "carl"])
def test_it_keeps_a_case_to_the_service_it_was_offered_to(to_gateway, who, request):
    with pytest.raises(Refused, match="Only Gateway"):
        cases.accept(by=request.getfixturevalue(who), case=to_gateway)


@pytest.mark.parametrize("who", ["tess", "amira", "ben", "otto"])
def test_it_is_not_for_people_outside_the_services(to_gateway, who, request):
    with pytest.raises(PermissionDenied):
        cases.accept(by=request.getfixturevalue(who), case=to_gateway)


# Returning


def test_it_puts_a_returned_child_back_in_the_queue_for_anybody(to_cadt, cleo, amira):
    cases.hand_back(by=cleo, case=to_cadt, reason="They live in the next borough.")
    referral = Referral.objects.get(pk=to_cadt.referral_id)
    assert (referral.stage, referral.owner, referral.decided_at) == (Stage.RECEIVED, None, None)
    assert Subject.objects.get(pk=to_cadt.subject_id).state == SubjectState.WAITING
    assert kinds(to_cadt)[-1] == OutcomeKind.RETURNED
    assert [row.pk for row in queue.take_next(by=amira)] == [referral.pk]


def test_it_lets_triage_decide_again_for_a_returned_child(to_cadt, cleo, ben):
    cases.hand_back(by=cleo, case=to_cadt, reason="Not ours.")
    queue.claim(by=ben, referral=to_cadt.referral)
    decisions.decide(by=ben, subject=to_cadt.subject, judgement=JUDGEMENTS[Service.CADT])
    assert list(Case.objects.order_by("pk").values_list("stage", flat=True)) == [CaseStage.RETURNED, CaseStage.OFFERED]


def test_it_keeps_a_brothers_case_where_it_is_when_a_sister_is_returned(siblings, ben, gita, cleo):
    queue.claim(by=ben, referral=siblings)
    ada, bo = siblings.subjects.all()
    decisions.decide(by=ben, subject=ada, judgement=JUDGEMENTS[Service.CADT])
    decisions.decide(by=ben, subject=bo, judgement=JUDGEMENTS[Service.GATEWAY])
    cases.accept(by=gita, case=Case.objects.get(subject=bo))
    cases.hand_back(by=cleo, case=Case.objects.get(subject=ada), reason="Please ask the hospital first.")
    siblings.refresh_from_db()
    assert siblings.stage == Stage.RECEIVED
    assert Case.objects.get(subject=bo).stage == CaseStage.OPEN
    queue.claim(by=ben, referral=siblings)
    decisions.decide(by=ben, subject=ada, judgement=JUDGEMENTS[Service.CADT])
    siblings.refresh_from_db()
    assert siblings.stage == Stage.DECIDED


def test_it_leaves_the_second_persons_wait_when_a_sister_comes_back(siblings, amira, gita):
    queue.claim(by=amira, referral=siblings)
    ada, bo = siblings.subjects.all()
    decisions.decide(by=amira, subject=ada, judgement=JUDGEMENTS[Service.CADT])
    decisions.decide(by=amira, subject=bo, judgement=JUDGEMENTS[Service.GATEWAY])
    siblings.refresh_from_db()
    assert siblings.stage == Stage.SECOND_PERSON
    cases.hand_back(by=gita, case=Case.objects.get(subject=bo), reason="Same family: decide together.")
    siblings.refresh_from_db()
    assert (siblings.stage, siblings.owner) == (Stage.IN_TRIAGE, amira)


def test_it_returns_a_stepped_case_to_triage_in_the_higher_lane(to_gateway, gita, cleo):
    cases.accept(by=gita, case=to_gateway)
    new = cases.step(by=gita, case=to_gateway, reason="New injury.", words="CADT takes over.")
    cases.hand_back(by=cleo, case=new, reason="Ask the police first.")
    referral = Referral.objects.get(pk=to_gateway.referral_id)
    assert (referral.stage, referral.lane, referral.risk) == (Stage.RECEIVED, Lane.CADT, 10)
    assert list(Case.objects.order_by("pk").values_list("stage", flat=True)) == [CaseStage.MOVED, CaseStage.RETURNED]


def test_it_wants_a_reason_to_return(to_cadt, cleo):
    with pytest.raises(Refused, match="Say why") as refused:
        cases.hand_back(by=cleo, case=to_cadt, reason="")
    assert refused.value.field == "reason"


def test_it_returns_nothing_that_was_accepted(to_cadt, cleo, carl):
    stale = Case.objects.get(pk=to_cadt.pk)
    cases.accept(by=carl, case=to_cadt)
    with pytest.raises(SomeoneElse, match="Carl"):
        cases.hand_back(by=cleo, case=stale, reason="Not ours.")


# Stepping


def test_it_steps_up_and_down_and_keeps_both_histories(to_gateway, gita, cleo):
    cases.accept(by=gita, case=to_gateway)
    up = cases.step(by=gita, case=to_gateway, reason="A new injury.", words="CADT takes over.")
    cases.accept(by=cleo, case=up)
    down = cases.step(by=cleo, case=up, reason="Safe now.", words="Gateway goes on.", agreement=THEY_AGREE)
    assert [(one.service, one.level) for one in (up, down)] == [("cadt", 4), ("gateway", 3)]
    assert list(Movement.objects.order_by("pk").values_list("direction", "reason")) == [
        ("up", "A new injury."),
        ("down", "Safe now."),
    ]
    histories = [pages.before(gita, down), pages.before(cleo, up)]
    assert [[(one.case.service, one.ending) for one in history] for history in histories] == [
        [("cadt", "Safe now."), ("gateway", "A new injury.")],
        [("gateway", ""), ("gateway", "A new injury.")],
    ]


@pytest.mark.parametrize(("field", "answers"), [("reason", ("", "Words")), ("words", ("Reason", ""))])
def test_it_wants_a_reason_and_words_to_step(to_gateway, gita, field, answers):
    cases.accept(by=gita, case=to_gateway)
    with pytest.raises(Refused) as refused:
        cases.step(by=gita, case=to_gateway, reason=answers[0], words=answers[1])
    assert refused.value.field == field


def test_it_steps_nothing_that_nobody_accepted(to_gateway, gita):
    with pytest.raises(SomeoneElse):
        cases.step(by=gita, case=to_gateway, reason="R", words="W")
    assert not Movement.objects.exists()


@pytest.mark.parametrize("act", ["step", "close"])
def test_it_lets_only_a_registered_social_worker_lower_or_close_level_4(to_cadt, hub, cleo, carl, act):
    una = person("Una", hub, Role.CADT_WORKER, Role.CADT_MANAGER)
    cases.accept(by=una, case=to_cadt)
    answers = {"step": {"reason": "Safe now.", "agreement": THEY_AGREE}, "close": {"reason": NEEDS_MET}}[act] | {
        "words": "Safe."
    }
    if act == "close":
        answers |= {"note": "The plan is done."}
    with pytest.raises(Refused, match="registered social worker"):
        getattr(cases, act)(by=una, case=to_cadt, **answers)
    to_cadt.refresh_from_db()
    assert to_cadt.stage == CaseStage.OPEN and not Movement.objects.exists()
    getattr(cases, act)(by=carl, case=to_cadt, **answers)


# Closing


def test_it_closes_once_and_tells_the_referrer(to_cadt, cleo, carl):
    cases.accept(by=cleo, case=to_cadt)
    stale = Case.objects.get(pk=to_cadt.pk)
    closure = cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Plan done.")
    check_constraints()
    assert closure.outcome.words == "Ada is safe." and kinds(to_cadt)[-1] == OutcomeKind.CLOSED
    with pytest.raises(SomeoneElse, match="Carl"):
        cases.close(by=cleo, case=stale, reason=NEEDS_MET, words="Again.")
    assert kinds(to_cadt).count(OutcomeKind.CLOSED) == 1


def test_it_lets_no_worker_alone_close_level_4_and_says_whom_to_ask(to_cadt, hub, cleo, carl):
    for name, registered in (("Cora", False), ("Dan", True)):
        person(name, hub, Role.CADT_MANAGER, registered=registered)
    cases.accept(by=cleo, case=to_cadt)
    words = "Level 4 and the assessment is not finished: a manager of CADT who is a registered social worker must close"
    with pytest.raises(Refused, match=words) as refused:
        cases.close(by=cleo, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Plan done.")
    assert refused.value.message.endswith("Ask Carl Example or Dan Example.")
    cases.finish_assessment(by=cleo, case=to_cadt)
    with pytest.raises(Refused, match="The child is at Level 4: a manager"):
        cases.close(by=cleo, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Plan done.")
    cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.")


def test_it_lets_no_manager_close_level_4_who_has_the_case(to_cadt, hub, carl):
    cases.accept(by=carl, case=to_cadt)
    with pytest.raises(Refused, match="There is no other one now: one must be named first"):
        cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Plan done.")
    person("Dan", hub, Role.CADT_MANAGER, registered=True)
    with pytest.raises(Refused, match=r"Ask Dan Example\.$"):
        cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Plan done.")


def test_it_lets_a_worker_close_a_child_in_need_once_the_assessment_is_finished(tess, ben, cleo, carl):
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.RETURNED, ended_at=timezone.now())
    Case.objects.create(
        **{name: getattr(case, name) for name in ("referral", "subject", "person", "decision", "service")},
        level=3,
        offered_at=case.offered_at,
        social_care_at=case.offered_at,
    )
    need = Case.objects.select_related("referral", "subject").get(level=3)
    AgreementOnCase.objects.create(case=need, by=cleo, at=timezone.now(), **THEY_AGREE.answers())
    cases.accept(by=cleo, case=need)
    with pytest.raises(Refused, match=r"The assessment is not finished: .*Ask Carl Example\.$"):
        cases.close(by=cleo, case=need, reason=NEEDS_MET, words="Safe.", note="Seen.")
    with pytest.raises(Refused, match="Say why the case ends before it is"):
        cases.close(by=carl, case=need, reason=NEEDS_MET, words="Safe.")
    cases.finish_assessment(by=cleo, case=need)
    cases.close(by=cleo, case=need, reason=NEEDS_MET, words="Safe.")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("reason", {"reason": "whatever"}),
        ("reason", {"reason": ""}),
        ("words", {"words": ""}),
        ("note", {"reason": "other", "note": ""}),
        ("note", {"note": ""}),
    ],
)
def test_it_wants_to_know_why_and_what_to_say(to_cadt, cleo, carl, field, changes):
    cases.accept(by=cleo, case=to_cadt)
    answers = {"reason": NEEDS_MET, "words": "Ada is safe.", "note": "Seen.", **changes}
    with pytest.raises(Refused) as refused:
        cases.close(by=carl, case=to_cadt, **answers)
    assert refused.value.field == field
    assert not Closure.objects.exists()


def test_it_may_close_when_nobody_can_be_told_and_says_why(to_cadt, cleo, carl):
    Party.objects.create(referral=to_cadt.referral, name="A neighbour", cannot_be_told="They did not leave a name.")
    cases.accept(by=cleo, case=to_cadt)
    closure = cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Ada is safe.", note="Seen with their aunt.")
    check_constraints()
    assert Telling.objects.get(outcome=closure.outcome, message=None).untold_because == "They did not leave a name."


def an_outcome(case: Case, kind: str = "closed", **changes: object) -> Outcome:
    return Outcome.objects.create(
        **{
            "referral": case.referral,
            "subject": case.subject,
            "kind": kind,
            "words": "Done.",
            "at": timezone.now(),
            **changes,
        }
    )


def close_by_hand(case: Case, outcome: Outcome, by) -> None:
    now = timezone.now()
    Case.objects.filter(pk=case.pk).update(stage=CaseStage.CLOSED, ended_at=now)
    Closure.objects.create(case=case, outcome=outcome, reason=NEEDS_MET, by=by, at=now)
    check_constraints()


CLOSE_RAW = "UPDATE referrals_case SET stage = 'closed', ended_at = now() WHERE id = %s"
CLOSURE_RAW = (
    "INSERT INTO referrals_closure (case_id, outcome_id, reason, note, by_id, at)"
    " VALUES (%s, %s, 'needs_met', '', %s, now())"
)


def run(statement: str, *values: object, then=lambda: None):
    """Plain SQL as the application's role; the first row of a question."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone() if cursor.description else None
    then()
    return row


def test_the_database_refuses_a_closure_that_leaves_one_of_two_people_untold(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    outcome = telling.tell(referral=to_cadt.referral, news=telling.News(OutcomeKind.CLOSED, "Done.", to_cadt.subject))
    Party.objects.create(referral=to_cadt.referral, name="A second person")
    with pytest.raises(IntegrityError, match="untold"), transaction.atomic():
        close_by_hand(to_cadt, outcome, cleo)


def test_the_database_refuses_a_closure_with_nobody_told(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    with pytest.raises(IntegrityError, match="untold"), transaction.atomic():
        close_by_hand(to_cadt, an_outcome(to_cadt), cleo)


def test_the_database_refuses_old_news_in_place_of_the_end(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    told = Outcome.objects.get(kind=OutcomeKind.ACCEPTED)
    with pytest.raises(IntegrityError, match="no news of its own"), transaction.atomic():
        close_by_hand(to_cadt, told, cleo)


def test_the_database_refuses_the_news_of_another_child(to_cadt, to_gateway, cleo, gita):
    cases.accept(by=cleo, case=to_cadt)
    news = telling.News(OutcomeKind.CLOSED, "Done.", to_gateway.subject)
    other = telling.tell(referral=to_gateway.referral, news=news)
    with pytest.raises(IntegrityError, match="no news of its own"), transaction.atomic():
        close_by_hand(to_cadt, other, cleo)


def test_the_database_refuses_a_closed_case_without_a_closure(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    with pytest.raises(IntegrityError, match="without a closure"), transaction.atomic():
        run(CLOSE_RAW, to_cadt.pk, then=check_constraints)


@pytest.mark.django_db(transaction=True)
def test_the_applications_role_cannot_commit_a_closure_that_leaves_somebody_untold(to_cadt, cleo):
    cases.accept(by=cleo, case=to_cadt)
    assert run("SELECT current_user") == ("mash_app",)
    outcome = an_outcome(to_cadt)
    with pytest.raises(IntegrityError, match="untold"), transaction.atomic():
        run(CLOSE_RAW, to_cadt.pk, then=lambda: run(CLOSURE_RAW, to_cadt.pk, outcome.pk, cleo.pk))
    assert Case.objects.get(pk=to_cadt.pk).stage == CaseStage.OPEN
    for statement in ("ALTER TABLE referrals_closure DISABLE TRIGGER ALL", "DELETE FROM referrals_party"):
        with pytest.raises(Exception, match=r"must be owner|permission denied"):
            run(statement)


# Restriction, allegations, one's own family


def test_it_keeps_a_restricted_case_to_managers_and_to_the_named(to_cadt, hub, ben, carl, cleo):
    restricting.restrict(by=ben, referral=to_cadt.referral, restricted=True, reason="A parent works here.")
    assert not visible.cases(cleo).exists() and visible.cases(carl).exists()
    with pytest.raises(NotNow, match="no longer see"):
        cases.accept(by=cleo, case=to_cadt)
    cases.accept(by=carl, case=to_cadt)
    cora = person("Cora", hub, Role.CADT_MANAGER, registered=True)
    cases.close(by=cora, case=to_cadt, reason=NEEDS_MET, words="Safe.", note="Seen with their aunt.")
    check_constraints()
    assert kinds(to_cadt)[-1] == OutcomeKind.CLOSED


def test_it_lets_the_worker_keep_a_case_that_is_restricted_later(to_cadt, ben, cleo):
    cases.accept(by=cleo, case=to_cadt)
    restricting.restrict(by=ben, referral=to_cadt.referral, restricted=True, reason="A parent works here.")
    cases.finish_assessment(by=cleo, case=to_cadt)
    assert Case.objects.get(pk=to_cadt.pk).assessed_at


def test_it_keeps_ones_own_family_away(to_cadt, cleo):
    Referral.objects.filter(pk=to_cadt.referral_id).update(barred=[cleo.pk])
    with pytest.raises(NotNow):
        cases.accept(by=cleo, case=to_cadt)


def test_it_loses_no_child_whom_the_officer_for_allegations_sends_to_a_service(tess, lara, ben, carl, cleo):
    type(lara).objects.filter(pk=lara.pk).update(social_work_registration="SW1")
    lara.refresh_from_db()
    concern = a_concern("D19", category="allegation_against_worker")
    referral = submitting.submit(by=tess, submission=a_submission(concerns=(concern,)))
    assert not visible.referrals(cleo).exists(), "not before a child is sent"
    case = decided(referral, to=Service.CADT, triage=lara)
    assert not visible.cases(ben).exists(), "triage never"
    assert visible.cases(lara).exists(), "the officer follows it"
    cases.accept(by=cleo, case=case)
    assert visible.referrals(cleo).exists(), "and the service reads why"


def test_it_shows_no_restricted_history_to_those_it_is_closed_to(tess, ben, gita, cleo):
    first = offered(to=Service.CADT, sender=tess, triage=ben, name="Ada")
    again = a_submission("D05", children=(a_child(given_name="Ada"),))
    referral = submitting.submit(by=tess, submission=again)
    queue.claim(by=ben, referral=referral)
    judgement = JUDGEMENTS[Service.GATEWAY]
    known = judgement.__class__(**{**{f: getattr(judgement, f) for f in judgement.__slots__}, "person": first.person})
    decisions.decide(by=ben, subject=referral.subjects.get(), judgement=known)
    second = Case.objects.select_related("referral").get(referral=referral)
    assert [one.case for one in pages.before(gita, second)] == [first]
    assert not pages.before(gita, second)[0].may_open, "seen, but the page of the other service stays closed"
    restricting.restrict(by=ben, referral=first.referral, restricted=True, reason="Staff.")
    assert pages.before(gita, second) == []


def test_it_holds_nothing_half_done_when_the_telling_fails(to_cadt, cleo, carl, monkeypatch):
    cases.accept(by=cleo, case=to_cadt)

    def broken(**_):
        raise RuntimeError("no outbox")

    monkeypatch.setattr(telling, "tell", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        cases.close(by=carl, case=to_cadt, reason=NEEDS_MET, words="Safe.", note="Seen with their aunt.")
    to_cadt.refresh_from_db()
    assert to_cadt.stage == CaseStage.OPEN
    assert not StageChange.objects.filter(new=CaseStage.CLOSED).exists()
