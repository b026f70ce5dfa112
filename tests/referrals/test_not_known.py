"""Which loops are not closed, and who cannot be told, for whoever may see what they are about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from mash.lib.references import grouped
from mash.outbox.models import CallRound, CallTask, Message
from mash.outbox.services import messages
from referrals.choices import ReadHow, Service
from referrals.models import Reading
from referrals.selectors import loops_page, not_known
from referrals.services import restricting, telling
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db
PATH = "/owed/not-known/"


@pytest.fixture
def silent(tess) -> User:
    """A teacher whose account has no address that can be used."""
    User.objects.filter(pk=tess.pk).update(email="not an address")
    tess.refresh_from_db()
    return tess


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def seen() -> int:
    return CallTask.objects.latest("pk").pk


def test_it_lists_what_the_page_of_loops_counts(tess, pat, ben, client_for):
    made = [offered(to=Service.CADT, sender=who, triage=ben, name=name) for who, name in ((tess, "Al"), (pat, "Bo"))]
    page = text(client_for(ben).get("/loops/"))
    assert f'href="{PATH}"' in page
    found = text(client_for(ben).get(PATH))
    assert all(grouped(one.referral.reference) in found for one in made)
    assert len(not_known.page(ben).lines) == int(loops_page.page(ben).total.still_open) == 2
    one = text(client_for(ben).get(f"{PATH}?organisation={tess.organisation_id}"))
    assert grouped(made[0].referral.reference) in one and grouped(made[1].referral.reference) not in one


def test_it_leaves_out_what_is_known(tess, silent, ben, cleo):
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=CallTask.How.LETTER)
    assert not not_known.page(ben).lines and not Reading.objects.exists()
    other = offered(to=Service.CADT, sender=silent, triage=ben, name="Bo")
    assert [one.about for one in not_known.page(ben).lines] == [other.referral.reference]
    telling.read(by=silent, referral=other.referral, how=ReadHow.PRODUCT)
    assert not not_known.page(ben).lines
    assert loops_page.page(ben).total.still_open == "0" and made


def test_it_leaves_out_what_was_told_by_letter_for_a_repeat(silent, ben, cleo):
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    first = Message.objects.get(about=made.referral.reference, kind="decided")
    CallTask.objects.filter(message=first).update(state="lapsed", done_at=timezone.now())
    messages.resend(by=cleo, message=first)
    telling.in_a_round(by=cleo, row=CallRound.objects.get(state="open"), seen=seen(), how=CallTask.How.LETTER)
    assert not not_known.page(ben).lines and loops_page.page(ben).total.still_open == "0"


def test_it_says_where_it_stands_and_leads_there(silent, ben, cleo, client_for):
    offered(to=Service.CADT, sender=silent, triage=ben)
    row = CallRound.objects.get()
    page = text(client_for(cleo).get(PATH))
    assert "A person is to tell them" in page and f'href="/owed/calls/{row.pk}/"' in page
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=telling.NOT_YET, note="Out.")
    assert "Try again from" in text(client_for(cleo).get(PATH))


def test_it_shows_a_manager_who_was_given_up_and_why(silent, ben, cleo, carl, client_for):
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    how = CallTask.How.NOT_POSSIBLE
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=how, note="She has left the school.")
    page = text(client_for(carl).get(PATH))
    assert "She has left the school." in page and "Cleo Example" in page
    assert [one.stands for one in not_known.page(carl).lines] == ["They cannot be told at all, wrote Cleo Example"]
    telling.read(by=silent, referral=made.referral, how=ReadHow.PRODUCT)
    assert "She has left" not in text(client_for(carl).get(PATH)), "she has read it after all"


def test_it_shows_nothing_of_what_one_may_not_see(silent, ben, cleo, gita, client_for):
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    how = CallTask.How.NOT_POSSIBLE
    telling.in_a_round(by=cleo, row=CallRound.objects.get(), seen=seen(), how=how, note="Left.")
    restricting.restrict(by=ben, referral=made.referral, restricted=True, reason="Staff.")
    for who in (gita, cleo):
        page = not_known.page(who)
        assert not page.lines and not page.given_up
    assert grouped(made.referral.reference) not in text(client_for(gita).get(PATH))


@pytest.mark.parametrize("who", ["tess", "otto"])
def test_it_is_closed_to_those_who_owe_nothing(who, request, client_for):
    assert client_for(request.getfixturevalue(who)).get(PATH).status_code == 403


@pytest.mark.parametrize("odd", ["?about=%00", "?about=x", "?organisation=-1", "?after=x", "?organisation=" + "9" * 30])
def test_it_takes_what_is_no_filter_for_none(tess, ben, client_for, odd):
    made = offered(to=Service.CADT, sender=tess, triage=ben)
    assert grouped(made.referral.reference) in text(client_for(ben).get(PATH + odd))


def test_it_turns_its_pages_and_costs_the_same(tess, ben, client_for, monkeypatch):
    client = client_for(ben)
    offered(to=Service.CADT, sender=tess, triage=ben, name="Al")
    text(client.get(PATH))
    with CaptureQueriesContext(connection) as one:
        text(client.get(PATH))
    for name in ("Bo", "Cy"):
        offered(to=Service.CADT, sender=tess, triage=ben, name=name)
    with CaptureQueriesContext(connection) as many:
        text(client.get(PATH))
    assert len(many) == len(one)
    monkeypatch.setattr(not_known, "SIZE", 2)
    first = not_known.page(ben)
    second = not_known.page(ben, after=first.later)
    assert [len(first.lines), len(second.lines), second.later] == [2, 1, ""]


def test_the_file_says_how_many_calls_there_are_and_what_nobody_can_be_told(silent, ben, cleo, client_for):
    made = offered(to=Service.CADT, sender=silent, triage=ben)
    path = f"/queue/{made.referral.reference}/"
    assert CallTask.objects.filter(state="open").count() == 2
    row = CallRound.objects.get()
    assert "<strong>1 call to make.</strong>" in text(client_for(cleo).get(path)), "one for both"
    message = CallTask.objects.latest("pk").message_id
    assert f'href="/owed/messages/{message}/"' in text(client_for(cleo).get(f"/owed/calls/{row.pk}/"))
    telling.in_a_round(by=cleo, row=row, seen=seen(), how=CallTask.How.NOT_POSSIBLE, note="She has left.")
    page = text(client_for(cleo).get(path))
    assert "cannot be told" in page and "Nothing now." not in page
    assert f"/owed/not-known/?about={made.referral.reference}" in page
