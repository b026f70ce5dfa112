"""Merebrook at night: a moved clock, a rota, and telephones that are written down instead of rung."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import LazySettings

from accounts.models import Organisation, User
from accounts.policy import Role
from mash.lib.workingdays import LONDON
from mash.outbox import channels
from referrals.models import Shift
from referrals.services import rota
from referrals.services.rota import Duty
from tests.cast import person

# Boxing Day 2035, a Wednesday and a bank holiday: after any day on which a framework here came into force.
NIGHT = datetime(2035, 12, 26, 2, 10, tzinfo=LONDON)
OFFICE = datetime(2035, 12, 20, 11, 0, tzinfo=LONDON)
PHONES = {
    "Amira": "07700 900101",
    "Cleo": "07700 900102",
    "Ben": "07700 900103",
    "Carl": "07700 900104",
    "Cora": "07700 900105",
}

Clock = time_machine.Traveller


@pytest.fixture(autouse=True)
def in_office_hours() -> None:
    """Here the hours count."""


@pytest.fixture(autouse=True)
def telephones(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something is set up for texts and calls: what carries them takes every one."""
    monkeypatch.setitem(channels.PROVIDERS, "kept", lambda message: f"kept {message.pk}")
    settings.OUTBOX_KEPT_IN = "somewhere"
    settings.NOTIFY_API_KEY = settings.VOICE_WEBHOOK_URL = ""


@pytest.fixture
def clock() -> Iterator[Clock]:
    """Ten past two in the night of Boxing Day, until the test moves it."""
    with time_machine.travel(NIGHT, tick=False) as moved:
        yield moved


@pytest.fixture
def cora(hub: Organisation) -> User:
    """Somebody else who screens."""
    return person("Cora", hub, Role.TRIAGE_WORKER)


@pytest.fixture
def on_call(ben: User) -> Callable[..., Shift]:
    """`on_call(amira, 1)` puts somebody on call around the clock's hour; `since` and `hours` say otherwise."""

    def put(person: User, place: int, *, since: datetime | None = None, hours: float = 16) -> Shift:
        starts = since or datetime(2035, 12, 25, 17, 0, tzinfo=LONDON)
        phone = PHONES[person.name.split()[0]]
        ends = starts + timedelta(hours=hours)
        return rota.add(by=ben, duty=Duty(person=person, starts_at=starts, ends_at=ends, place=place, phone=phone))

    return put
