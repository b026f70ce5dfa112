"""A batch owes one receipt to each person it is from, in its own transaction; each referral keeps its own loop."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation, User
from mash.outbox.models import CallTask, Message
from mash.outbox.services import calls
from referrals.choices import OutcomeKind, ReadHow
from referrals.models import Batch, Outcome, Reading, Referral, Telling
from referrals.services import screening, telling
from referrals.services.decisions import Judgement
from referrals.services.screening import Screened
from tests.api.conftest import caller
from tests.api.documents import a_document
from tests.notices.files import families, row
from tests.notices.test_files import send

pytestmark = pytest.mark.django_db
ClientFor = Callable[[User], Client]


def told_by(message: Message) -> set[str]:
    """The referrals whose receipt this message is."""
    return set(Telling.objects.filter(message=message).values_list("outcome__referral__reference", flat=True))


def everything() -> set[str]:
    return set(Referral.objects.values_list("reference", flat=True))


def hand_in(police: Organisation, *referrers: dict[str, str]) -> Batch:
    """A batch by the API, each notice from another referrer and about another child."""
    documents = [
        a_document(children__0__given_name=f"Child{n}", children__0__address__line1=f"{n} Mill Lane")
        | {"referrer": one}
        for n, one in enumerate(referrers)
    ]
    desk = caller(police)
    answer = desk.send("/api/v1/referrals/batch/", {"notices": documents}, **{"idempotency-key": "night-1"})
    assert answer.json()["accepted"] == len(referrers), answer.json()
    return Batch.objects.get()


def test_it_owes_one_receipt_for_a_file(pat: User) -> None:
    batch = send(pat, *families(3), row(incident_number="MP-9", date_of_birth="x"))
    message = Message.objects.get()
    assert (message.kind, message.about, message.path) == (
        "batch_received",
        f"batch-{batch.pk}",
        f"/notices/{batch.pk}/",
    )
    assert (message.recipient_user, message.recipient_email, message.read_by) == (pat, pat.email, None)
    assert told_by(message) == everything() and Outcome.objects.filter(kind=OutcomeKind.RECEIVED).count() == 3


def test_it_tells_each_outcome_by_itself_as_ever(pat: User, ben: User) -> None:
    send(pat, *families(2))
    judged = Judgement(way="advice", level=2, words="School can help.", agreement="given", reason="Seen.")
    screening.screen(by=ben, page=[Screened(one, {one.subjects.get(): judged}) for one in Referral.objects.all()])
    decided = Message.objects.filter(kind=OutcomeKind.DECIDED)
    assert set(decided.values_list("about", flat=True)) == everything()


def test_it_owes_a_batch_of_one_its_plain_receipt(pat: User) -> None:
    send(pat, row())
    assert Message.objects.get().about == Referral.objects.get().reference


def test_it_owes_one_receipt_to_each_person_of_a_systems_batch(police: Organisation) -> None:
    sam, kim = ({"name": name, "email": f"{name}@police.example", "phone": "101"} for name in ("sam", "kim"))
    nobody = {"name": "Desk", "phone": "0151 496 0999"}
    hand_in(police, sam, kim, sam | {"email": "SAM@police.example"}, nobody, nobody)
    messages = {one.recipient_email: one for one in Message.objects.all()}
    assert len(told_by(messages["sam@police.example"])) == 2
    assert messages["kim@police.example"].about in everything(), "one alone is told as ever"
    assert len(told_by(messages[""])) == 2 and CallTask.objects.get().phone == "0151 496 0999"
    assert Telling.objects.count() == Referral.objects.count() == 5


def test_it_stores_no_referral_whose_receipt_is_not_owed(pat: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_given: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(telling, "tell_together", fails)
    with pytest.raises(RuntimeError):
        send(pat, *families(2))
    assert not Referral.objects.exists() and not Batch.objects.exists() and not Message.objects.exists()


def test_it_shows_each_referral_of_a_batch_on_the_page_of_what_is_owed(
    client_for: ClientFor, pat: User, amira: User
) -> None:
    send(pat, *families(3))
    hidden = Referral.objects.order_by("pk").first()
    assert hidden
    Referral.objects.filter(pk=hidden.pk).update(restricted=True)
    page = client_for(amira).get("/owed/").content.decode()
    assert "2 notices in one batch" in page and "We have their notices" in page
    for one in Referral.objects.all():
        assert (f"/queue/{one.reference}/" in page) is (one != hidden)
    Referral.objects.update(restricted=True)
    assert "in one batch" not in client_for(amira).get("/owed/").content.decode()


def test_it_is_read_when_every_referral_of_it_is(pat: User) -> None:
    send(pat, *families(2))
    message, (first, second) = Message.objects.get(), Referral.objects.order_by("pk")
    calls.owe_for([message], why=CallTask.Why.BOUNCED)
    telling.read(by=pat, referral=first, how=ReadHow.PRODUCT)
    message.refresh_from_db()
    assert message.read_at is None and CallTask.objects.get().state == CallTask.State.OPEN
    telling.read(by=pat, referral=second, how=ReadHow.PRODUCT)
    message.refresh_from_db()
    assert message.read_at is not None and CallTask.objects.get().state == CallTask.State.LAPSED


def test_it_closes_every_loop_with_one_call(client_for: ClientFor, pat: User, amira: User) -> None:
    send(pat, *families(3))
    calls.owe_for([Message.objects.get()], why=CallTask.Why.BOUNCED)
    call, client = CallTask.objects.get(), client_for(amira)
    page = client.get(f"/owed/calls/{call.round_id}/").content.decode()
    assert "3 notices in one batch" in page and page.count("A person will decide what happens next") == 1
    assert client.post(f"/owed/calls/{call.round_id}/", {"how": "telephone", "seen": call.pk}).status_code == 302
    assert set(Reading.objects.values_list("outcome__referral__reference", flat=True)) == everything()
    assert client.get(f"/owed/calls/{call.round_id}/").status_code == 200
