"""Another authority takes a child over only when it has proved that it has; until then the case stays here."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from mash.outbox.models import Message
from referrals.choices import CaseStage, ClockKey, ClosureReason, OutcomeKind, TransferAnswer
from referrals.duties import Agreed
from referrals.errors import NotNow, Refused, SomeoneElse
from referrals.models import Case, CaseTransfer, ClockWarning, Closure, Outcome
from referrals.selectors import clocks
from referrals.services import cases, clock_warnings, restricting, telling, transferring
from referrals.services.telling import News
from referrals.services.transferring import Asked, Receipt

pytestmark = pytest.mark.django_db
MOVED = ClosureReason.MOVED_AREA


def asked(**changes: object) -> Asked:
    return replace(
        Asked(
            authority="Eastmoor Council",
            contact="Neela Crane, duty manager",
            contact_details="0151 496 0177",
            sent_how="telephone",
            sent_at=timezone.now(),
            sent_what="They live at her aunt's now. Sent the chronology.",
        ),
        **changes,
    )


def receipt(**changes: object) -> Receipt:
    return replace(
        Receipt(
            confirmed_by="Neela Crane, duty manager",
            confirmed_how="email",
            confirmed_at=timezone.now(),
            their_reference="EM-1",
        ),
        **changes,
    )


@pytest.fixture
def transfer(open_cadt, cleo) -> CaseTransfer:
    return transferring.ask(by=cleo, case=open_cadt, asked=asked())


def news(case: Case) -> list[str]:
    rows = Outcome.objects.filter(subject=case.subject, kind=OutcomeKind.TRANSFER)
    return list(rows.order_by("pk").values_list("words", flat=True))


def test_it_keeps_the_case_and_its_clock_and_tells_everybody(carl, transfer):
    case = transfer.case
    case.refresh_from_db()
    assert (case.stage, case.transfer_asked_at) == (CaseStage.OPEN, transfer.sent_at)
    running = {one.key for one in clocks.of_case(case) if one.runs}
    assert running == {ClockKey.ASSESSMENT, ClockKey.TRANSFER_RECEIPT}
    assert list(Message.objects.filter(kind="transfer_news").values_list("recipient_user", flat=True)) == [carl.pk]
    assert Message.objects.filter(kind="transfer").count() == 1


def test_it_gives_an_example_of_our_own_days(open_cadt, cleo, client_for, time_machine):
    time_machine.move_to(datetime(2027, 6, 7, 9, 0, tzinfo=UTC))
    page = client_for(cleo).get(f"/cases/{open_cadt.pk}/transfer/").content.decode()
    assert "For example, 7 6 2027" in page and "2015" not in page


def test_it_never_says_where_the_family_lives_now(transfer, cleo):
    transferring.prove(by=cleo, transfer=transfer, receipt=receipt())
    told = [*news(transfer.case), *Message.objects.values_list("about", flat=True)]
    assert len(told) > 2 and not [words for words in told if "Eastmoor" in words or "Neela" in words]


@pytest.mark.parametrize("answer", ["none", "stopped"])
def test_it_does_not_close_as_moved_without_a_receipt(open_cadt, transfer, cleo, carl, answer):
    if answer == "stopped":
        transferring.stop(by=cleo, transfer=transfer, note="They refuse: the family is still ours.")
    with pytest.raises(Refused, match=r"Record its answer|First ask the other authority"):
        cases.close(by=carl, case=open_cadt, reason=MOVED, words="It ended.")
    assert not Closure.objects.exists()


def test_it_closes_as_moved_with_a_receipt(open_cadt, transfer, cleo, carl, commit):
    transferring.prove(by=cleo, transfer=transfer, receipt=receipt())
    closure = cases.close(by=carl, case=open_cadt, reason=MOVED, words="Our work has ended.")
    commit()
    assert closure.reason == MOVED and Case.objects.get().stage == CaseStage.CLOSED


def test_it_is_closed_as_moved_by_a_manager_in_gateway_too(open_gateway, gita, gus):
    mine = transferring.ask(by=gita, case=open_gateway, asked=asked())
    transferring.prove(by=gita, transfer=mine, receipt=receipt())
    with pytest.raises(Refused, match=r"The child moved away: .* Ask Gus Example\.$") as refused:
        cases.close(by=gita, case=open_gateway, reason=MOVED, words="Our work has ended.")
    assert refused.value.field == "reason"
    cases.close(by=gus, case=open_gateway, reason=MOVED, words="Our work has ended.")


@pytest.mark.parametrize(
    ("act", "heading"),
    [("prove", "Another area has the child now"), ("stop", "No other area takes over")],
)
def test_it_heads_the_news_with_what_came_of_it(transfer, cleo, tess, client_for, act, heading):
    if act == "prove":
        transferring.prove(by=cleo, transfer=transfer, receipt=receipt())
    else:
        transferring.stop(by=cleo, transfer=transfer, note="They refuse.")
    last, first = Outcome.objects.filter(kind=OutcomeKind.TRANSFER).order_by("-pk")
    assert (str(last), str(first)) == (heading, "Another area was asked to take over")
    page = client_for(tess).get(f"/referrals/{transfer.case.referral.reference}/").content.decode()
    assert heading[1:] in page


def test_it_says_when_the_case_began(open_cadt, cleo):
    with pytest.raises(Refused, match=r"before this case began, today at"):
        transferring.ask(by=cleo, case=open_cadt, asked=asked(sent_at=timezone.now() - timedelta(days=1)))


@pytest.mark.parametrize("act", ["close", "step"])
def test_it_ends_in_no_other_way_while_they_have_not_answered(open_cadt, transfer, cleo, carl, act):
    ends = {
        "close": lambda: cases.close(
            by=carl, case=open_cadt, reason="needs_met", words="It ended.", note="Seen with their aunt."
        ),
        "step": lambda: cases.step(
            by=cleo, case=open_cadt, reason="R", words="W", agreement=Agreed(status="given", who="Mum")
        ),
    }
    with pytest.raises(Refused, match="Record its answer first"):
        ends[act]()


def test_it_can_be_stopped_and_another_authority_asked(open_cadt, transfer, cleo):
    with pytest.raises(NotNow, match="asked already"):
        transferring.ask(by=cleo, case=open_cadt, asked=asked(authority="Westmoor"))
    transferring.stop(by=cleo, transfer=transfer, note="They went to Westmoor.")
    assert Case.objects.get().transfer_asked_at is None
    transferring.ask(by=cleo, case=open_cadt, asked=asked(authority="Westmoor"))
    assert [row.answer for row in CaseTransfer.objects.all()] == ["stopped", "waiting"]
    assert ["We have asked" in news(open_cadt)[0], "keeps" in news(open_cadt)[1]] == [True, True]


def test_it_tells_whoever_comes_second_who_answered(transfer, cleo, carl):
    transferring.prove(by=carl, transfer=transfer, receipt=receipt())
    for late in (
        lambda: transferring.prove(by=cleo, transfer=transfer, receipt=receipt()),
        lambda: transferring.stop(by=cleo, transfer=transfer, note="No."),
    ):
        with pytest.raises(SomeoneElse, match="Carl Example"):
            late()


@pytest.mark.django_db(transaction=True)
def test_it_takes_one_answer_of_ten_at_once(transfer, cleo):
    ready = threading.Barrier(10)

    def one(number):
        try:
            mine = CaseTransfer.objects.select_related("case__referral", "case__subject").get(pk=transfer.pk)
            ready.wait(timeout=60)
            if number % 2:
                transferring.prove(by=cleo, transfer=mine, receipt=receipt(confirmed_at=timezone.now()))
            else:
                transferring.stop(by=cleo, transfer=mine, note="No.")
            return True
        except SomeoneElse:
            return False
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(one, range(10))) == 1
    assert len(news(transfer.case)) == 2


@pytest.mark.parametrize("who", ["gita", "gus"])
def test_it_is_for_the_service_that_has_the_child(open_cadt, who, request):
    with pytest.raises(Refused, match="Only CADT"):
        transferring.ask(by=request.getfixturevalue(who), case=open_cadt, asked=asked())


def test_it_transfers_only_what_somebody_has(to_cadt, cleo):
    with pytest.raises(NotNow, match="open case"):
        transferring.ask(by=cleo, case=to_cadt, asked=asked())


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": ""},
        {"contact": ""},
        {"contact_details": ""},
        {"sent_what": ""},
        {"sent_how": "pigeon"},
        {"sent_at": timedelta(hours=1)},
        {"sent_at": -timedelta(days=1)},
    ],
)
def test_it_says_which_answer_to_mend(open_cadt, cleo, changes):
    changes = {name: timezone.now() + one if isinstance(one, timedelta) else one for name, one in changes.items()}
    with pytest.raises(Refused) as refused:
        transferring.ask(by=cleo, case=open_cadt, asked=asked(**changes))
    assert refused.value.field in changes and not CaseTransfer.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"confirmed_by": ""}, "confirmed_by"),
        ({"confirmed_by": "."}, "confirmed_by"),
        ({"confirmed_by": "Neela"}, "confirmed_by"),
        ({"their_reference": " ."}, "their_reference"),
        ({"confirmed_how": ""}, "confirmed_how"),
        ({"confirmed_at": timedelta(hours=1)}, "confirmed_at"),
        ({"confirmed_at": -timedelta(hours=1)}, "confirmed_at"),
        ({"their_reference": ""}, "their_reference"),
    ],
)
def test_it_takes_no_receipt_that_proves_nothing(transfer, cleo, changes, field):
    changes = {name: timezone.now() + one if isinstance(one, timedelta) else one for name, one in changes.items()}
    with pytest.raises(Refused) as refused:
        transferring.prove(by=cleo, transfer=transfer, receipt=receipt(**changes))
    assert refused.value.field == field
    transfer.refresh_from_db()
    assert transfer.waits


def test_it_stays_with_the_managers_when_the_worker_leaves(transfer, cleo, carl):
    restricting.step_away(by=cleo, referral=transfer.case.referral, reason="My cousin.")
    transfer.case.refresh_from_db()
    assert (transfer.case.stage, transfer.case.transfer_asked_at) == (CaseStage.ACCEPTED, transfer.sent_at)
    transferring.prove(by=carl, transfer=transfer, receipt=receipt())
    assert Case.objects.get().transfer_asked_at is None


def test_it_warns_the_worker_and_then_the_manager_when_nobody_confirms(transfer, cleo, carl, time_machine):
    for days in (2, 4, 8):
        time_machine.move_to(transfer.sent_at + timedelta(days=days), tick=False)
        clock_warnings.warn()
    rows = ClockWarning.objects.filter(key=ClockKey.TRANSFER_RECEIPT).order_by("pk")
    assert {row.step for row in rows} >= {"late"} and cleo.pk in rows.last().told and carl.pk in rows.last().told


# What the database refuses


def test_it_refuses_a_closure_as_moved_in_raw_sql(open_cadt, cleo):
    outcome = telling.tell(referral=open_cadt.referral, news=News(OutcomeKind.CLOSED, "W", open_cadt.subject))
    with pytest.raises(DatabaseError, match="no other authority has confirmed"), transaction.atomic():
        Closure.objects.create(case=open_cadt, outcome=outcome, reason=MOVED, by=cleo, at=timezone.now())


def test_it_refuses_any_end_while_a_transfer_waits_in_raw_sql(open_cadt, transfer, cleo, commit):
    now = timezone.now()
    with pytest.raises(IntegrityError, match="case_ends_with_no_transfer_waiting"), transaction.atomic():
        Case.objects.filter(pk=open_cadt.pk).update(stage=CaseStage.CLOSED, ended_at=now)
    outcome = telling.tell(referral=open_cadt.referral, news=News(OutcomeKind.CLOSED, "W", open_cadt.subject))

    @transaction.atomic
    def end() -> None:
        Case.objects.filter(pk=open_cadt.pk).update(stage=CaseStage.CLOSED, ended_at=now, transfer_asked_at=None)
        Closure.objects.create(case=open_cadt, outcome=outcome, reason="needs_met", by=cleo, at=now)
        commit()

    with pytest.raises(DatabaseError, match="has not answered yet"):
        end()


def test_it_refuses_a_child_who_moved_on_to_nowhere(open_cadt, commit):
    @transaction.atomic
    def move() -> None:
        Case.objects.filter(pk=open_cadt.pk).update(stage=CaseStage.MOVED, ended_at=timezone.now())
        commit()

    with pytest.raises(DatabaseError, match="moved on to nowhere"):
        move()


def test_it_answers_once_and_wholly_in_raw_sql(transfer, cleo):
    now = timezone.now()
    rows = CaseTransfer.objects.filter(pk=transfer.pk)
    with pytest.raises(IntegrityError, match="transfer_receipt_is_whole"), transaction.atomic():
        rows.update(answer=TransferAnswer.RECEIVED, answered_by=cleo, answered_at=now)
    transferring.prove(by=cleo, transfer=transfer, receipt=receipt())
    with pytest.raises(DatabaseError, match="answered already"), transaction.atomic():
        rows.update(their_reference="Another")


def test_it_asks_two_authorities_at_once_never(transfer):
    transfer.pk = None
    with pytest.raises(IntegrityError, match="transfer_one_at_a_time"), transaction.atomic():
        transfer.save(force_insert=True)


def test_it_transfers_no_offered_case_in_raw_sql(transfer, tess, ben):
    from tests.referrals.a_case import offered

    transfer.pk, transfer.case = None, offered(to="cadt", sender=tess, triage=ben, name="Bo")
    with pytest.raises(DatabaseError, match="only an open case"), transaction.atomic():
        transfer.save(force_insert=True)
