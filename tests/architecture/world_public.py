"""The world's referrals from the public whose referrer's name is withheld."""

from django.db import models

from accounts.models import User
from accounts.policy import Role
from referrals.choices import Identity
from referrals.models import Referral
from referrals.publicly import told
from referrals.services import public_sending, sealing
from tests.public.posts import WITHHELD

WITHHELD_ONES = ("locked", "let", "locked_restricted", "locked_allegation")
SEES: dict[str, dict[Role, set[str]]] = {
    "withheld": {
        Role.TRIAGE_WORKER: {"locked", "let"},
        Role.TRIAGE_MANAGER: {"locked", "let", "locked_restricted"},
        Role.LADO: {"locked_allegation"},
    },
    # Only the one person who was named, while they see the referral.
    "identity": {Role.TRIAGE_WORKER: {"let"}},
}
KINDS: dict[str, tuple[str, ...]] = {"withheld": (*WITHHELD_ONES, "mine"), "identity": (*WITHHELD_ONES, "mine")}


def add(records: dict[str, models.Model], users: dict[Role, User]) -> None:
    """One whose name waits, one that a triage worker was let see, one restricted afterwards, one an allegation."""
    manager, worker = users[Role.TRIAGE_MANAGER], users[Role.TRIAGE_WORKER]
    for name in WITHHELD_ONES:
        records[name] = _send(name, kind="allegation_against_worker" if name == "locked_allegation" else "neglect")
    for name in ("let", "locked_restricted"):
        sealing.let(by=manager, referral=records[name], user=worker, reason="To ask")  # type: ignore[arg-type]
    Referral.objects.filter(pk=records["locked_restricted"].pk).update(restricted=True)


def _send(name: str, *, kind: str) -> Referral:
    """Each child lives elsewhere: households are taken together."""
    empty = {f"{part}_{n}": None if part == "age" else "" for part in ("given", "family", "age") for n in (2, 3, 4)}
    typed = {**WITHHELD, **empty, "home": f"1 {name} road", "school": "", "age_1": 7, "kind": kind, "danger": False}
    told_us = told(typed, identity=Identity.PUBLIC_WITHHELD, me=False)
    return public_sending.send(place=name, mark=name, told=told_us)[0].referral
