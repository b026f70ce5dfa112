"""Polly administers the partnership, and Ned does too; Hal leads another school; Nia is new."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from accounts.models import Invitation, Organisation, OrganisationKind, User
from accounts.policy import Role
from accounts.services import invitations
from tests.cast import person


@pytest.fixture(autouse=True)
def _forget_counts() -> None:
    cache.clear()


@pytest.fixture
def polly(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def ned(hub: Organisation) -> User:
    return person("Ned", hub, Role.PARTNERSHIP_ADMINISTRATOR)


@pytest.fixture
def high(db: None) -> Organisation:
    return Organisation.objects.create(name="Merebrook High", kind=OrganisationKind.SCHOOL)


@pytest.fixture
def hal(high: Organisation) -> User:
    return person("Hal", high, Role.SAFEGUARDING_LEAD)


@pytest.fixture
def invite(school: Organisation, leo: User) -> Callable[..., Invitation]:
    """Leo invites Nia to his school, unless something else is said."""

    def invited(**changes: Any) -> Invitation:
        usual = {"by": leo, "organisation": school, "name": "Nia New", "email": "nia@mill.example"}
        return invitations.invite(**{**usual, "roles": ["practitioner"], **changes})

    return invited


@pytest.fixture
def nia(invite: Callable[..., Invitation]) -> Invitation:
    return invite()
