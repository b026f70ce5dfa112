"""Silence costs one call: whatever there is to tell an organisation stands on one telephone task."""

import threading
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Organisation, OrganisationKind, User
from mash.audit.models import Event
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import calls, messages, sweeper
from referrals.choices import ReadHow, Service
from referrals.errors import Refused, SomeoneElse
from referrals.models import Party, Reading, Referral
from referrals.selectors import loop, rounds
from referrals.services import cases, submitting, telling
from tests.cast import a_concern, a_submission
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db
HOW = CallTask.How
NUMBERS = count()


@pytest.fixture
def silent(tess) -> User:
    """A teacher whose account has no address that can be used."""
    User.objects.filter(pk=tess.pk).update(email="not an address")
    tess.refresh_from_db()
    return tess


def owed(organisation: int | None, *, name: str = "Tess", about: str = "X") -> Message:
    """A message that cannot go: a call is owed in its place."""
    with transaction.atomic():
        return messages.owe(
            messages.Owed(
                key=f"k{next(NUMBERS)}",
                kind="decided",
                about=about,
                to=None,
                organisation_id=organisation,
                name=name,
            )
        )


def seen() -> int:
    return CallTask.objects.latest("pk").pk


# One for each organisation


def test_it_makes_one_task_of_many_unread_outcomes(silent, ben, cleo):
    for name in ("Al", "Bo", "Cy", "Di"):
        offered(to=Service.CADT, sender=silent, triage=ben, name=name)
    assert CallTask.objects.count() == 8 and CallRound.objects.count() == 1
    assert loop.ledger(cleo).open_rounds == 1
    (line,), later = rounds.lines(cleo)
    assert (line.whom, line.things, later) == ("Mill Lane Primary", 4, "")


def test_it_asks_for_each_person_once(silent, leo, ben, cleo):
    User.objects.filter(pk=leo.pk).update(email="")
    leo.refresh_from_db()
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    offered(to=Service.CADT, sender=silent, triage=ben, name="Bo")
    page = rounds.page(cleo, CallRound.objects.get())
    assert [(one.name, len(one.things)) for one in page.people] == [("Tess Example", 2)]


def test_it_calls_members_of_the_public_one_by_one(ben):
    public = Organisation.objects.get_or_create(kind=OrganisationKind.PUBLIC, defaults={"name": "Public"})[0]
    some = [Party(organisation=public, name=name, phone="0151 496 0000") for name in ("Al", "Bo", "Al")]
    assert len({telling._call_with(one) for one in some}) == 2


def test_it_keeps_two_organisations_apart(tess, pat):
    owed(tess.organisation_id), owed(pat.organisation_id), owed(tess.organisation_id)
    assert CallRound.objects.count() == 2


def test_it_opens_another_when_the_first_is_done(silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben)
    first = CallRound.objects.get()
    telling.in_a_round(by=cleo, row=first, seen=seen(), how=HOW.TELEPHONE)
    offered(to=Service.CADT, sender=silent, triage=ben, name="Bo")
    assert set(CallRound.objects.values_list("state", flat=True)) == {"ended", "open"}
    with pytest.raises(IntegrityError), transaction.atomic():
        CallRound.objects.create(whom=first.whom)


# Finished in one go


def test_it_settles_all_of_it_with_one_call(silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    offered(to=Service.CADT, sender=silent, triage=ben, name="Bo")
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=HOW.TELEPHONE, note="At 4.")
    assert set(CallTask.objects.values_list("state", "note")) == {("done", "At 4.")}
    assert CallRound.objects.get().state == "ended" and Reading.objects.filter(how=ReadHow.PHONE).count() == 4


def test_what_is_told_in_place_of_a_repeat_is_known_and_nobody_calls_again_about_the_first(tess, ben, cleo):
    """Only the repeat came back; the first went, and nobody read it."""
    case = offered(to=Service.CADT, sender=tess, triage=ben)
    first = Message.objects.get(about=case.referral.reference, kind="decided")
    went = {"state": "sent", "next_attempt_at": None, "sent_at": first.owed_at, "provider_id": "<1@x>", "attempts": 1}
    Message.objects.filter(pk=first.pk).update(**went)
    again = messages.resend(by=ben, message=Message.objects.get(pk=first.pk), email="office@mill-lane.example")
    calls.owe_for([again], why=CallTask.Why.BOUNCED)
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=HOW.TELEPHONE)
    assert Reading.objects.get().outcome.kind == "decided"
    with time_machine.travel(first.read_by + timedelta(days=1), tick=False):
        sweeper.chase(limit=10)
    assert not CallTask.objects.filter(state="open").exists()


def test_it_takes_exceptions_with_a_reason(silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    one = offered(to=Service.CADT, sender=silent, triage=ben, name="Bo").referral.reference
    row = CallRound.objects.get()
    with pytest.raises(Refused) as refused:
        telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE, not_told=[one])
    assert refused.value.field == "because"
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE, not_told=[one], because="She rang off.")
    assert set(CallTask.objects.filter(about=one).values_list("state", "note")) == {("open", "She rang off.")}
    assert not Reading.objects.filter(outcome__referral__reference=one).exists()
    assert Reading.objects.count() == 2


def test_it_leaves_owed_what_joined_after_the_page_was_opened(silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    row, shown = CallRound.objects.get(), seen()
    late = offered(to=Service.CADT, sender=silent, triage=ben, name="Bo").referral.reference
    telling.in_a_round(by=cleo, row=row, seen=shown, how=HOW.TELEPHONE)
    row.refresh_from_db()
    assert row.state == "open"
    assert set(CallTask.objects.filter(state="open").values_list("about", flat=True)) == {late}


def test_it_leaves_what_one_may_not_see_to_those_who_may(silent, ben, cleo, lara):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    about_worker = a_concern("D19", category="allegation_against_worker")
    closed = submitting.submit(by=silent, submission=a_submission(concerns=(about_worker,)))
    row = CallRound.objects.get()
    assert closed.reference not in {thing.about for thing in rounds.page(cleo, row).things}
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE)
    row.refresh_from_db()
    assert row.state == "open"
    assert [thing.about for thing in rounds.page(lara, row).things] == [closed.reference]
    with pytest.raises(SomeoneElse, match="Cleo Example has done this already"):
        telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE)


def test_it_ends_when_all_of_it_was_read_meanwhile(silent, ben, cleo):
    case = offered(to=Service.CADT, sender=silent, triage=ben)
    telling.read(by=silent, referral=case.referral, how=ReadHow.PRODUCT)
    row = CallRound.objects.get()
    assert row.state == "ended" and loop.ledger(cleo).open_rounds == 0
    with pytest.raises(SomeoneElse, match="read it meanwhile"):
        telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE)


# Only what still holds


def test_it_reads_out_no_receipt_after_the_decision(silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    (thing,) = rounds.page(cleo, CallRound.objects.get()).things
    assert [kind for kind, _, _ in thing.news] == ["A decision was made"]


def test_it_tells_what_came_since_though_that_went_another_way(silent, gita, ben, carl):
    """Her address was put right before the step up: that went by email, and what the call would say is old."""
    made = offered(to=Service.GATEWAY, sender=silent, triage=ben, name="Al")
    User.objects.filter(pk=silent.pk).update(email="tess@mill.example")
    cases.accept(by=gita, case=made)
    cases.step(by=gita, case=made, reason="Worse.", words="CADT is asked to take over.")
    (thing,) = rounds.page(carl, CallRound.objects.get()).things
    assert [words for _, _, words in thing.news] == ["CADT is asked to take over."]


def test_it_keeps_what_adds_to_a_decision(silent, ben, cleo):
    made = offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    cases.accept(by=cleo, case=made)
    (thing,) = rounds.page(cleo, CallRound.objects.get()).things
    assert [kind for kind, _, _ in thing.news] == ["A decision was made", "The service has accepted"]


# The page


def test_it_finishes_from_the_page_with_one_exception(silent, ben, cleo, client_for):
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    one = offered(to=Service.CADT, sender=silent, triage=ben, name="Bo").referral.reference
    client, row = client_for(cleo), CallRound.objects.get()
    page = client.get(f"/owed/calls/{row.pk}/").content.decode()
    assert "Could you not tell them of some of these?" in page and f'value="{seen()}"' in page
    answers = {"how": "telephone", "seen": seen(), "not_told": [one]}
    assert "Say why they could not be told of these" in client.post(row_path(row), answers).content.decode()
    assert client.post(row_path(row), answers | {"because": "She rang off."}).status_code == 302
    assert CallTask.objects.filter(about=one, state="open", note="She rang off.").count() == 2


@pytest.fixture
def friday():
    """A Friday afternoon."""
    with time_machine.travel(datetime(2048, 11, 20, 15, tzinfo=UTC)):
        yield


def test_it_stays_owed_when_they_were_out(friday, silent, ben, cleo, carl, client_for):
    offered(to=Service.CADT, sender=silent, triage=ben)
    row = CallRound.objects.get()
    answers = {"how": "not_yet", "seen": seen(), "again": "next"}
    assert "Say why they could not be told" in client_for(cleo).post(row_path(row), answers).content.decode()
    page = client_for(cleo).post(row_path(row), answers | {"note": "Sam was out."}, follow=True).content.decode()
    assert "still owed" in page and "dealt with" not in page and "Try again from" in page
    row.refresh_from_db()
    again = CallTask.objects.values_list("again_at", flat=True).distinct().get()
    assert (row.state, again) == ("open", datetime(2048, 11, 23, 9, tzinfo=UTC)), "on the Monday"
    assert not Reading.objects.exists()
    sheet = client_for(carl).get(row_path(row)).content.decode()
    assert "They could not be told yet: Sam was out. Try again from" in sheet
    (line,), _ = rounds.lines(carl)
    assert line.again == again and not line.late
    told = Event.objects.filter(what="call_put_off").latest("pk")
    assert told.detail["because"] == "Sam was out."
    history = client_for(carl).get(f"/owed/messages/{CallTask.objects.earliest('pk').message_id}/").content.decode()
    assert "Sam was out." in history and "still owed" in history


def test_it_is_told_at_last_and_counts_as_told(friday, silent, ben, cleo):
    offered(to=Service.CADT, sender=silent, triage=ben)
    row = CallRound.objects.get()
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=telling.NOT_YET, note="Out.", again=telling.SOON)
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=HOW.TELEPHONE)
    assert set(CallTask.objects.values_list("state", "again_at")) == {("done", None)} and Reading.objects.exists()


@pytest.mark.parametrize("at", ["in time", "late"])
def test_it_stands_out_again_when_its_time_has_come(friday, silent, ben, cleo, at):
    offered(to=Service.CADT, sender=silent, triage=ben)
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=telling.NOT_YET, note="Out.")
    with time_machine.travel(datetime(2048, 11, 23, 8 if at == "in time" else 16, tzinfo=UTC)):
        (line,), _ = rounds.lines(cleo)
        assert (line.again is None) == (at == "late")


@pytest.mark.parametrize("told", ["", "-1", "9" * 40, "x"])
def test_it_writes_nothing_down_for_a_page_that_says_not_what_it_showed(silent, ben, cleo, client_for, told):
    offered(to=Service.CADT, sender=silent, triage=ben)
    row = CallRound.objects.get()
    assert client_for(cleo).post(row_path(row), {"how": "telephone", "seen": told}).status_code == 200
    assert not CallTask.objects.exclude(state="open").exists()


def test_it_costs_the_same_however_much_there_is_to_tell(silent, ben, cleo, client_for):
    client = client_for(cleo)
    offered(to=Service.CADT, sender=silent, triage=ben, name="Al")
    row = CallRound.objects.get()
    client.get(row_path(row))
    with CaptureQueriesContext(connection) as one:
        client.get(row_path(row))
    for name in ("Bo", "Cy", "Di", "Ed"):
        offered(to=Service.CADT, sender=silent, triage=ben, name=name)
    with CaptureQueriesContext(connection) as many:
        client.get(row_path(row))
    assert len(many) == len(one)


def row_path(row: CallRound) -> str:
    return f"/owed/calls/{row.pk}/"


# Whatever happens, in whatever order

STEPS = st.lists(st.tuples(st.sampled_from(["owe", "again", "read", "finish"]), st.integers(0, 2)), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_it_never_has_two_open_rounds_and_loses_nothing(steps, db, cleo):
    with transaction.atomic():
        made: list[Message] = []
        for step, which in steps:
            _take(step, which, made, cleo)
            _check(made)
        transaction.set_rollback(True)


def _take(step: str, which: int, made: list[Message], cleo: User) -> None:
    some = [one for one in made if one.organisation_id == 90 + which]
    match step:
        case "owe":
            made.append(owed(90 + which))
        case "again" if some:
            calls.owe_for(some, why=CallTask.Why.NO_ADDRESS)
            calls.owe_for(some, why=CallTask.Why.BOUNCED)
        case "read" if some:
            calls.lapse([some[0].pk])
        case "finish":
            row = CallRound.objects.filter(organisation_id=90 + which, state="open").first()
            if row:
                calls.finish_many(by=cleo, calls=list(row.calls.filter(state="open")), how=HOW.TELEPHONE)


def _check(made: list[Message]) -> None:
    assert all(one.calls.exists() for one in made)
    for row in CallRound.objects.all():
        assert (row.state == "open") == row.calls.filter(state="open").exists()
    open_ones = list(CallRound.objects.filter(state="open").values_list("whom", flat=True))
    assert len(open_ones) == len(set(open_ones))


@pytest.mark.django_db(transaction=True)
def test_it_makes_one_task_of_what_four_carriers_find_at_once(tess):
    organisation = tess.organisation_id
    every = [owed(None, name=f"N{n}") for n in range(8)]
    Message.objects.filter(pk__in=[one.pk for one in every])
    at_once = threading.Barrier(4)

    def find(some: list[Message]) -> None:
        at_once.wait()
        for one in some:
            one.organisation_id = organisation
            calls.owe_for([one], why=CallTask.Why.SILENT)
        connections.close_all()

    threads = [threading.Thread(target=find, args=(every[n::4],)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CallRound.objects.filter(organisation_id=organisation).count() == 1
    assert CallTask.objects.filter(round__organisation_id=organisation).count() == 8
    assert not Referral.objects.exists()


def test_what_was_told_in_place_of_older_news_is_not_told_a_second_time(tess, ben, gita, carl, client_for):
    """The page reads out what holds now; what came after the page was opened is still owed."""
    case = offered(to=Service.GATEWAY, sender=tess, triage=ben)
    cases.accept(by=gita, case=case)
    calls.owe_for(Message.objects.filter(kind="decided"), why=CallTask.Why.BOUNCED)
    new = cases.step(by=gita, case=case, reason="He hit her.", words="CADT will see Ada.")
    went = {"state": "sent", "next_attempt_at": None, "sent_at": new.offered_at, "provider_id": "<1@x>", "attempts": 1}
    stepped = Message.objects.get(kind="stepped", about=case.referral.reference)
    Message.objects.filter(pk=stepped.pk).update(**went)
    row = CallRound.objects.get()
    page = rounds.page(ben, row)
    assert [said for thing in page.things for _, _, said in thing.news][-1] == "CADT will see Ada."
    cases.hand_back(by=carl, case=new, reason="Not ours.")
    answers = {"how": "telephone", "seen": page.seen, "upto": page.upto}
    client_for(ben).post(row_path(row), answers)
    known = Reading.objects.filter(how=ReadHow.PHONE).values_list("outcome__kind", flat=True)
    assert "stepped" in known and "returned" not in known
    stepped.refresh_from_db()
    assert stepped.read_at is not None
    unread = Message.objects.get(kind="returned", about=case.referral.reference)
    assert unread.read_at is None
