"""The demo: a whole borough, told once, with accounts that keep working."""

import json
import stat
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client
from django.utils import timezone

from accounts import api_keys
from accounts.models import Organisation, User
from accounts.policy import API_SCOPES, SECOND_FACTOR, Role
from mash.local import codes
from mash.outbox.models import CallTask, Message
from referrals.choices import CaseStage, Lane, Stage, Way
from referrals.models import (
    Allocation,
    Case,
    CaseTransfer,
    Consultation,
    Decision,
    LocalService,
    Movement,
    NewInformation,
    Referral,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / ".local" / "demo.json"


@pytest.fixture
def told(note: Path) -> dict[str, object]:
    call_command("demo", note=note, verbosity=0)
    return json.loads(note.read_text())


def values(rows: models.QuerySet, name: str) -> set[str]:
    return set(rows.values_list(name, flat=True))


def test_it_writes_what_other_tools_rely_on(told, note, settings):
    assert set(told) >= {"base_url", "api_token", "mail_dir", "accounts"}
    assert (told["base_url"], told["mail_dir"]) == (settings.BASE_URL, ".local/mail")
    assert [one["role"] for one in told["accounts"]] == list(Role.values)
    assert all(set(one) >= {"role", "email", "password", "totp_secret"} for one in told["accounts"])
    assert stat.S_IMODE(note.stat().st_mode) == 0o600


def test_it_lets_everybody_sign_in(told):
    for one in told["accounts"]:
        sent = {"login": one["email"], "password": one["password"]}
        client = Client()
        assert client.post("/accounts/login/", sent).status_code == 302, one["role"]
        assert ("_auth_user_id" in client.session) == (one["totp_secret"] is None)
        if one["totp_secret"]:
            client.post("/accounts/second-factor/sign-in/", {"code": codes.code(one["totp_secret"], at=time.time())})
        assert "_auth_user_id" in client.session, one["role"]


def test_it_gives_a_second_factor_to_whoever_must_show_one_and_keeps_it(told, note):
    asked = {one["role"]: bool(one["totp_secret"]) for one in told["accounts"]}
    assert asked == {role: role in SECOND_FACTOR for role in Role.values}
    call_command("demo", note=note, verbosity=0)
    assert json.loads(note.read_text())["accounts"] == told["accounts"]


def test_it_gives_the_demo_school_a_key_with_all_scopes(told):
    key = api_keys.find(told["api_token"])
    assert key is not None and set(key.scopes) == set(API_SCOPES)
    assert key.organisation == User.objects.get(email=told["accounts"][0]["email"]).organisation


def test_it_registers_those_who_sign_as_social_workers(told):
    for role in ("triage_manager", "gateway_manager", "cadt_worker", "cadt_manager"):
        assert User.objects.get(roles=[role]).is_registered_social_worker


def test_it_shows_every_lane_and_stage(told):
    waiting = Referral.objects.filter(stage=Stage.RECEIVED)
    assert values(waiting, "lane") == set(Lane.values)
    assert values(Referral.objects.all(), "stage") == set(Stage.values) - {Stage.WITHDRAWN}
    assert values(Case.objects.all(), "stage") == set(CaseStage.values)
    assert values(Decision.objects.all(), "way") == set(Way.values)
    assert values(Movement.objects.all(), "direction") == {"up", "down"}
    assert Referral.objects.filter(restricted=True).exists() and Referral.objects.filter(immediate_danger=True).exists()
    assert CallTask.objects.filter(state="open", why="no_address").exists()


def test_it_happened_over_some_days_and_nothing_in_the_future(told):
    days = {moment.date() for moment in Referral.objects.values_list("submitted_at", flat=True)}
    assert len(days) >= 5
    assert not Referral.objects.filter(submitted_at__gt=timezone.now()).exists()
    for case in Case.objects.all():
        assert case.accepted_at is None or case.offered_at <= case.accepted_at <= (case.ended_at or timezone.now())


def test_it_is_told_in_the_order_in_which_it_happened_as_lists_show_it(told):
    sent = list(Referral.objects.order_by("pk").values_list("submitted_at", flat=True))
    assert sent == sorted(sent)


def test_what_followed_a_decision_is_dated_when_it_happened(told):
    given = Allocation.objects.get(instead_of__isnull=False)
    assert given.case.accepted_at < given.at < timezone.now() - timedelta(days=1)
    for moment in (NewInformation.objects.get().at, CaseTransfer.objects.get().at):
        assert moment < timezone.now() - timedelta(days=1)


def test_it_owes_its_messages_now_so_that_none_starts_out_late(told):
    assert not Message.objects.filter(owed_at__lt=timezone.now() - timedelta(minutes=5)).exists()


def test_it_tells_nothing_twice(told, note):
    tables = (Referral, User, Organisation, Message)
    before = [table.objects.count() for table in tables]
    call_command("demo", note=note, verbosity=0)
    assert before == [table.objects.count() for table in tables]
    assert json.loads(note.read_text()) == told


def test_it_makes_new_keys_when_its_note_is_lost(told, note):
    note.unlink()
    call_command("demo", note=note, verbosity=0)
    again = json.loads(note.read_text())
    assert again["api_token"] != told["api_token"] and api_keys.find(told["api_token"]) is None
    one = again["accounts"][0]
    assert User.objects.get(email=one["email"]).check_password(one["password"])


def test_it_refuses_to_put_invented_children_among_real_ones(note):
    Organisation.objects.create(name="Elsewhere Council", kind="authority")
    with pytest.raises(CommandError, match="Another authority"):
        call_command("demo", note=note, verbosity=0)
    assert not Referral.objects.exists() and not note.exists()


@pytest.mark.django_db(transaction=True)
def test_it_runs_as_a_command_with_the_applications_rights(child_environment, note, root):
    """As `make run` does: a process of its own, the settings of one machine, committed rows, another port."""
    command = [sys.executable, "manage.py", "demo", "--note", str(note)]
    environment = {key: value for key, value in child_environment.items() if key != "BASE_URL"} | {"PORT": "8123"}
    for words in ("Merebrook is ready.", "Merebrook was ready already."):
        done = subprocess.run(
            command, cwd=root, env=environment, capture_output=True, text=True, check=True, timeout=120
        )
        assert done.stdout.strip().splitlines()[-1] == words
    assert json.loads(note.read_text())["base_url"] == "http://127.0.0.1:8123"
    assert Referral.objects.count() == 25


def test_it_lists_local_services_and_asks_the_hub(told):
    assert LocalService.objects.count() >= 8
    assert values(Consultation.objects.all(), "state") == {"waiting", "answered"}
    assert Consultation.objects.filter(advised_at__isnull=False).count() == 1
