"""The account of what is owed, and what is said when it does not balance."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from structlog.testing import capture_logs

from mash.outbox.models import CallTask, Message
from mash.outbox.services import balance
from referrals.choices import Identity, OutcomeKind, Service
from referrals.models import Outcome, Party, Telling
from referrals.selectors import accounts_kept
from referrals.services import reconciling
from tests.referrals.a_case import offered

pytestmark = pytest.mark.django_db


def reconcile() -> str:
    out = io.StringIO()
    call_command("reconcile", stdout=out)
    return out.getvalue()


def lose_a_call(referral) -> Message:
    """A message that failed, and nobody was asked to call."""
    return Message.objects.create(
        key="lost",
        kind="decided",
        about=referral.reference,
        state="failed",
        next_attempt_at=None,
        settled_at=timezone.now(),
    )


def test_it_prints_the_equation_of_each_medium(tess, ben):
    offered(to=Service.CADT, sender=tess, triage=ben)
    said = reconcile()
    assert "Email: 2 owed = 0 sent + 2 waiting + 0 failed + 0 no longer owed" in said
    assert "Letter: 0 owed = 0 sent" in said and said.endswith("The account balances.\n")


def test_it_ends_with_one_when_a_failed_message_made_no_call(referral, capsys):
    lose_a_call(referral)
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("reconcile", stdout=out)
    assert ended.value.returncode == 1
    assert "Email: 1 failed or came back, and nobody was asked to call" in out.getvalue()


def test_it_finds_somebody_who_was_left_out(referral):
    assert accounts_kept.draw_up().balances
    Party.objects.create(referral=referral, name="Somebody else", email="else@school.example")
    kept = accounts_kept.draw_up()
    assert (kept.left_out, kept.balances) == (1, False)
    assert "News that somebody is owed who was not told, called or written to: 1" in accounts_kept.lines(kept)


def test_it_takes_a_reason_why_nobody_can_be_told_for_being_told(referral):
    party = Party.objects.create(referral=referral, name="Nobody", cannot_be_told="No name.")
    Telling.objects.create(outcome=Outcome.objects.get(), party=party, untold_because="No name.")
    assert accounts_kept.draw_up().balances and referral.referrer_identity == Identity.PROFESSIONAL
    assert Outcome.objects.get().kind == OutcomeKind.RECEIVED


def test_it_finds_a_message_that_is_called_sent_and_no_provider_took(referral):
    Message.objects.update(state="sent", next_attempt_at=None, attempts=1, provider_id="x", sent_at=timezone.now())
    assert "Email: 1 called sent that no provider accepted" in accounts_kept.lines(accounts_kept.draw_up())


def test_it_says_hourly_and_loudly_what_is_wrong_and_remembers_it(referral, ben, client_for, settings):
    assert reconciling.check() and balance.last().balances
    assert "No. Each message owed since" in client_for(ben).get("/loops/").content.decode()
    lose_a_call(referral)
    with capture_logs() as logs:
        assert not reconciling.check()
    [log] = [one for one in logs if one["event"] == "account_does_not_balance"]
    assert log["log_level"] == "error" and len(log["lines"]) == 5
    page = client_for(ben).get("/loops/").content.decode()
    assert "The account does not balance" in page and "1 failed or came back" in page
    settings.METRICS_TOKEN = "token"
    figures = client_for(ben).get("/metrics", headers={"Authorization": "Bearer token"}).content.decode()
    assert "outbox_account_balances 0.0" in figures


def test_it_looks_hourly_at_what_was_owed_lately(referral):
    lost = lose_a_call(referral)
    since = timezone.now() - timedelta(days=3)
    assert not accounts_kept.draw_up(since=since).balances
    assert accounts_kept.draw_up(since=lost.owed_at + timedelta(seconds=1)).balances


def test_it_shows_the_account_to_nobody_who_does_not_tell_people(analyst, client_for):
    reconciling.check()
    assert "Is any message missing?" not in client_for(analyst).get("/loops/").content.decode()


@pytest.fixture
def analyst(hub):
    from accounts.policy import Role
    from tests.cast import person

    return person("Ana", hub, Role.ANALYST)


def test_it_costs_the_same_however_much_is_owed(tess, ben):
    offered(to=Service.CADT, sender=tess, triage=ben)
    with CaptureQueriesContext(connection) as one:
        accounts_kept.draw_up(since=timezone.now())
    for name in ("Al", "Bo"):
        offered(to=Service.CADT, sender=tess, triage=ben, name=name)
    with CaptureQueriesContext(connection) as many:
        accounts_kept.draw_up(since=timezone.now())
    assert len(one) == len(many)


def test_it_balances_again_when_the_call_is_owed(referral):
    lost = lose_a_call(referral)
    with transaction.atomic():
        from mash.outbox.services import calls

        calls.owe_for([lost], why=CallTask.Why.FAILED)
    assert accounts_kept.draw_up().balances
