"""Tess, a teacher, is owed messages; Amira, of the hub, makes the calls that no message can."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from mash.lib.references import new_reference
from mash.outbox.models import Message
from mash.outbox.services import messages
from mash.performance.notify_double import Notify, listening
from tests.outbox import notified
from tests.outbox.post_office import PostOffice, opened

Owe = Callable[..., Message]
Later = Callable[..., Any]


def person(name: str, organisation: str) -> User:
    of, _ = Organisation.objects.get_or_create(name=organisation, kind="other")
    return User.objects.create_user(f"{name.lower()}@partner.example", name=f"{name} Example", organisation=of)


@pytest.fixture
def tess(db: None) -> User:
    return person("Tess", "Mill Lane Primary")


@pytest.fixture
def amira(db: None) -> User:
    return person("Amira", "Merebrook Council")


@pytest.fixture
def cleo(db: None) -> User:
    return person("Cleo", "Merebrook Council")


@pytest.fixture
def nudged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What the workers were asked to carry; nobody carries it."""
    asked: list[int] = []
    monkeypatch.setattr(messages, "_enqueue", asked.extend)
    return asked


@pytest.fixture
def owe(tess: User, nudged: list[int]) -> Owe:
    """`owe(email=...)`: a message to Tess, owed as a service owes it."""

    def owed(**changes: Any) -> Message:
        about = new_reference()
        terms: dict[str, Any] = {"key": f"decided/{about}", "kind": "decided", "about": about, "to": tess}
        terms |= {"path": f"/referrals/{about}/"}
        with transaction.atomic():
            return messages.owe(messages.Owed(**terms | changes))

    return owed


@pytest.fixture
def office(settings: LazySettings) -> Iterator[PostOffice]:
    """A mail server that Django's mail goes to."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 2
    with opened(PostOffice()) as office:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        yield office


@pytest.fixture
def no_office(office: PostOffice, settings: LazySettings) -> None:
    """Mail goes to a port where nobody listens."""
    settings.EMAIL_PORT = PostOffice().port


@pytest.fixture
def notify(settings: LazySettings) -> Iterator[Notify]:
    """GOV.UK Notify's double, which carries everything that it can."""
    with listening(Notify()) as double:
        notified.use(double, settings)
        yield double


@pytest.fixture
def later() -> Later:
    """`with later(minutes=5):` runs what follows then."""
    return lambda **duration: time_machine.travel(timezone.now() + timedelta(**duration))
