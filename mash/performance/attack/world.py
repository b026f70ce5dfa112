"""Who attacks: one person of each role, a stranger, and an agency's system, in the invented borough."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.test import Client

from accounts import api_keys
from accounts.api_keys import AgencySystem
from accounts.models import Organisation, User
from accounts.policy import API_SCOPES, Act, Role
from referrals import visible
from referrals.demo import people
from referrals.services import drafts

STRANGER = "nobody"
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"


@dataclass(frozen=True)
class World:
    """Users by role, a browser for each and for a stranger, and a key with every scope that has sent `references`."""

    users: dict[str, User]
    clients: dict[str, Client]
    key: str
    references: list[str]


def build() -> World:
    """Tell the demonstration in the database in use, and sign everybody in."""
    with tempfile.TemporaryDirectory() as folder:
        call_command("demo", note=Path(folder) / "demo.json", verbosity=0)
    users = {role.value: _one_who_is(role) for role in Role}
    clients = {STRANGER: Client(raise_request_exception=False)}
    for role, user in users.items():
        clients[role] = signed_in(user)
    police = Organisation.objects.get(name=people.POLICE)
    row, key = api_keys.issue(organisation=police, name="attack", scopes=API_SCOPES)
    sent = visible.submissions(AgencySystem(row)).values_list("reference", flat=True)
    _drafts(users)
    return World(users, clients, key, list(sent))


def _drafts(users: dict[str, User]) -> None:
    """One for each who may refer, with something on every list, each called `item1`."""
    for user in (one for one in users.values() if one.may(Act.REFER)):
        draft = drafts.start(by=user)
        child = {"id": "item1", "given_name": "Ada", "family_name": "Byrne"}
        drafts.put(draft=draft, kind="children", item=child)
        drafts.put(draft=draft, kind="adults", item={"id": "item1", "name": "Jo Byrne"})
        worry = {"id": "item1", "category": "neglect", "indicators": [{"code": "D05"}]}
        drafts.put(draft=draft, kind="concerns", item=worry)


def signed_in(user: User) -> Client:
    """A browser in which `user` signed in with everything that may be asked of them."""
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=MODEL_BACKEND)
    session = client.session
    session["account_authentication_methods"] = [{"method": way, "at": time.time()} for way in ("password", "mfa")]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return client


def _one_who_is(role: Role) -> User:
    found = User.objects.filter(roles__contains=[role], is_active=True).order_by("pk").first()
    assert found is not None, role
    return found
