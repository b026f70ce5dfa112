"""Polly, who lets organisations in."""

import pytest

from accounts.models import Organisation, User
from accounts.policy import Role
from tests.cast import person


@pytest.fixture
def polly(hub: Organisation) -> User:
    return person("Polly", hub, Role.PARTNERSHIP_ADMINISTRATOR)
