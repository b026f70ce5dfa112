"""Who attacks: one person of each role, a stranger, and an agency's system, in the invented borough."""

import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts import api_keys
from accounts.api_keys import AgencySystem
from accounts.models import Organisation, SourceCode, User
from accounts.policy import API_SCOPES, Role
from mash.performance.attack import records
from referrals import visible
from referrals.choices import Identity
from referrals.demo import note, people
from referrals.models import Receipt
from referrals.publicly import Told
from referrals.services import public_sending

STRANGER, HALFWAY = "nobody", "halfway in"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class World:
    """Users by role, a browser for each and for a stranger, and a key with every scope that has sent `references`.

    `places` is what may stand in an address where no record does, by name.
    """

    users: dict[str, User]
    clients: dict[str, Client]
    key: str
    references: list[str]
    places: dict[str, list[Any]]


def build() -> World:
    """Tell the demonstration in the database in use, and sign everybody in."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.json"
        call_command("demo", note=path, stdout=io.StringIO())
        passphrase = note.read(path).passphrase
    users = {role.value: _one_who_is(role) for role in Role}
    clients = {STRANGER: Client(raise_request_exception=False)}
    for role, user in users.items():
        clients[role] = signed_in(user)
    clients[HALFWAY] = _halfway(users[Role.TRIAGE_WORKER], passphrase)
    police = Organisation.objects.get(name=people.POLICE)
    row, key = api_keys.issue(organisation=police, name="attack", scopes=API_SCOPES)
    sent = visible.submissions(AgencySystem(row)).values_list("reference", flat=True)
    places = records.leave(users, clients)
    return World(users, clients, key, list(sent), places)


def signed_in(user: User) -> Client:
    """A browser in which `user` signed in with everything that may be asked of them."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=MODEL_BACKEND)
    session = client.session
    session["account_authentication_methods"] = [{"method": way, "at": time.time()} for way in ("password", "mfa")]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def _halfway(user: User, passphrase: str) -> Client:
    """A stranger's browser that gave the right password and is asked for a code; and that told us of a worry."""
    client = Client(raise_request_exception=False)
    client.post(reverse("account_login"), {"login": user.email, "password": passphrase})
    _, code = _told()
    client.post(reverse("come_back"), {"code": code})
    return client


def _told() -> tuple[Receipt, str]:
    told = Told(identity=Identity.ANONYMOUS, submission=records.a_worry(), source=SourceCode.ANONYMOUS, sealed=None)
    return public_sending.send(place="192.0.2.1", mark="attack", told=told)


def _one_who_is(role: Role) -> User:
    found = User.objects.filter(roles__contains=[role], is_active=True).order_by("pk").first()
    assert found is not None, role
    return found
