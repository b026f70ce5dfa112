"""Synthetic data is what the product itself could have written, and as much is open at every size."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import override_settings

from mash.outbox import selectors
from mash.outbox.models import CallRound, CallTask, Message
from mash.performance.bench import measures, pages
from mash.performance.management.commands import synth
from referrals.choices import Stage
from referrals.models import Case, Referral
from referrals.models.cases import LIVE
from thresholds.models import Assessment

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> None:
    """120 referrals, of which 30 wait and 40 more are worked on; written as the owner."""
    monkeypatch.setattr(synth, "OPEN_NOW", 30)
    monkeypatch.setattr(synth, "STILL_WORKED", 40)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        try:
            call_command("synth", referrals=120, seed=7, people=None)
        finally:
            cursor.execute("SET ROLE mash_app")


def test_as_many_are_open_as_were_asked_for(data: None) -> None:
    assert Referral.objects.filter(stage=Stage.RECEIVED).count() == 30
    live = Case.objects.filter(stage__in=LIVE)
    assert 0 < live.values("referral").distinct().count() <= 40
    assert set(live.values_list("stage", flat=True)) == {"offered", "accepted", "open"}
    assert Case.objects.filter(stage="closed").exists()


def test_what_did_not_arrive_stands_on_one_round_for_each_organisation(data: None) -> None:
    failed = Message.objects.filter(state=Message.State.FAILED)
    assert failed.exists()
    assert set(CallTask.objects.values_list("message", flat=True)) == set(failed.values_list("pk", flat=True))
    rounds = CallRound.objects.annotate(many=Count("calls"))
    assert len({one.whom for one in rounds}) == len(rounds)
    assert all(one.many for one in rounds)
    assert not selectors.reconcile().failed_without_call


def test_children_weighed_together_share_one_mark(data: None) -> None:
    together = Assessment.objects.filter(kind="hub").values("about").annotate(many=Count("pk"))
    assert len(together) == 120
    assert max(row["many"] for row in together) > 1


def test_the_pages_that_are_measured_are_there_and_the_still_template_says_the_same(data: None, settings: Any) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        client: Client = measures.signed_in("triage")
        rendered = pages.still(client)()
        pages.known_already(client, "triage")()
        for path, who in pages.GROWING.values():
            measures.getting(measures.signed_in(who), path)()
    assert rendered.count("app-queue__urgent") > 0
    assert rendered.count("<tr") == 31


def test_a_page_that_fails_is_no_figure(data: None) -> None:
    with override_settings(ALLOWED_HOSTS=["testserver"]), pytest.raises(RuntimeError, match="404"):
        measures.getting(measures.signed_in("triage"), "/nowhere/")()
