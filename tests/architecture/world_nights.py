"""The night in the matrix: alarms about each kind of referral, a shift, a manager's number and a hand-over."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from mash.lib.workingdays import LONDON
from referrals.models import Handover, NightAlarm, Shift

ROTA = (Role.TRIAGE_MANAGER, Role.CADT_MANAGER)
NIGHT = date(2024, 11, 22)
ALARMS = ("mine", "restricted", "allegation", "barred")
SEES: dict[str, dict[Role, set[str]]] = {
    "alarm": {
        Role.TRIAGE_WORKER: {"mine_alarm"},
        Role.TRIAGE_MANAGER: {"mine_alarm", "restricted_alarm"},
        Role.CADT_WORKER: {"mine_alarm"},
        Role.CADT_MANAGER: {"mine_alarm", "restricted_alarm"},
        Role.LADO: {"allegation_alarm"},
    },
    "shift": {role: {"shift"} for role in ROTA},
    "called_last": {role: {"night_manager"} for role in ROTA},
}
KINDS: dict[str, tuple[str, ...]] = {
    "alarm": tuple(f"{name}_alarm" for name in ALARMS),
    "shift": ("shift", "removed_shift"),
    "called_last": ("night_manager", "not_called"),
}
# What stands in an address for a night that was.
PLACES: dict[str, Any] = {"night": NIGHT.isoformat()}


def add(records: dict[str, models.Model], users: dict[Role, User]) -> None:
    """Nobody has answered any of the alarms, so that the banner is there too; each person sees only their own."""
    now = timezone.now()
    for name in ALARMS:
        records[f"{name}_alarm"] = NightAlarm.objects.create(
            referral=records[name],  # type: ignore[misc]
            why="level_4",
            raised_at=now,
            next_at=now,
            silent_at=now,
        )
    records["shift"] = _shift(users, now)
    records["removed_shift"] = gone = _shift(users, now + timedelta(days=7))
    Shift.objects.filter(pk=gone.pk).update(removed_at=now, removed_by=users[Role.TRIAGE_MANAGER])
    records["night_manager"], records["not_called"] = users[Role.CADT_MANAGER], users[Role.GATEWAY_MANAGER]
    began = datetime(2024, 11, 22, 17, tzinfo=LONDON)
    Handover.objects.create(
        night=NIGHT,
        began_at=began,
        ended_at=began + timedelta(hours=64),
        words="Quiet.",
        left_by=users[Role.TRIAGE_WORKER],
        left_at=began + timedelta(hours=63),
    )


def _shift(users: dict[Role, User], now: datetime) -> Shift:
    return Shift.objects.create(
        person=users[Role.TRIAGE_WORKER],
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        place=1,
        phone="07700 900101",
        made_by=users[Role.TRIAGE_MANAGER],
        made_at=now,
    )
