from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.audit.actors import SYSTEM
from mash.lib.references import new_reference
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls, delivery, messages
from mash.outbox.services.messages import Owed
from tests.outbox.conftest import Owe
from tests.outbox.post_office import PostOffice

pytestmark = pytest.mark.django_db


def some(number: int, **changes: object) -> list[Owed]:
    terms = {"kind": "decided", "about": new_reference(), "to": None, "email": "r@partner.example"} | changes
    return [Owed(key=f"decided/{new_reference()}", **terms) for _ in range(number)]  # type: ignore[arg-type]


def test_it_owes_one_message_and_asks_a_worker_to_carry_it(
    owe: Owe, nudged: list[int], django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        message = owe(email=" tess@school.example ")
        assert nudged == []
    assert nudged == [message.pk]
    assert (message.state, message.recipient_email) == ("owed", "tess@school.example")
    assert message.path == f"/referrals/{message.about}/"


def test_it_falls_back_on_the_accounts_address(owe: Owe, tess: User) -> None:
    assert owe(email="").recipient_email == tess.email


@pytest.mark.django_db(transaction=True)
def test_it_owes_nothing_when_the_fact_is_undone(owe: Owe, nudged: list[int]) -> None:
    with transaction.atomic():
        owe()
        transaction.set_rollback(True)
    assert (Message.objects.count(), nudged) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_owe_outside_the_transaction_of_the_fact() -> None:
    with pytest.raises(TransactionManagementError):
        messages.owe_many(some(1))


def test_it_owes_the_same_fact_once(owe: Owe) -> None:
    about = new_reference()
    first = owe(key="decided/7", about=about)
    assert owe(key="decided/7", about=about, email="other@partner.example") == first
    assert Message.objects.get().recipient_email == first.recipient_email
    with pytest.raises(messages.KeyUsedOtherwise):
        owe(key="decided/7")


@pytest.mark.parametrize("typed", ["", "   ", "ask at the office", "tess@", "a@b@c.example", "a@b.example\nBcc: x@y.z"])
def test_it_asks_a_person_at_once_when_no_address_can_be_used(owe: Owe, nudged: list[int], typed: str) -> None:
    message = owe(to=None, email=typed, name="R Teacher", phone="0151 496 0000", key="decided/7", about="ABCD")
    owe(to=None, email=typed, key="decided/7", about="ABCD")
    call = CallTask.objects.get()
    assert (message.state, message.attempts) == ("failed", 0)
    assert (call.message, call.why, call.about, call.phone) == (message, "no_address", "ABCD", "0151 496 0000")
    assert nudged == []


def test_many_cost_what_one_costs(nudged: list[int]) -> None:
    messages.owe_many(some(1))
    counts = []
    for number in (1, 50):
        with CaptureQueriesContext(connection) as seen:
            owed = messages.owe_many(some(number) + some(1, email=""))
        counts.append(len(seen))
        assert [message.state for message in owed] == ["owed"] * number + ["failed"]
    # Three for the messages; six more find, lock and settle the one telephone task that the last of them makes.
    assert counts[0] == counts[1] <= 9


def test_it_cancels_what_still_waits(owe: Owe, office: PostOffice, amira: User) -> None:
    assert messages.cancel(by=amira, message=owe()).state == "cancelled"
    gone = owe()
    delivery.deliver(gone.pk)
    with pytest.raises(messages.NotNow):
        messages.cancel(by=SYSTEM, message=gone)


def test_it_sends_again_to_a_corrected_address(owe: Owe, office: PostOffice, amira: User) -> None:
    message = owe()
    with pytest.raises(messages.NotNow):
        messages.resend(by=amira, message=message)
    office.to = {message.recipient_email: "550 no"}
    delivery.deliver(message.pk)
    again = messages.resend(by=amira, message=message, email="tess.new@partner.example")
    delivery.deliver(again.pk)
    assert [mail["To"] for mail in office.arrived] == ["tess.new@partner.example"]
    with pytest.raises(messages.SentAgain) as late:
        messages.resend(by=amira, message=message)
    assert late.value.again == again, "asked twice, it is sent once"
    third = messages.resend(by=amira, message=again)
    assert (third.key, third.recipient_email) == (f"{message.key}/again-2", "tess.new@partner.example")
    assert (again.about, again.path, again.recipient_user) == (message.about, message.path, message.recipient_user)


def test_reading_closes_what_its_reader_was_owed(owe: Owe, tess: User, amira: User) -> None:
    message = owe(to=tess, email="not an address")
    owe(about=message.about, key="closed/7")
    other = owe()
    assert messages.mark_read(by=amira, about=message.about) == 0
    assert messages.mark_read(by=tess, about=message.about) == 2
    assert messages.mark_read(by=tess, about=message.about) == 0
    assert CallTask.objects.get().state == "lapsed"
    other.refresh_from_db()
    assert other.read_at is None


def test_the_agencys_system_reads_for_its_organisation(owe: Owe, tess: User) -> None:
    from mash.audit.actors import System

    message = owe()
    stranger = System(actor_kind="api_key", actor_id=1, organisation_id=tess.organisation_id + 1)
    nobody = System(actor_kind="api_key", actor_id=1)
    system = System(actor_kind="api_key", actor_id=1, organisation_id=tess.organisation_id)
    assert messages.mark_read(by=stranger, about=message.about) == 0
    assert messages.mark_read(by=nobody, about=message.about) == 0
    assert messages.mark_read(by=system, about=message.about) == 1


def test_one_person_makes_the_call_and_the_other_is_told_who(owe: Owe, amira: User, cleo: User) -> None:
    owe(to=None, email="")
    call = CallTask.objects.get()
    calls.finish(by=amira, call=call, how=CallTask.How.TELEPHONE, note="Spoke to her.")
    with pytest.raises(calls.AlreadyDone) as told:
        calls.finish(by=cleo, call=call, how=CallTask.How.LETTER)
    assert told.value.call.done_by == amira
    call.refresh_from_db()
    assert (call.done_by, call.how, call.note) == (amira, "telephone", "Spoke to her.")


def test_a_call_can_be_owed_where_there_never_was_a_message() -> None:
    call = calls.owe(why=CallTask.Why.NO_ADDRESS, about="ABCD", recipient_name="A neighbour", phone="0151 496 0000")
    assert (call.message, call.state) == (None, "open")


def test_silence_is_for_those_who_should_have_read_it_by_now(owe: Owe) -> None:
    assert owe(read_by=timezone.now() + timedelta(days=5)).read_by is not None
    assert owe().read_by is None
